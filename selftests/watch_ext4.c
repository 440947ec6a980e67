// SPDX-License-Identifier: GPL-2.0
/*
 * watch_ext4 - watches a real filesystem at work while its metadata is made to
 * move, by compaction and by move_pages(2) on the device's own mapping.
 *
 * The module owns nothing here and writes nothing. Its prober holds references on
 * buffers of the folio that is being moved, and its quarantine looks for late writes.
 * At the end the filesystem must be whole. Variant `others` has no prober and counts the
 * filesystem's own lookups. Variant `cold` drops metadata and reads it again (cold.c).
 * Variant `commits` changes a few blocks all the time, commit after commit (commits.c).
 * Variant `busted` puts the race of 5.0 - 5.2
 * on the filesystem's own device, and must be caught. With blocks larger than a page
 * (from 6.19 on) all of its folios are large.
 */
#include <errno.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "churn.h"
#include "cold.h"
#include "commits.h"
#include "filesystem.h"
#include "sysfs.h"
#include "torture.h"
#include "verdict.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * busy cores: 200 to 1000 migrations, 10 to 250 references held a second.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 20,
	.exposures_per_s = 3,
	.references_per_s = 2,
};

static const char * const race_oracles[] = { "ref_moved", "stale_write", NULL };

#define DEVICE_KIB	(256 * 1024)	/* large enough not to fill up */
#define BATCH		512		/* pages per call */
#define COMPACT_EVERY_US	100000
#define LOOK_EVERY_US	50000
#define ORDERED		"data=ordered,commit=1"
#define JOURNAL		"data=journal,commit=1"
#define NICE		19
#define WIDENED		"widen_us=50"

/*
 * Without a prober: what ext4 itself looks up. 7,000 a second on 6.1 (TCG, two busy cores).
 * Few of them meet a migration, so that there is no floor for exposures.
 */
#define OTHERS_PER_S	500

#define OTHERS		"prober=0 count_others=1"

/* Buffers stay locked for a while where a lookup already gets at them. */
#define LOCKED		"gap_us=500"
#define COLD_KIB_PER_S	100	/* of metadata read again, in blocks of 1 KiB */

static const struct torture_floors cold_floors = { .migrations_per_s = 20 };

/* What is changed all the time is referenced by the journal. */
static const struct torture_floors commits_floors = { .migrations_per_s = 1 };
#define CHANGES_PER_S	5	/* of inodes */

/* All metadata are in a few dozen blocks that are larger. That one of them moves is enough. */
#define MANY_FOLIOS	16384

/* There are fewer folios, of which ext4 holds more: a commit writes larger blocks. */
static const struct torture_floors large_floors = {
	.migrations_per_s = 5,
	.exposures_per_s = 1,
	.references_per_s = 1,
	.large_per_s = 5,
};

FIXTURE(watch_ext4) {
	struct torture torture;
	struct filesystem fs;
	struct churn churn;
	struct cold cold;
	struct commits commits;
	struct mover mover;
	pthread_t compactor;
	bool compacting;
	bool stop;
};

FIXTURE_VARIANT(watch_ext4) {
	const char *name;
	unsigned int block_size;
	const char *options;
	const char *strategy;	/* NULL: the one asked for */
	bool others;
	bool cold;
	bool commits;
};

FIXTURE_VARIANT_ADD(watch_ext4, busted) {
	"busted", 1024, ORDERED, "busted", false, false, false
};

FIXTURE_VARIANT_ADD(watch_ext4, block_1024_ordered) {
	"block_1024_ordered", 1024, ORDERED, NULL, false, false, false
};

FIXTURE_VARIANT_ADD(watch_ext4, block_2048_ordered) {
	"block_2048_ordered", 2048, ORDERED, NULL, false, false, false
};

FIXTURE_VARIANT_ADD(watch_ext4, block_4096_ordered) {
	"block_4096_ordered", 4096, ORDERED, NULL, false, false, false
};

FIXTURE_VARIANT_ADD(watch_ext4, block_16384_ordered) {
	"block_16384_ordered", 16384, ORDERED, NULL, false, false, false
};

FIXTURE_VARIANT_ADD(watch_ext4, block_65536_ordered) {
	"block_65536_ordered", 65536, ORDERED, NULL, false, false, false
};

FIXTURE_VARIANT_ADD(watch_ext4, block_16384_journal) {
	"block_16384_journal", 16384, JOURNAL, NULL, false, false, false
};

FIXTURE_VARIANT_ADD(watch_ext4, block_1024_journal) {
	"block_1024_journal", 1024, JOURNAL, NULL, false, false, false
};

FIXTURE_VARIANT_ADD(watch_ext4, block_2048_journal) {
	"block_2048_journal", 2048, JOURNAL, NULL, false, false, false
};

FIXTURE_VARIANT_ADD(watch_ext4, block_4096_journal) {
	"block_4096_journal", 4096, JOURNAL, NULL, false, false, false
};

FIXTURE_VARIANT_ADD(watch_ext4, others) {
	"others", 1024, ORDERED, NULL, true, false, false
};

FIXTURE_VARIANT_ADD(watch_ext4, cold) {
	"cold", 1024, ORDERED, NULL, false, true, false
};

FIXTURE_VARIANT_ADD(watch_ext4, commits) {
	"commits", 1024, ORDERED, NULL, false, false, true
};

FIXTURE_SETUP(watch_ext4)
{
	struct torture *t = &self->torture;

	torture_init(t, "watch_ext4", variant->name);
	t->watch = true;
	t->block_size = variant->block_size;
	t->device_kib = DEVICE_KIB;
	t->floors = variant->cold ? cold_floors : variant->commits ? commits_floors : floors;
	if (variant->block_size > sysconf(_SC_PAGESIZE))
		t->floors = large_floors;
	if (variant->block_size > MANY_FOLIOS) {
		t->floors.migrations_per_s = 0;
		t->floors.large_per_s = 0;
	}
	if (variant->others) {
		t->fixed_duration = true;
		t->module_verdict = "";	/* whether one of them meets a migration is chance */
	}
	if (variant->strategy) {
		t->strategy = variant->strategy;
		t->expected_oracles = race_oracles;
	}
	snprintf(t->params, sizeof(t->params), "%s %s", WIDENED,
		 variant->others ? OTHERS : variant->cold ? LOCKED : "");
	torture_need_nodes(t);
	/* The prober is nice, too: it would hardly run beside threads that are not. */
	if (nice(NICE) < 0)
		torture_give_up(t, TORTURE_FAIL, "nice: %s", strerror(errno));
}

FIXTURE_TEARDOWN(watch_ext4)
{
}

static void *compact_main(void *argument)
{
	bool *stop = argument;

	while (!__atomic_load_n(stop, __ATOMIC_RELAXED) &&
	       !sysfs_write("/proc/sys/vm/compact_memory", "1"))
		usleep(COMPACT_EVERY_US);
	return NULL;
}

static void judge_others(struct torture *t)
{
	unsigned int wanted = OTHERS_PER_S * t->duration_s;

	if (t->stats.lookups < wanted)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu lookups of others (at least %u needed)",
				t->stats.lookups, wanted);
	else
		torture_give_up(t, TORTURE_PASS, "%llu lookups of others",
				t->stats.lookups);
}

static int move(struct torture *t, struct mover *mover)
{
	return torture_move_device(t, mover, FILESYSTEM_METADATA_BYTES, BATCH, 0);
}

/* What is mapped would neither be dropped nor be read in parts: only compaction moves. */
static void wait_cold(struct torture *t, struct cold *cold)
{
	while (torture_continue(t)) {
		cold_look(cold, t);
		usleep(LOOK_EVERY_US);
	}
}

static void judge_cold(struct torture *t, const struct cold *cold)
{
	double wanted = COLD_KIB_PER_S * verdict_asked_s(t);

	if (t->result == TORTURE_PASS && cold->read_kib < wanted)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu KiB of metadata read again (at least %.0f needed)",
				cold->read_kib, wanted);
}

static void judge_commits(struct torture *t, const struct commits *commits)
{
	double wanted = CHANGES_PER_S * verdict_asked_s(t);

	if (t->result == TORTURE_PASS && commits->changes < wanted)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu changes of inodes (at least %.0f needed)",
				commits->changes, wanted);
}

TEST_F_TIMEOUT(watch_ext4, watched, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	if (!torture_prepare(t) &&
	    !filesystem_make(&self->fs, t, variant->block_size, variant->options) &&
	    (variant->commits ? !commits_start(&self->commits, t, &self->fs) :
				!churn_start(&self->churn, t, &self->fs)) &&
	    (!variant->cold || !cold_start(&self->cold, t, &self->fs)) &&
	    !torture_start(t) && (variant->cold || !move(t, &self->mover))) {
		self->compacting = !pthread_create(&self->compactor, NULL,
						   compact_main, &self->stop);
		if (variant->cold)
			wait_cold(t, &self->cold);
		else
			torture_wait(t);
		if (variant->others)
			judge_others(t);
	}
	__atomic_store_n(&self->stop, true, __ATOMIC_RELAXED);
	if (self->compacting)
		pthread_join(self->compactor, NULL);
	torture_move_end(t, &self->mover);
	cold_stop(&self->cold);
	commits_stop(&self->commits, t);
	torture_stop(t);
	if (variant->cold)
		judge_cold(t, &self->cold);
	if (variant->commits)
		judge_commits(t, &self->commits);
	churn_end(&self->churn, t);
	filesystem_end(&self->fs, t, !t->expected_oracles);
	t->extra = json_pack("{sI sI sI}", "operations", (json_int_t)self->churn.operations,
			     "cold_kib", (json_int_t)self->cold.read_kib,
			     "inode_changes", (json_int_t)self->commits.changes);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
