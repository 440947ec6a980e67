// SPDX-License-Identifier: GPL-2.0
/*
 * Who reclaims memory on behalf of a loop device, and may it enter filesystems?
 *
 * The loop device's worker serves the filesystem on top of it. If one of its own
 * allocations reclaims memory with __GFP_FS, that may end up in that filesystem, which
 * waits for the worker. The hang itself needs bad luck. The kernel's trace events tell
 * without it that the worker enters reclaim, and with which rights.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recursion.h"
#include "sysfs.h"

#define TRACEFS		"/sys/kernel/tracing"
#define INSTANCE	TRACEFS "/instances/bhtorture"
#define RECLAIM		"mm_vmscan_direct_reclaim_begin"
#define EXECUTE		"workqueue_execute_start"
#define EXECUTED	"workqueue_execute_end"

/* Names of flags in show_gfp_flags() that contain __GFP_FS. */
static const char * const enters_filesystems[] = {
	"__GFP_FS", "GFP_KERNEL", "GFP_USER", "GFP_HIGHUSER", "GFP_TRANSHUGE",
};

static bool may_enter_filesystems(const char *flags)
{
	size_t i;

	for (i = 0; i < sizeof(enters_filesystems) / sizeof(*enters_filesystems); i++)
		if (strstr(flags, enters_filesystems[i]))
			return true;
	return false;
}

/*
 * "  kworker/u4:1-27  [000] d..1.  12.345678: event: ...". Names may contain
 * everything; the process number stands before the CPU.
 */
static int pid_of(const char *line)
{
	const char *end;
	int cpu, length = 0;

	for (end = strstr(line, " ["); end; end = strstr(end + 1, " [")) {
		if (sscanf(end, " [%d]%n", &cpu, &length) == 1 && length)
			break;
	}
	while (end && end > line && end[-1] == ' ')
		end--;
	while (end && end > line && end[-1] >= '0' && end[-1] <= '9')
		end--;
	return end ? atoi(end) : 0;
}

/**
 * recursion_line() - Take one line of the trace into account.
 * @recursion: What is known so far.
 * @line: The line.
 */
void recursion_line(struct recursion *recursion, const char *line)
{
	int pid = pid_of(line);
	unsigned int slot = pid % RECURSION_WORKERS;
	const char *what = strstr(line, EXECUTE ": ");

	if (!pid)
		return;
	/* Between two pieces of work a worker serves nobody: it may make more workers. */
	if (strstr(line, EXECUTED ": ")) {
		recursion->worker[slot] = 0;
		return;
	}
	if (what) {
		what = strstr(what, "function ");
		recursion->worker[slot] = what && !strncmp(what + 9, "loop_", 5) ? pid : 0;
		return;
	}
	what = strstr(line, RECLAIM ": ");
	/* Before 5.14 the loop device has a thread of its own, "loop0". */
	if (!what || (recursion->worker[slot] != pid &&
		      strncmp(line + strspn(line, " "), "loop", 4)))
		return;
	recursion->reclaims++;
	what = strstr(what, "gfp_flags=");
	if (!what || !may_enter_filesystems(what))
		return;
	if (!recursion->recursions++)
		snprintf(recursion->first, sizeof(recursion->first), "%.*s",
			 (int)strcspn(what, "\n"), what);
}

static void *recursion_main(void *argument)
{
	struct recursion *recursion = argument;
	char text[8192 + 1], *line, *next;
	struct pollfd poll_fd = { .fd = recursion->fd, .events = POLLIN };
	ssize_t length;
	size_t kept = 0;

	while (!__atomic_load_n(&recursion->stop, __ATOMIC_RELAXED)) {
		if (poll(&poll_fd, 1, 100) <= 0)
			continue;
		length = read(recursion->fd, text + kept, sizeof(text) - 1 - kept);
		if (length <= 0) {
			usleep(20000);
			continue;
		}
		text[kept + length] = '\0';
		for (line = text; (next = strchr(line, '\n')); line = next + 1) {
			*next = '\0';
			recursion_line(recursion, line);
		}
		kept = strlen(line);
		if (kept == sizeof(text) - 1)
			kept = 0;
		memmove(text, line, kept);
	}
	return NULL;
}

/**
 * recursion_start() - Begin to look.
 * @recursion: Zeroed; recursion_stop() in any case.
 * @t: The run.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int recursion_start(struct recursion *recursion, struct torture *t)
{
	recursion->fd = -1;
	mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	rmdir(INSTANCE);	/* left behind by a test that was killed */
	if (mkdir(INSTANCE, 0700) ||
	    sysfs_write(INSTANCE "/events/vmscan/" RECLAIM "/enable", "1") ||
	    sysfs_write(INSTANCE "/events/workqueue/" EXECUTE "/enable", "1") ||
	    sysfs_write(INSTANCE "/events/workqueue/" EXECUTED "/enable", "1"))
		return torture_give_up(t, TORTURE_SKIP,
				       "no trace events of reclaim and workqueues: %s (CONFIG_TRACING)",
				       strerror(errno));
	recursion->fd = open(INSTANCE "/trace_pipe", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (recursion->fd < 0)
		return torture_give_up(t, TORTURE_FAIL, INSTANCE "/trace_pipe: %s",
				       strerror(errno));
	recursion->running = !pthread_create(&recursion->thread, NULL, recursion_main,
					     recursion);
	return 0;
}

/**
 * recursion_stop() - Look no more.
 * @recursion: Zeroed or started.
 */
void recursion_stop(struct recursion *recursion)
{
	__atomic_store_n(&recursion->stop, true, __ATOMIC_RELAXED);
	if (recursion->running) {
		pthread_join(recursion->thread, NULL);
		recursion->running = false;
		close(recursion->fd);
	}
	sysfs_write(INSTANCE "/events/enable", "0");
	rmdir(INSTANCE);
}
