// SPDX-License-Identifier: GPL-2.0
/*
 * Leaves the kernel as it was. What is ours is told by its name, not by what this
 * process remembers: the same way out serves a normal end, a signal and the
 * leftovers of a process that was killed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <tracefs.h>

#include "hold.h"

#define INSTANCE	"instances/" HOLD_INSTANCE
/* While this instance exists, kprobes are not optimized, but were before. */
#define UNOPTIMIZED	"instances/" HOLD_INSTANCE "_unoptimized"
#define OPTIMIZATION	"/proc/sys/debug/kprobes-optimization"
#define PASSES		50	/* a variable goes after those that read it */
#define WAIT_US		100000	/* between attempts, PASSES of them */

/**
 * clean_lock() - Be the only one; ends the program when another one is at work.
 *
 * The lock goes with the process, however it ends.
 */
void clean_lock(void)
{
	const char *root = tracefs_tracing_dir();
	char *path;
	int fd;

	if (!root)
		die("tracefs is not there: mount it on /sys/kernel/tracing (root only)");
	path = text("%s/kprobe_events", root);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("cannot open %s: %s (root only; CONFIG_KPROBE_EVENTS)", path,
		    strerror(errno));
	/* Small kernels lack CONFIG_FILE_LOCKING, and those who would be in the way. */
	if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		die("another bht-hold is recording on this kernel");
	free(path);
}

static bool set_optimization(bool on)
{
	int fd = open(OPTIMIZATION, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, on ? "1" : "0", 1) == 1;

	if (fd >= 0)
		close(fd);
	return done;
}

/**
 * clean_keep_probes_simple() - Until clean_all(), let no kprobe become a jump.
 *
 * Some of ours could and some, on calls, could not: their costs would differ, and
 * each change waits for all tasks to sleep, which a busy kernel thread never does.
 */
void clean_keep_probes_simple(void)
{
	int fd = open(OPTIMIZATION, O_RDONLY | O_CLOEXEC);
	char value = '0';

	if (fd < 0)
		return;		/* without CONFIG_OPTPROBES none does */
	if (read(fd, &value, 1) == 1 && value == '1' &&
	    tracefs_instance_create(HOLD_INSTANCE "_unoptimized"))
		set_optimization(false);
	close(fd);
}

static void restore_optimization(void)
{
	char *path;

	if (!trace_has(UNOPTIMIZED))
		return;
	set_optimization(true);
	path = text("%s/" UNOPTIMIZED, tracefs_tracing_dir());
	rmdir(path);
	free(path);
}

/* Return: whether there was a trigger. */
static bool remove_triggers_of(const char *event_dir)
{
	char *file = text("%s/trigger", event_dir), *list = trace_get(file);
	char *line, *next, *state;
	bool found = false;

	for (line = list; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		else
			next = line + strlen(line);
		if (line[0] == '#')
			continue;
		/* It is listed as it was set, with its state behind it. */
		state = strstr(line, " [active]");
		state = state ? state : strstr(line, " [paused]");
		if (state)
			memmove(state, state + strlen(" [active]"),
				strlen(state + strlen(" [active]")) + 1);
		trace_append(file, "!%s", line);
		found = true;
	}
	free(list);
	free(file);
	return found;
}

static bool is_ours(const char *event)
{
	return (!strncmp(event, "hold_", 5) || !strncmp(event, "wait_", 5)) &&
	       sites_know(event + 5);
}

static bool remove_triggers(const char *system)
{
	char *name = text(INSTANCE "/events/%s", system);
	char *path = text("%s/%s", tracefs_tracing_dir(), name);
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool found = false;

	while (dir && (entry = readdir(dir))) {
		char *event;

		if (entry->d_name[0] == '.' || entry->d_type != DT_DIR)
			continue;
		event = text("%s/%s", name, entry->d_name);
		found |= remove_triggers_of(event);
		free(event);
	}
	if (dir)
		closedir(dir);
	free(path);
	free(name);
	return found;
}

/* Return: whether one is left, because a trigger of a lost instance refers to it. */
static bool remove_synthetic(void)
{
	bool left = false;
	char *list = trace_get("synthetic_events"), *line, *rest = list;

	while (rest && (line = strsep(&rest, "\n"))) {
		char *name = strsep(&line, "\t ");

		if (is_ours(name) && trace_append("synthetic_events", "!%s", name))
			left = true;
	}
	free(list);
	return left;
}

static void remove_probes(void)
{
	char *list = trace_get("kprobe_events"), *line, *rest = list;

	while (rest && (line = strsep(&rest, "\n"))) {
		char *name = strstr(line, ":" HOLD_GROUP "/"), *end;

		if (!name)
			continue;
		end = strchr(name, ' ');
		if (end)
			*end = '\0';
		/* One that covers several sites goes at once, its other lines fail. */
		trace_append("kprobe_events", "-%s", name);
	}
	free(list);
}

/* One that records into our instance: its command line says so. */
static bool is_our_trace_cmd(const char *pid)
{
	static const char ours[] = "\0-B\0" HOLD_INSTANCE;
	char *path = text("/proc/%s/cmdline", pid), line[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = 0;

	if (fd >= 0) {
		length = read(fd, line, sizeof(line));
		close(fd);
	}
	free(path);
	return length > 0 && memmem(line, length, ours, sizeof(ours));
}

static bool trace_cmd_runs(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	bool runs = false;

	while (dir && !runs && (entry = readdir(dir)))
		runs = strspn(entry->d_name, "0123456789") == strlen(entry->d_name) &&
		       is_our_trace_cmd(entry->d_name);
	if (dir)
		closedir(dir);
	return runs;
}

static bool remove_instance(void)
{
	char *path = text("%s/" INSTANCE, tracefs_tracing_dir());
	bool gone = !rmdir(path) || errno == ENOENT;

	free(path);
	return gone;
}

/**
 * clean_triggers() - Remove the triggers of our probes, which disarms them.
 *
 * Return: whether one is left: some go only after those that read their variables.
 */
bool clean_triggers(void)
{
	bool left = true;
	int pass;

	for (pass = 0; left && pass < PASSES; pass++) {
		left = remove_triggers(HOLD_GROUP);
		if (left && pass > PASSES / 2)
			usleep(WAIT_US);
	}
	return left;
}

/**
 * clean_all() - Remove all that a process of this program has made.
 *
 * The order matters: a trigger that goes with its instance, instead of before it,
 * keeps its synthetic events busy until the next boot.
 */
void clean_all(void)
{
	bool left;
	int pass;

	/* One whose bht-hold was killed got a signal then, and is writing its file. */
	for (pass = 0; pass < PASSES && trace_has(INSTANCE) && trace_cmd_runs(); pass++)
		usleep(WAIT_US);
	trace_put(INSTANCE "/tracing_on", "0");
	trace_put(INSTANCE "/events/enable", "0");
	clean_triggers();
	for (pass = 0; pass < PASSES && remove_triggers("synthetic"); pass++)
		if (pass > PASSES / 2)
			usleep(WAIT_US);
	remove_synthetic();
	remove_probes();
	for (pass = 0; pass < PASSES && !remove_instance(); pass++)
		usleep(WAIT_US);
	left = remove_synthetic();
	remove_probes();
	restore_optimization();
	if (left || trace_has(INSTANCE) || trace_has("events/" HOLD_GROUP))
		say("not everything could be removed: see instances/" HOLD_INSTANCE
		    ", synthetic_events and kprobe_events in %s", tracefs_tracing_dir());
}
