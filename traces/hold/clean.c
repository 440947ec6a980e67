// SPDX-License-Identifier: GPL-2.0
/*
 * Leaves the kernel as it was. What is ours is told by its name, not by what this
 * process remembers. So the same way out serves a normal end, a signal, and the
 * leftovers of a process that was killed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <tracefs.h>

#include "finder/functions.h"
#include "hold/clean.h"
#include "hold/instance.h"
#include "hold/names.h"
#include "hold/optimization.h"
#include "hold/probes.h"
#include "hold/trace-cmd.h"
#include "hold/triggers.h"
#include "lib/tools.h"

#define PASSES		50
#define WAIT_US		100000	/* between attempts, PASSES of them */
#define TRACE_CMD_PASSES 600	/* it may have a large file to write, on a busy machine */

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
		die(EXIT_ENVIRONMENT, "tracefs is not there: mount it on /sys/kernel/tracing (root only)");
	path = printed("%s/kprobe_events", root);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die(EXIT_ENVIRONMENT, "cannot open %s: %s (root only; CONFIG_KPROBE_EVENTS)", path,
		    strerror(errno));
	/* Small kernels lack CONFIG_FILE_LOCKING; others do not run beside us there. */
	if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		die(EXIT_ENVIRONMENT, "another bht-hold is recording on this kernel");
	free(path);
}

static bool is_ours(const char *event)
{
	return (!strncmp(event, "hold_", 5) || !strncmp(event, "wait_", 5)) &&
	       (functions_know(event + 5) || !strcmp(event + 5, CALIBRATION_NAME));
}

/* Return: whether one is left, because a trigger of a lost instance refers to it. */
static bool remove_synthetic(void)
{
	struct tracefs_dynevent **events =
		tracefs_dynevent_get_all(TRACEFS_DYNEVENT_SYNTH, NULL);
	bool left = false;
	char *name;
	size_t i;

	for (i = 0; events && events[i]; i++) {
		name = NULL;
		tracefs_dynevent_info(events[i], NULL, &name, NULL, NULL, NULL);
		if (name && is_ours(name) && tracefs_dynevent_destroy(events[i], false))
			left = true;
		free(name);
	}
	tracefs_dynevent_list_free(events);
	return left;
}

static void stop_recording(struct tracefs_instance *instance)
{
	tracefs_trace_off(instance);
	tracefs_instance_file_write(instance, "events/enable", "0");
	triggers_remove(instance, HOLD_GROUP);
	triggers_remove(instance, "synthetic");
}

/**
 * clean_all() - Remove all that a process of this program has made.
 *
 * The order matters. A trigger that goes with its instance, instead of before it,
 * keeps its synthetic events busy until the next boot.
 */
void clean_all(void)
{
	struct tracefs_instance *instance = tracefs_instance_alloc(NULL, HOLD_INSTANCE);
	bool left;
	int pass;

	if (instance) {
		/* The trace-cmd of a killed bht-hold got a signal; it writes its file now. */
		for (pass = 0; pass < TRACE_CMD_PASSES && trace_cmd_runs(); pass++)
			usleep(WAIT_US);
		stop_recording(instance);
		tracefs_instance_free(instance);
	}
	remove_synthetic();
	probes_remove();
	for (pass = 0; pass < PASSES && !instance_remove(); pass++)
		usleep(WAIT_US);
	left = remove_synthetic();
	probes_remove();
	optimization_restore();
	if (left || tracefs_instance_exists(HOLD_INSTANCE) ||
	    tracefs_dir_exists(NULL, "events/" HOLD_GROUP))
		say("not everything could be removed: see instances/" HOLD_INSTANCE
		    ", synthetic_events and kprobe_events in %s", tracefs_tracing_dir());
}
