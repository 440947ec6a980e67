// SPDX-License-Identifier: GPL-2.0
/*
 * trace-cmd in the background: it writes the events of our instance to trace.dat.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hold/instance.h"
#include "hold/names.h"
#include "hold/trace-cmd.h"
#include "lib/tools.h"

#define TORTURE_EVENTS	"bhtorture"
#define START_S		20
#define LOOK_US		20000
#define KB_PER_CPU	"65536"		/* of trace.dat, the latest events */

static bool is_on(const char *file)
{
	char *value = tracefs_instance_file_read(instance_get(), file, NULL);
	bool on = value && value[0] == '1';

	free(value);
	return on;
}

static __noreturn void become_trace_cmd(const char *output, const char *log, bool lookups)
{
	bool torture = tracefs_dir_exists(NULL, "events/" TORTURE_EVENTS);
	int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	/* Ctrl-C is for us; we end it when the probes are disarmed. */
	setpgid(0, 0);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	/* Lookups are millions of events: only for those who ask for lookups. */
	execlp("trace-cmd", "trace-cmd", "record", "-o", output, "-C", "mono",
	       "-m", KB_PER_CPU, "-B", HOLD_INSTANCE, "-e", HOLD_GROUP,
	       torture ? "-e" : NULL, TORTURE_EVENTS, lookups ? NULL : "-v",
	       "-e", TORTURE_EVENTS ":bhtorture_lookup", NULL);
	fprintf(stderr, "trace-cmd: %s\n", strerror(errno));
	_exit(127);
}

/**
 * trace_cmd_start() - Start it, and wait until it records.
 * @folder: Where trace.dat and its log go.
 * @lookups: Record the module's lookups as well.
 *
 * Return: its process.
 */
pid_t trace_cmd_start(const char *folder, bool lookups)
{
	char *output = printed("%s/trace.dat", folder);
	char *log = printed("%s/trace-cmd.log", folder);
	double until = now() + START_S;
	pid_t self = getpid(), pid;

	pid = fork();
	if (pid < 0)
		die(EXIT_ENVIRONMENT, "cannot start trace-cmd: %s", strerror(errno));
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGINT);
		if (getppid() != self)
			_exit(1);
		become_trace_cmd(output, log, lookups);
	}
	while (!is_on("events/" HOLD_GROUP "/enable") || !is_on("tracing_on")) {
		if (waitpid(pid, NULL, WNOHANG) == pid)
			die(EXIT_ENVIRONMENT, "trace-cmd could not record, see %s", log);
		if (now() > until) {
			kill(pid, SIGKILL);
			die(EXIT_ENVIRONMENT, "trace-cmd did not start within %d s, see %s",
			    START_S, log);
		}
		usleep(LOOK_US);
	}
	free(output);
	free(log);
	return pid;
}

/**
 * trace_cmd_stop() - End it, and wait until trace.dat is whole.
 * @pid: Its process, 0: there is none.
 * @folder: Where its log is.
 */
void trace_cmd_stop(pid_t pid, const char *folder)
{
	int status = 0;

	if (!pid)
		return;
	kill(pid, SIGINT);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		say("trace-cmd did not end well, see %s/trace-cmd.log", folder);
}

/* One that records into our instance: its command line says so. */
static bool is_ours(const char *pid)
{
	static const char ours[] = "\0-B\0" HOLD_INSTANCE;
	char *path = printed("/proc/%s/cmdline", pid), line[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = 0;

	if (fd >= 0) {
		length = read(fd, line, sizeof(line));
		close(fd);
	}
	free(path);
	return length > 0 && memmem(line, length, ours, sizeof(ours));
}

/**
 * trace_cmd_runs() - Does any trace-cmd record into our instance?
 */
bool trace_cmd_runs(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	bool runs = false;

	while (dir && !runs && (entry = readdir(dir)))
		runs = strspn(entry->d_name, "0123456789") == strlen(entry->d_name) &&
		       is_ours(entry->d_name);
	if (dir)
		closedir(dir);
	return runs;
}
