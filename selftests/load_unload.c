// SPDX-License-Identifier: GPL-2.0
/*
 * load_unload - the module comes and goes, over and over, while the device's
 * folios move all the time. Every second time it is unloaded in the middle of full load,
 * without having been stopped. Nothing may stay behind.
 *
 * load_unload.written: the same while somebody is in the middle of a large write to the
 * device. A writer reads the device's a_ops once and calls through it until all is
 * written. It must not meet what a strategy has left behind. Without slub_debug=P
 * on the kernel's command line freed memory may still look right.
 *
 * BHT_CYCLES says how often (default 100).
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "meminfo.h"
#include "module.h"
#include "torture.h"

/* What must have happened, in the last cycle, for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 5,
	.exposures_per_s = 1,
};

#define CYCLES		100
#define SMALL		"blocks=2048"	/* soon filled */
#define DEVICE_KIB	(8 * 1024)
#define MOVED_BYTES	(2 * 1024 * 1024)
#define BATCH		512	/* pages per call */
/*
 * The module truncates the page cache, when the block size changes and when the media
 * is judged, until it stays empty. So the mover may touch it only now and then.
 */
#define PAUSE_US	20000
#define RUN_MAX_US	100000
#define LAST_RUN_S	2
#define LEAK_MAX_KIB	(32 * 1024)
#define LEAK_PATIENCE_S	30	/* what is freed late is no leak */

/* All are sound: a violation is the module's own mistake, or the kernel's. */
static const char * const strategies[] = { "kernel", "held", "evict" };

FIXTURE(load_unload) {
	struct torture torture;
	struct mover mover;
	unsigned int cycles;
	unsigned long long migrations;
};

FIXTURE_SETUP(load_unload)
{
	struct torture *t = &self->torture;

	torture_init(t, "load_unload", NULL);
	t->floors = floors;
	t->device_kib = DEVICE_KIB;
	self->cycles = t->options.cycles ?: CYCLES;
	/* For the watchdog: a few seconds a cycle on a slow debug kernel. */
	t->duration_s = LAST_RUN_S + 4 * self->cycles;
	snprintf(t->params, sizeof(t->params), "%s", SMALL);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(load_unload)
{
}

struct writer {
	pthread_t thread;
	const char *path;
	unsigned long writes;
	bool stop;
};

FIXTURE(load_unload_written) {
	struct torture torture;
	struct writer writer;
	unsigned int cycles;
};

FIXTURE_SETUP(load_unload_written)
{
	struct torture *t = &self->torture;

	torture_init(t, "load_unload", "written");
	t->watch = true;
	t->strategy = "held";
	t->module_verdict = "INCONCLUSIVE";	/* nothing moves */
	t->device_kib = DEVICE_KIB;
	self->cycles = t->options.cycles ?: CYCLES;
	t->duration_s = 4 * self->cycles;
	snprintf(t->params, sizeof(t->params), "prober=0");
}

FIXTURE_TEARDOWN(load_unload_written)
{
}

static int one_cycle(struct torture *t, unsigned int cycle,
		     unsigned long long *migrations)
{
	char reason[TORTURE_REASON_MAX];

	t->strategy = strategies[cycle % 3];
	if (torture_start(t))
		return -1;
	usleep(random() % RUN_MAX_US);
	if (cycle & 1 && module_stop(reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "cycle %u: %s", cycle, reason);
	if (stats_read(&t->stats, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "cycle %u: %s", cycle, reason);
	*migrations += t->stats.migrations;
	if (t->stats.violations)
		return -1;	/* judged by torture_stop() */
	if (module_unload(reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "cycle %u: %s", cycle, reason);
	t->loaded = false;
	if (!access("/sys/kernel/debug/bhtorture", F_OK))
		return torture_give_up(t, TORTURE_FAIL,
				       "cycle %u: unloaded, but its debugfs folder stays",
				       cycle);
	return 0;
}

static void last_run(struct torture *t)
{
	t->strategy = t->options.strategy;
	if (torture_start(t))
		return;
	t->duration_s = LAST_RUN_S;
	torture_wait(t);
}

TEST_F_TIMEOUT(load_unload, storm, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	unsigned long before = 0, after = 0, reached = 0;
	unsigned int cycle = 0;

	srandom(t->options.seed);
	if (!torture_prepare(t) &&
	    !torture_move_device(t, &self->mover, MOVED_BYTES, BATCH, PAUSE_US)) {
		/* The first ones fill caches that stay. */
		for (; cycle < self->cycles; cycle++) {
			if (cycle == self->cycles / 10)
				before = memory_available_kib();
			if (one_cycle(t, cycle, &self->migrations))
				break;
			if (cycle % 10 == 9)
				printf("# %s: %u of %u cycles, %llu migrations\n",
				       t->name, cycle + 1, self->cycles,
				       self->migrations);
		}
		reached = before > LEAK_MAX_KIB ? before - LEAK_MAX_KIB : 0;
		after = memory_wait_available_kib(reached, LEAK_PATIENCE_S);
		if (cycle == self->cycles)
			last_run(t);
	}
	torture_move_end(t, &self->mover);
	torture_stop(t);
	if (after < reached)
		torture_give_up(t, TORTURE_FAIL,
				"%lu KiB less memory available after %u cycles",
				before - after, cycle);
	t->extra = json_pack("{sI sI sI sI}", "cycles", (json_int_t)cycle,
			     "migrations_in_cycles", (json_int_t)self->migrations,
			     "available_kib_before", (json_int_t)before,
			     "available_kib_after", (json_int_t)after);
	torture_end(t);
	TORTURE_VERDICT(t);
}

/* The whole device in one call, again and again. */
static void *write_main(void *argument)
{
	const size_t size = DEVICE_KIB * 1024;
	struct writer *writer = argument;
	char *contents = calloc(1, size);
	int fd = open(writer->path, O_WRONLY | O_CLOEXEC);

	while (contents && fd >= 0 &&
	       !__atomic_load_n(&writer->stop, __ATOMIC_RELAXED) &&
	       pwrite(fd, contents, size, 0) == (ssize_t)size)
		writer->writes++;
	if (fd >= 0)
		close(fd);
	free(contents);
	return NULL;
}

static int load_and_unload(struct torture *t, unsigned int cycle)
{
	char reason[TORTURE_REASON_MAX];

	if (torture_start(t))
		return -1;
	usleep(random() % RUN_MAX_US);
	if (module_unload(reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "cycle %u: %s", cycle, reason);
	t->loaded = false;
	return 0;
}

TEST_F_TIMEOUT(load_unload_written, unharmed, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	struct writer *writer = &self->writer;
	unsigned int cycle = 0;

	srandom(t->options.seed);
	if (!torture_prepare(t)) {
		writer->path = t->device.path;
		errno = pthread_create(&writer->thread, NULL, write_main, writer);
		if (errno) {
			torture_give_up(t, TORTURE_FAIL, "writer: %s", strerror(errno));
		} else {
			while (cycle < self->cycles && !load_and_unload(t, cycle))
				cycle++;
			__atomic_store_n(&writer->stop, true, __ATOMIC_RELAXED);
			pthread_join(writer->thread, NULL);
		}
	}
	if (cycle == self->cycles)
		torture_give_up(t, writer->writes ? TORTURE_PASS : TORTURE_FAIL,
				"loaded and unloaded %u times during %lu writes of the device",
				cycle, writer->writes);
	t->extra = json_pack("{sI sI}", "cycles", (json_int_t)cycle,
			     "writes", (json_int_t)writer->writes);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
