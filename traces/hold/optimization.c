// SPDX-License-Identifier: GPL-2.0
/*
 * Switches the optimization of kprobes off for a while. An empty tracing instance in
 * the kernel notes that it was on before. So the next process can set it back when
 * this one is killed.
 */
#include <fcntl.h>
#include <unistd.h>

#include <tracefs.h>

#include "hold/names.h"
#include "hold/optimization.h"
#include "lib/tools.h"

/* While this instance exists, kprobes are not optimized, but were before. */
#define UNOPTIMIZED	HOLD_INSTANCE "_unoptimized"
#define OPTIMIZATION	"/proc/sys/debug/kprobes-optimization"

static void set(const char *value)
{
	int fd = open(OPTIMIZATION, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, value, 1) != 1)
		say("cannot write %s to " OPTIMIZATION ": probes differ in their cost", value);
	close(fd);
}

/**
 * optimization_off() - Let no kprobe become a jump, until optimization_restore().
 *
 * Some of our probes could become jumps; others, on calls, could not. Their costs
 * would differ. And each such change waits for all tasks to sleep, which a busy
 * kernel thread never does.
 */
void optimization_off(void)
{
	int fd = open(OPTIMIZATION, O_RDONLY | O_CLOEXEC);
	struct tracefs_instance *note;
	char value = '0';

	if (fd < 0)
		return;		/* without CONFIG_OPTPROBES none does */
	if (read(fd, &value, 1) == 1 && value == '1') {
		note = tracefs_instance_create(UNOPTIMIZED);
		if (note)
			set("0");
		tracefs_instance_free(note);
	}
	close(fd);
}

/**
 * optimization_restore() - Set it back, whoever has changed it.
 */
void optimization_restore(void)
{
	struct tracefs_instance *note = tracefs_instance_alloc(NULL, UNOPTIMIZED);

	if (!note)
		return;
	set("1");
	tracefs_instance_destroy(note);
	tracefs_instance_free(note);
}
