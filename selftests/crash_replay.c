// SPDX-License-Identifier: GPL-2.0
/*
 * crash_replay - the power is cut while folios move, and what was synced before must be
 * there afterwards: the oracle `crash_loss` (power.c). A buffer that was taken for written
 * too early shows nowhere else.
 *   ordered, journal  at random moments, under load; files are compared byte by byte. A few
 *                     pieces of the disk are late, somebody keeps writing what is dirty,
 *                     and journals are small, because that makes for checkpoints
 *   checkpoint        one block of metadata is changed, and on its way to the disk for long,
 *                     while each commit of others asks whether the journal still needs it;
 *                     then that has to do without (EXT4_IOC_CHECKPOINT, 5.15). If it took
 *                     less time than the disk does, the power is cut at once
 * In the others the journal's shrinker looks at all buffers again and again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/types.h>

#include "kselftest_harness.h"
#include "churn.h"
#include "clock.h"
#include "contents.h"
#include "filesystem.h"
#include "power.h"
#include "stamps.h"
#include "sysfs.h"
#include "torture.h"
#include "verdict.h"

/* What must have happened for a pass to mean something. */
#define CUTS_PER_10_S	2
#define FILES_PER_CUT	2	/* compared */
#define MIGRATIONS_PER_S 5

#define DEVICE_KIB	(32 * 1024)
#define MOVED_BYTES	(8 * 1024 * 1024)
#define BATCH		256	/* pages per call */
#define MOVE_PAUSE_US	60000
#define CUT_MOST_US	200000	/* between one cut and the next */
#define TAIL_MOST_US	300000	/* until the journal forgets something */
#define LATE_MS		1000	/* some writes of the disk */
#define CHECKPOINT_LATE_MS 500	/* writes of that block */
#define CUT_EVERY	4	/* checkpoints, of those that waited */
#define CHANGED		0	/* the file whose stamp changes */
#define LOOK_EVERY_US	2000	/* at the journal */
#define WRITE_EVERY_US	5000	/* what is dirty */
#define SHRINK_EVERY_US	50000	/* it goes over all caches of the kernel */
#define SHRINK		"/proc/sys/vm/drop_caches"
#define NICE		19
/* Whether a buffer is clean and unlocked is asked there, one after the other if it is broken. */
#define WIDENED		"widen_us=20 delay_in=jbd2_journal_try_remove_checkpoint " \
			"delay_us=1000 delay_one_in=16"
#define RACED		"widen_us=20 delay_in=jbd2_journal_try_remove_checkpoint " \
			"delay_us=5000 delay_one_in=4"

/* Since 6.4 in <linux/ext4.h>, before that nowhere. */
#ifndef EXT4_IOC_CHECKPOINT
#define EXT4_IOC_CHECKPOINT	_IOW('f', 43, __u32)
#endif

#define EXT4(make_, options_) {						\
	.name = "ext4",							\
	.make = "mkfs.ext4 -q -F -N 4096 -E nodiscard,packed_meta_blocks=1 " make_, \
	.check = "e2fsck -f -n", .options = options_,			\
	.config = "CONFIG_EXT4_FS",					\
}

static const struct filesystem_type ordered = EXT4("-b 1024 -J size=1",
						   "data=ordered,commit=1");
static const struct filesystem_type journal = EXT4("-b 1024 -J size=1",
						   "data=journal,commit=1");

/* What is cut, and what came of it. */
struct crash {
	struct power power;
	pthread_t writer, shrinker;
	bool writing, shrinking, stop;
	struct contents contents, synced;	/* synced: as they were at the cut */
	struct stamps stamps;
	unsigned int random;
	unsigned long long forgotten, checkpoints, early;
};

FIXTURE(crash_replay) {
	struct torture torture;
	struct crash crash;
	struct filesystem fs;
	struct churn churn;
	struct mover mover;
};

FIXTURE_VARIANT(crash_replay) {
	const char *name;
	const struct filesystem_type *type;
	bool checkpoint;
};

FIXTURE_VARIANT_ADD(crash_replay, ordered) { "ordered", &ordered, false };
FIXTURE_VARIANT_ADD(crash_replay, journal) { "journal", &journal, false };
FIXTURE_VARIANT_ADD(crash_replay, checkpoint) { "checkpoint", &ordered, true };

FIXTURE_SETUP(crash_replay)
{
	struct torture *t = &self->torture;

	torture_init(t, "crash_replay", variant->name);
	t->watch = true;
	t->module_verdict = "";		/* whether a lookup meets a migration is chance */
	t->fixed_duration = true;
	t->device_kib = DEVICE_KIB;
	snprintf(t->params, sizeof(t->params), "%s", variant->checkpoint ? RACED : WIDENED);
	self->crash.random = t->options.seed;
	torture_need_nodes(t);
	if (nice(NICE) < 0)
		torture_give_up(t, TORTURE_FAIL, "nice: %s", strerror(errno));
}

FIXTURE_TEARDOWN(crash_replay)
{
}

/* As the kernel does when memory is short. */
static void *write_main(void *argument)
{
	struct crash *c = argument;
	int disk = open(c->power.disk.top.path, O_RDWR | O_CLOEXEC);

	while (disk >= 0 && !__atomic_load_n(&c->stop, __ATOMIC_RELAXED)) {
		sync_file_range(disk, 0, 0, SYNC_FILE_RANGE_WRITE);
		usleep(WRITE_EVERY_US);
	}
	if (disk >= 0)
		close(disk);
	return NULL;
}

/* The journal's shrinker goes over all buffers that it still needs, and forgets the others. */
static void *shrink_main(void *argument)
{
	struct crash *c = argument;

	while (!__atomic_load_n(&c->stop, __ATOMIC_RELAXED)) {
		sysfs_write(SHRINK, "2");
		usleep(SHRINK_EVERY_US);
	}
	return NULL;
}

/* Commits: each of them goes over the buffers that the journal still needs, too. */
static void *commit_main(void *argument)
{
	struct crash *c = argument;
	char name[FILESYSTEM_PATH_MAX];
	int file;

	snprintf(name, sizeof(name), "%s/busy", c->stamps.path);
	file = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (file >= 0 && !__atomic_load_n(&c->stop, __ATOMIC_RELAXED))
		if (futimens(file, NULL) || fsync(file))
			break;
	if (file >= 0)
		close(file);
	return NULL;
}

static int start_threads(struct torture *t, struct crash *c, bool checkpoint)
{
	if (checkpoint) {
		c->shrinking = !pthread_create(&c->shrinker, NULL, commit_main, c);
	} else {
		c->shrinking = !pthread_create(&c->shrinker, NULL, shrink_main, c);
		c->writing = !pthread_create(&c->writer, NULL, write_main, c);
	}
	return c->shrinking && (c->writing || checkpoint) ?
		       0 : torture_give_up(t, TORTURE_FAIL, "no thread that writes");
}

static void end_threads(struct crash *c)
{
	__atomic_store_n(&c->stop, true, __ATOMIC_RELAXED);
	if (c->shrinking)
		pthread_join(c->shrinker, NULL);
	if (c->writing)
		pthread_join(c->writer, NULL);
	c->shrinking = false;
	c->writing = false;
}

/* Any time may pass, but for three in four cuts only until the journal forgets something. */
static void wait_for_moment(struct crash *c)
{
	unsigned int us;

	c->random = c->random * 1664525 + 1013904223;
	us = (c->random >> 8) % CUT_MOST_US;
	if (!(c->random >> 30)) {
		usleep(us);
		return;
	}
	journal_tail_moved(&c->power.journal);
	for (us = TAIL_MOST_US; us >= LOOK_EVERY_US; us -= LOOK_EVERY_US) {
		usleep(LOOK_EVERY_US);
		if (journal_tail_moved(&c->power.journal) > 0) {
			c->forgotten++;
			return;
		}
	}
}

/* Of the files that had been synced before, and were not being written at the cut. */
static const char *look_at_contents(void *data, const char *path)
{
	struct crash *c = data;
	struct contents *synced = &c->synced;
	const char *wrong;

	synced->compared = 0;
	synced->reason[0] = '\0';
	snprintf(synced->path, sizeof(synced->path), "%s/contents", path);
	wrong = contents_check(synced);
	c->contents.compared += synced->compared;
	return wrong;
}

static const char *look_at_stamps(void *data, const char *path)
{
	struct crash *c = data;

	return stamps_check(&c->stamps, path);
}

static void run_random(struct torture *t, struct crash *c,
		       const struct filesystem_type *type)
{
	struct contents_file *synced = c->synced.file, *now = c->contents.file;
	unsigned int i;
	int copy;

	while (torture_continue(t)) {
		wait_for_moment(c);
		c->synced = c->contents;
		copy = power_cut(&c->power, t);
		if (copy < 0)
			break;
		for (i = 0; i < CONTENTS_FILES; i++)
			if (synced[i].seed != now[i].seed || synced[i].size != now[i].size)
				synced[i].size = 0;
		power_look(&c->power, t, type, copy, look_at_contents, c);
	}
}

/* Return: has the journal been emptied before the disk can have written? Or -1. */
static int checkpoint(struct torture *t, struct crash *c, int disk, int folder)
{
	__u32 flags = 0;
	double began;

	if (stamps_change(&c->stamps, CHANGED))
		return torture_give_up(t, TORTURE_FAIL, "a time stamp: %s", strerror(errno));
	c->random = c->random * 1664525 + 1013904223;
	usleep((c->random >> 8) % WRITE_EVERY_US);
	began = clock_s();
	sync_file_range(disk, 0, 0, SYNC_FILE_RANGE_WRITE);
	usleep((c->random >> 16) % WRITE_EVERY_US);
	if (ioctl(folder, EXT4_IOC_CHECKPOINT, &flags))
		return torture_give_up(t, TORTURE_SKIP, "no EXT4_IOC_CHECKPOINT (5.15): %s",
				       strerror(errno));
	c->checkpoints++;
	return (clock_s() - began) * 1000 < CHECKPOINT_LATE_MS / 2;
}

static void run_checkpoint(struct torture *t, struct crash *c,
			   const struct filesystem_type *type)
{
	int disk = open(c->power.disk.top.path, O_RDWR | O_CLOEXEC);
	int folder = open(c->stamps.path, O_RDONLY | O_CLOEXEC);
	int early, copy;

	while (torture_continue(t)) {
		early = checkpoint(t, c, disk, folder);
		if (early < 0)
			break;
		c->early += early;
		if (!early && c->checkpoints % CUT_EVERY)
			continue;
		copy = power_cut(&c->power, t);
		if (copy < 0)
			break;
		power_look(&c->power, t, type, copy, look_at_stamps, c);
	}
	close(folder);
	close(disk);
}

static void judge(struct torture *t, const struct crash *c)
{
	unsigned long long done = c->power.cuts;
	unsigned long long compared = c->contents.compared + c->stamps.compared;
	double seconds = verdict_asked_s(t), cuts = seconds * CUTS_PER_10_S / 10;

	if (t->result != TORTURE_UNDECIDED)
		return;
	if (done < cuts || compared < done * FILES_PER_CUT ||
	    torture_migrations(t) < seconds * MIGRATIONS_PER_S)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu cuts (at least %.0f needed), %llu files compared (%llu), %llu migrations (%.0f)",
				done, cuts, compared, done * FILES_PER_CUT,
				torture_migrations(t), seconds * MIGRATIONS_PER_S);
	else
		torture_give_up(t, TORTURE_PASS,
				"%llu cuts, %llu files compared after a replay, %llu migrations",
				done, compared, torture_migrations(t));
}

static int empty_journal(const struct crash *c)
{
	int folder = open(c->stamps.path, O_RDONLY | O_CLOEXEC);
	__u32 flags = 0;
	int rc = ioctl(folder, EXT4_IOC_CHECKPOINT, &flags);

	close(folder);
	return rc;
}

static int start_checkpoint(struct torture *t, struct crash *c, const struct filesystem *fs)
{
	off_t at;

	if (stamps_start(&c->stamps, t, fs->path))
		return -1;
	if (stamps_change(&c->stamps, CHANGED) || empty_journal(c))
		return torture_give_up(t, TORTURE_SKIP, "no EXT4_IOC_CHECKPOINT (5.15): %s",
				       strerror(errno));
	if (journal_find(&c->power.journal, c->power.below))
		return torture_give_up(t, TORTURE_FAIL, "no journal on %s: %s",
				       c->power.below, strerror(errno));
	at = stamps_find(&c->stamps, CHANGED, c->power.below, c->power.journal.begin,
			 c->power.journal.end);
	if (at < 0)
		return torture_give_up(t, TORTURE_FAIL, "a time stamp is not on %s",
				       c->power.below);
	return power_be_late_at(&c->power, t, CHECKPOINT_LATE_MS, at);
}

static int start(struct torture *t, struct crash *c, struct churn *churn,
		 const struct filesystem *fs, bool checkpoint)
{
	if (checkpoint)
		return start_checkpoint(t, c, fs) || start_threads(t, c, true) ? -1 : 0;
	return power_be_late(&c->power, t, LATE_MS) || start_threads(t, c, false) ||
	       churn_start(churn, t, fs) || contents_start(&c->contents, t, fs->path) ? -1 : 0;
}

TEST_F_TIMEOUT(crash_replay, watched, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	struct crash *c = &self->crash;

	if (!torture_prepare(t) && !power_open(&c->power, t) &&
	    !filesystem_setup(&self->fs, t, variant->type) &&
	    !start(t, c, &self->churn, &self->fs, variant->checkpoint) &&
	    !torture_start(t) &&
	    !torture_move_device(t, &self->mover, MOVED_BYTES, BATCH, MOVE_PAUSE_US)) {
		/* The load is nice, and this thread, which cuts, is not. */
		setpriority(PRIO_PROCESS, 0, 0);
		if (variant->checkpoint)
			run_checkpoint(t, c, variant->type);
		else
			run_random(t, c, variant->type);
	}
	torture_move_end(t, &self->mover);
	churn_end(&self->churn, t);
	contents_stop(&c->contents, t);
	end_threads(c);
	judge(t, c);
	torture_stop(t);
	filesystem_end(&self->fs, t, true);
	power_close(&c->power);
	t->extra = json_pack("{sI sI sI sI sI sI sf sf}", "cuts", (json_int_t)c->power.cuts,
			     "cuts_after_checkpoint", (json_int_t)c->forgotten,
			     "files_compared",
			     (json_int_t)(c->contents.compared + c->stamps.compared),
			     "files_synced",
			     (json_int_t)(c->contents.written + c->stamps.changes),
			     "checkpoints", (json_int_t)c->checkpoints,
			     "early", (json_int_t)c->early,
			     "copied_s", c->power.copied_s, "looked_s", c->power.looked_s);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
