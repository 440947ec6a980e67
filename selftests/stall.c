// SPDX-License-Identifier: GPL-2.0
/*
 * stall - nobody who only wants memory waits for a slow device: the oracle `stall`.
 *
 * Direct compaction may wait for a lock that is held for moments, but not for a read:
 * whoever faults would wait as long as the device takes, for each buffer that it meets
 * (before 4bb6dc79d987). So the metadata of an ext4 is read from a device that takes
 * DEVICE_LATE_MS for each request, while faults that want huge pages compact memory.
 * A witness looks at the stack of the thread that faults: what counts is how long it sleeps
 * in one place inside of compaction.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "clock.h"
#include "cold.h"
#include "filesystem.h"
#include "filler.h"
#include "huge.h"
#include "meminfo.h"
#include "nodes.h"
#include "sysfs.h"
#include "torture.h"
#include "verdict.h"

/* What must have happened for a pass to mean something. */
#define READS_PER_S	5	/* of 1 KiB */
#define STALLS_PER_S	1	/* direct compactions */
#define REFUSED_PER_10_S 2	/* migrations: they met a read, or another reference */

#define DEVICE_KIB	(64 * 1024)
#define THREADS		8	/* that read */
#define LOOK_EVERY_US	5000
/* A read that is met was begun some time ago: most of what it takes is left at most. */
#define STALLED_MS	(DEVICE_LATE_MS / 4)
#define HOLES_ONE_IN	8	/* pages of the filler that make room for folios */
#define KEEP_ONE_IN	64	/* pages of it that stay */
#define RESERVE_KIB	(64 * 1024)	/* left free, for everybody else */
#define SETTLE_US	300000	/* for folios to be read into the holes */

struct witness {
	pthread_t thread;
	bool running;
	bool stop;
	pid_t watched;
	unsigned long long looks, inside;	/* that found it in compaction */
	char place[64];		/* where it slept last, and since when */
	double since;
	double longest_ms;
	char longest_place[64];
};

FIXTURE(stall) {
	struct torture torture;
	struct filesystem fs;
	struct cold cold;
	struct filler filler;
	struct thp thp;
	struct thp_faults faults;
	struct witness witness;
	unsigned long long compactions;
};

/* The lock that 6.3 and before wait for. */
static bool waits_by_design(void)
{
	struct utsname name;
	int major, minor;

	return !uname(&name) && sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	       (major < 6 || (major == 6 && minor < 4));
}

FIXTURE_SETUP(stall)
{
	struct torture *t = &self->torture;

	torture_init(t, "stall", NULL);
	t->watch = true;
	t->module_verdict = "";		/* whether a lookup meets a migration is chance */
	t->fixed_duration = true;
	t->device_kind = DEVICE_NULL_BLK_LATE;
	t->device_kib = DEVICE_KIB;
	torture_need_nodes(t);
	if (waits_by_design())
		torture_give_up(t, TORTURE_SKIP,
				"before 6.4 direct compaction waits for reads (4bb6dc79d987)");
}

FIXTURE_TEARDOWN(stall)
{
}

/* The innermost function that is not the scheduler's, when the stack is in compaction. */
static bool place_of(const char *stack, char *place, size_t size)
{
	const char *at = strchr(stack, ']');

	if (!strstr(stack, "compact_zone") || !at)
		return false;
	at += 1 + strspn(at + 1, " ");
	snprintf(place, size, "%.*s", (int)strcspn(at, "+\n"), at);
	return true;
}

static void look(struct witness *witness)
{
	char path[64], stack[2048], place[64] = "";
	double now = clock_s();
	bool asleep, inside;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", witness->watched);
	asleep = !sysfs_read(path, stack, sizeof(stack)) && strstr(stack, ") D ");
	snprintf(path, sizeof(path), "/proc/self/task/%d/stack", witness->watched);
	inside = !sysfs_read(path, stack, sizeof(stack)) &&
		 place_of(stack, place, sizeof(place));
	witness->looks++;
	witness->inside += inside;
	if (!asleep || !inside || strcmp(place, witness->place)) {
		snprintf(witness->place, sizeof(witness->place), "%s",
			 asleep && inside ? place : "");
		witness->since = now;
	} else if ((now - witness->since) * 1000 > witness->longest_ms) {
		witness->longest_ms = (now - witness->since) * 1000;
		snprintf(witness->longest_place, sizeof(witness->longest_place), "%s", place);
	}
}

static void *witness_main(void *argument)
{
	struct witness *witness = argument;

	while (!__atomic_load_n(&witness->stop, __ATOMIC_RELAXED)) {
		look(witness);
		usleep(LOOK_EVERY_US);
	}
	return NULL;
}

static int witness_start(struct witness *witness, struct torture *t)
{
	witness->watched = syscall(SYS_gettid);
	if (access("/proc/self/stack", R_OK))
		return torture_give_up(t, TORTURE_SKIP,
				       "the kernel tells no stacks (CONFIG_STACKTRACE)");
	witness->running = !pthread_create(&witness->thread, NULL, witness_main, witness);
	return witness->running ? 0 : torture_give_up(t, TORTURE_FAIL, "no thread to look");
}

static void witness_stop(struct witness *witness)
{
	__atomic_store_n(&witness->stop, true, __ATOMIC_RELAXED);
	if (witness->running)
		pthread_join(witness->thread, NULL);
	witness->running = false;
}

/* Memory that is free, but not in one piece; what is read is put into the holes. */
static int fragment(struct torture *t, struct filler *filler, int node)
{
	long free_kib = node_free_kib(node) - RESERVE_KIB;

	filler_close(filler);
	if (free_kib < RESERVE_KIB / 2)
		return torture_give_up(t, TORTURE_SKIP,
				       "node %d has too little memory free (more memory)", node);
	if (filler_open(filler, node, free_kib * 1024 / sysconf(_SC_PAGESIZE)))
		return torture_give_up(t, TORTURE_FAIL, "no memory bound to node %d: %s",
				       node, strerror(errno));
	filler_fill(filler);
	filler_free(filler, HOLES_ONE_IN);
	usleep(SETTLE_US);
	filler_keep(filler, KEEP_ONE_IN);
	return 0;
}

static long huge_pages(int node)
{
	long pages = (node_free_kib(node) - RESERVE_KIB) / huge_page_kib();

	return pages > 0 ? pages : 1;
}

static void run(struct torture *t, struct cold *cold, struct filler *filler,
		struct thp_faults *faults, struct witness *witness)
{
	unsigned int rounds = 0;
	int nodes[2], node;

	nodes_find(nodes);
	while (torture_continue(t)) {
		node = nodes[rounds++ % 2];
		if (fragment(t, filler, node) ||
		    thp_fault(faults, t, node, huge_pages(node), 0))
			break;
		thp_release(faults);
		cold_look(cold, t);
		if (witness->longest_ms > STALLED_MS)
			torture_violated(t, "stall",
					 "direct compaction slept for %.0f ms in %s, while each read took %u ms",
					 witness->longest_ms, witness->longest_place,
					 DEVICE_LATE_MS);
	}
}

static unsigned long long refused(const struct torture *t)
{
	return json_integer_value(json_object_get(json_object_get(t->stats.json, "migrations"),
						  "refused"));
}

static void judge(struct torture *t, const struct cold *cold,
		  unsigned long long compactions)
{
	double seconds = verdict_asked_s(t);

	if (t->result != TORTURE_UNDECIDED)
		return;
	if (cold->read_kib < seconds * READS_PER_S ||
	    compactions < seconds * STALLS_PER_S ||
	    refused(t) < seconds * REFUSED_PER_10_S / 10)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu KiB read (at least %.0f needed), %llu direct compactions (%.0f), %llu migrations refused (%.0f)",
				cold->read_kib, seconds * READS_PER_S, compactions,
				seconds * STALLS_PER_S, refused(t),
				seconds * REFUSED_PER_10_S / 10);
	else
		torture_give_up(t, TORTURE_PASS,
				"%llu direct compactions while %llu KiB were read, none waited for them",
				compactions, cold->read_kib);
}

TEST_F_TIMEOUT(stall, watched, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	self->cold.threads = THREADS;
	if (!torture_prepare(t) && !thp_begin(&self->thp, t, "madvise") &&
	    !filesystem_make(&self->fs, t, 1024, "data=ordered") &&
	    !cold_start(&self->cold, t, &self->fs) && !torture_start(t) &&
	    !witness_start(&self->witness, t)) {
		self->compactions = vmstat_events("compact_stall");
		run(t, &self->cold, &self->filler, &self->faults, &self->witness);
		self->compactions = vmstat_events("compact_stall") - self->compactions;
	}
	witness_stop(&self->witness);
	filler_close(&self->filler);
	thp_release(&self->faults);
	thp_end(&self->thp);
	cold_stop(&self->cold);
	judge(t, &self->cold, self->compactions);
	torture_stop(t);
	filesystem_end(&self->fs, t, true);
	t->extra = json_pack("{sI sI sI sI sI}", "cold_kib", (json_int_t)self->cold.read_kib,
			     "compactions", (json_int_t)self->compactions, "looks",
			     (json_int_t)self->witness.looks, "in_compaction",
			     (json_int_t)self->witness.inside, "longest_sleep_ms",
			     (json_int_t)self->witness.longest_ms);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
