// SPDX-License-Identifier: GPL-2.0
/*
 * nowait_lookup - lookups that may not wait, while memory is short, allocations
 * fail and folios move ("Memory allocation on speculative fastpaths", 2022: never
 * sleep, never reclaim, leave the emergency pools alone).
 *
 *   atomic     __find_get_block() in an RCU read section. A debug flavour tells who
 *              may sleep there, any kernel tells who did
 *   getblk     with GFP_NOWAIT | __GFP_NOMEMALLOC where the kernel lets callers say
 *              so (bdev_getblk(), 6.7): NULL is an answer when memory is short
 *   readahead  of blocks that were synced: they come back as they were
 *
 * The folios are dropped from the page cache all the time, so that there is always
 * something to allocate. With FAULT_INJECTION one in five of these threads' non-blocking
 * allocations fails; without it, memory is kept at its edge.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "faults.h"
#include "hog.h"
#include "meminfo.h"
#include "sysfs.h"
#include "threads.h"
#include "torture.h"
#include "verdict.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * very busy cores, debug flavour: 80 migrations, 1 exposure, 600 lookups a second.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 10,
};

#define LOOKUPS_PER_S	100	/* in atomic context */
#define DROP_EVERY_US	200000
#define START_KIB	(160 * 1024)	/* memory_clean_kib(): what the beginning needs */
#define EDGE_KIB	(24 * 1024)	/* and where it stays from then on */
#define NEAR_KIB	(48 * 1024)	/* must have been reached */
#define BATCH		512		/* pages per call */
#define MOVE_PAUSE_US	5000
#define FAIL_PERCENT	20
/*
 * A zone must keep this part of its min watermark free. Others in atomic context, such
 * as interrupts, may go down to half of it; our lookups may not go below it at all. But
 * the count of free pages is off by some hundred pages, so that half of it is asked for.
 */
#define RESERVE_PERCENT	50

#define THREADS		"nowait=2 getblk=2 widen_us=20"

FIXTURE(nowait_lookup) {
	struct torture torture;
	struct mover mover;
	struct hog hog;
	struct reserves reserves;
	bool faults;
};

FIXTURE_SETUP(nowait_lookup)
{
	struct torture *t = &self->torture;

	torture_init(t, "nowait_lookup", NULL);
	t->floors = floors;
	snprintf(t->params, sizeof(t->params), "%s", THREADS);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(nowait_lookup)
{
}

/* The threads that may be refused memory. Return: how many. */
static unsigned int choose_threads(void)
{
	return threads_each("bht_getblk", faults_choose) +
	       threads_each("bht_nowait", faults_choose);
}

/* Drop the folios from the page cache, except those that are dirty or in use. */
static void drop(struct mover *mover)
{
	size_t bytes = mover->pages * sysconf(_SC_PAGESIZE);

	madvise(mover->mapping.start, bytes, MADV_DONTNEED);
	posix_fadvise(mover->mapping.fd, 0, bytes, POSIX_FADV_DONTNEED);
}

static unsigned long long nowait_lookups(const struct torture *t)
{
	json_int_t lookups = 0;

	json_unpack(t->stats.json, "{s{s{sI}}}", "personalities", "nowait", "lookups",
		    &lookups);
	return lookups;
}

static void judge(struct torture *t, const struct hog *hog,
		  const struct reserves *reserves, bool faults)
{
	unsigned long long slept = stats_number(&t->stats, "nowait_slept");

	if (t->result != TORTURE_PASS)
		return;
	if (slept)
		torture_give_up(t, TORTURE_FAIL, "lookups in atomic context slept: %llu",
				slept);
	else if (reserves->samples && reserves->least_percent < RESERVE_PERCENT)
		torture_give_up(t, TORTURE_FAIL,
				"reserves were taken: a zone had %lu %% of its min watermark free (at least %u)",
				reserves->least_percent, RESERVE_PERCENT);
	else if (nowait_lookups(t) < verdict_asked_s(t) * LOOKUPS_PER_S)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu lookups in atomic context (at least %.0f needed)",
				nowait_lookups(t), verdict_asked_s(t) * LOOKUPS_PER_S);
	else if (!faults && hog->least_kib > NEAR_KIB)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %lu KiB were always available (less than %u needed)",
				hog->least_kib, NEAR_KIB);
}

TEST_F_TIMEOUT(nowait_lookup, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	if (!torture_prepare(t) &&
	    !hog_open(&self->hog, t, 2 * memory_available_kib()))
		while (hog_grow(&self->hog, START_KIB))
			;
	if (!torture_start(t) && !torture_move(t, &self->mover, BATCH)) {
		self->mover.pause_us = MOVE_PAUSE_US;
		/* Only those that may not wait. */
		self->faults = choose_threads() && faults_start(FAIL_PERCENT, false);
		while (torture_continue(t) && !torture_complained(t)) {
			while (hog_grow(&self->hog, EDGE_KIB) && torture_continue(t))
				;
			t->wanting = !self->faults && self->hog.least_kib > NEAR_KIB;
			reserves_look(&self->reserves);
			drop(&self->mover);
			usleep(DROP_EVERY_US);
		}
	}
	faults_end();
	torture_move_end(t, &self->mover);
	hog_close(&self->hog);
	torture_stop(t);
	judge(t, &self->hog, &self->reserves, self->faults);
	t->extra = json_pack("{sb sI sI sI sI sI sI sI}", "faults", self->faults,
			     "nowait_lookups", (json_int_t)nowait_lookups(t),
			     "nowait_slept", (json_int_t)stats_number(&t->stats, "nowait_slept"),
			     "getblk_failed", (json_int_t)stats_number(&t->stats, "getblk_failed"),
			     "getblk_slept", (json_int_t)stats_number(&t->stats, "getblk_slept"),
			     "least_available_kib", (json_int_t)self->hog.least_kib,
			     "least_free_percent_of_min",
			     (json_int_t)self->reserves.least_percent,
			     "samples_below_min", (json_int_t)self->reserves.below);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
