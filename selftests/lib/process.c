// SPDX-License-Identifier: GPL-2.0
/*
 * Other programs: run to their end, or kept in the background as a process group.
 *
 * A group is ended within a bounded time, whatever its processes do.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"
#include "sysfs.h"

#define REAP_STEP_MS	20
/* stress-ng removes many files when it is told to end, on a slow device. */
#define PATIENCE_MS	30000

/**
 * process_has_program() - Is there such a program on PATH?
 * @name: Its name.
 */
bool process_has_program(const char *name)
{
	char command[256];

	snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", name);
	return !system(command);
}

/**
 * process_silence() - Connect this process to /dev/null: input, output and errors.
 */
void process_silence(void)
{
	int null = open("/dev/null", O_RDWR);

	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
}

/**
 * process_run() - Run a program, silently.
 * @argv: Its arguments, with the terminating NULL.
 *
 * Return: its exit status, 127 when there is no such program, -1 if it was killed.
 */
int process_run(const char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -1;
	if (!pid) {
		process_silence();
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/**
 * process_fork_group() - Fork a process that leads a process group of its own.
 *
 * Parent and child both make the group. Otherwise a parent that ends it right away
 * may find no group yet, and wait for a process that it has not told to end.
 *
 * Return: as fork().
 */
pid_t process_fork_group(void)
{
	pid_t pid = fork();

	if (!pid)
		setpgid(0, 0);
	else if (pid > 0)
		setpgid(pid, pid);
	return pid;
}

/**
 * process_reap() - Wait for a child to end, but not for ever.
 * @pid: The child.
 * @ms: How long to wait.
 *
 * Return: whether it is gone.
 */
bool process_reap(pid_t pid, unsigned int ms)
{
	unsigned int waited;
	pid_t ended;

	for (waited = 0; waited <= ms; waited += REAP_STEP_MS) {
		ended = waitpid(pid, NULL, WNOHANG);
		if (ended == pid || (ended < 0 && errno != EINTR))
			return true;
		usleep(REAP_STEP_MS * 1000);
	}
	return false;
}

/**
 * process_parent() - Whose child is it?
 * @pid: A process.
 *
 * Return: its parent's pid, 0 if that is not known.
 */
pid_t process_parent(pid_t pid)
{
	char path[64], text[512];
	const char *end;
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (sysfs_read(path, text, sizeof(text)))
		return 0;
	/* The name before it may have anything in it. */
	end = strrchr(text, ')');
	if (end)
		sscanf(end, ") %*c %d", &parent);
	return parent;
}

/**
 * process_kill_children() - Kill all children, and the groups that they lead.
 *
 * For a process that cannot end itself: they would keep its output open. None is reaped.
 */
void process_kill_children(void)
{
	struct dirent *entry;
	DIR *all = opendir("/proc");
	pid_t child;

	while (all && (entry = readdir(all))) {
		child = atoi(entry->d_name);
		if (child <= 0 || process_parent(child) != getpid())
			continue;
		kill(-child, SIGKILL);
		kill(child, SIGKILL);
	}
	if (all)
		closedir(all);
}

/**
 * process_end_group() - End a process group and reap its leader.
 * @group: From process_fork_group(); 0 or less: there is none. 0 afterwards.
 *
 * A leader that is stuck in the kernel is left behind.
 */
void process_end_group(pid_t *group)
{
	bool ended;

	if (*group > 0) {
		kill(-*group, SIGTERM);
		ended = process_reap(*group, PATIENCE_MS);
		/* The leader's children may still be tidying up. */
		kill(-*group, SIGKILL);
		if (!ended)
			process_reap(*group, PATIENCE_MS);
	}
	*group = 0;
}
