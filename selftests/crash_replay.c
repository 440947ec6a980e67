// SPDX-License-Identifier: GPL-2.0
/*
 * crash_replay - the power is cut at random moments while folios move, and what was
 * synced before must be there afterwards: the oracle `crash_loss`.
 *
 * The filesystem's device can be stood still (dm.c). What is on the disk below then is
 * copied, which is the cut, and work goes on. The copy is mounted elsewhere, so that the
 * journal is replayed; files that were synced before the cut are compared byte by byte,
 * and e2fsck has to be content. A buffer that was taken for written too early shows
 * nowhere else. Journals are small, because that makes for checkpoints.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "churn.h"
#include "contents.h"
#include "dm.h"
#include "filesystem.h"
#include "process.h"
#include "torture.h"
#include "verdict.h"

/* What must have happened for a pass to mean something. */
#define CUTS_PER_10_S	2
#define FILES_PER_CUT	2	/* compared */
#define MIGRATIONS_PER_S 5

#define DEVICE_KIB	(32 * 1024)
#define MOVED_BYTES	(8 * 1024 * 1024)
#define BATCH		256	/* pages per call */
#define MOVE_PAUSE_US	20000
#define CUT_MOST_US	200000	/* between one cut and the next */
#define PIECE		(1024 * 1024)
#define ALIGNMENT	4096
#define NICE		19
#define WIDENED		"widen_us=20"

#define EXT4(make_, options_) {						\
	.name = "ext4",							\
	.make = "mkfs.ext4 -q -F -N 4096 -E nodiscard,packed_meta_blocks=1 " make_, \
	.check = "e2fsck -f -n", .options = options_,			\
	.config = "CONFIG_EXT4_FS",					\
}

static const struct filesystem_type ordered = EXT4("-b 1024 -J size=2",
						   "data=ordered,commit=1");
static const struct filesystem_type journal = EXT4("-b 1024 -J size=2",
						   "data=journal,commit=1");

/* What is cut, and what came of it. */
struct crash {
	struct dm dm;
	char below[256];	/* the disk */
	struct contents contents;
	unsigned int random;
	unsigned long long cuts, compared;
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
};

FIXTURE_VARIANT_ADD(crash_replay, ordered) { "ordered", &ordered };
FIXTURE_VARIANT_ADD(crash_replay, journal) { "journal", &journal };

FIXTURE_SETUP(crash_replay)
{
	struct torture *t = &self->torture;

	torture_init(t, "crash_replay", variant->name);
	t->watch = true;
	t->module_verdict = "";		/* whether a lookup meets a migration is chance */
	t->fixed_duration = true;
	t->device_kib = DEVICE_KIB;
	snprintf(t->params, sizeof(t->params), "%s", WIDENED);
	self->crash.random = t->options.seed;
	torture_need_nodes(t);
	if (nice(NICE) < 0)
		torture_give_up(t, TORTURE_FAIL, "nice: %s", strerror(errno));
}

FIXTURE_TEARDOWN(crash_replay)
{
}

/* From here on the run's device is the one that can be stood still. */
static int put_on_top(struct torture *t, struct crash *c)
{
	char reason[TORTURE_REASON_MAX];

	snprintf(c->below, sizeof(c->below), "%s", t->device.path);
	if (dm_open(&c->dm, c->below, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_SKIP, "%s", reason);
	snprintf(t->device.path, sizeof(t->device.path), "%s", c->dm.path);
	return 0;
}

/* All of the disk, past its page cache, which nobody fills. Return: 0 or -1. */
static int copy_disk(const char *below, int copy)
{
	int disk = open(below, O_RDONLY | O_DIRECT | O_CLOEXEC);
	char *piece = aligned_alloc(ALIGNMENT, PIECE);
	ssize_t length = disk < 0 || !piece ? -1 : 1;

	while (length > 0) {
		length = read(disk, piece, PIECE);
		if (length > 0 && write(copy, piece, length) != length)
			length = -1;
	}
	free(piece);
	if (disk >= 0)
		close(disk);
	return length;
}

/*
 * Cut the power. @synced gets the files that had been synced before, and were not being
 * written when it was cut. Return: the disk's copy, or -1 with the run's result decided.
 */
static int cut(struct torture *t, struct crash *c,
	       struct contents *synced)
{
	int copy = memfd_create("bhtorture", MFD_CLOEXEC);
	unsigned int i;
	int rc;

	*synced = c->contents;
	rc = copy < 0 ? -1 : dm_suspend(&c->dm);
	if (!rc) {
		rc = copy_disk(c->below, copy);
		rc |= dm_resume(&c->dm);
	}
	for (i = 0; i < CONTENTS_FILES; i++)
		if (synced->file[i].seed != c->contents.file[i].seed ||
		    synced->file[i].size != c->contents.file[i].size)
			synced->file[i].size = 0;
	if (!rc)
		return copy;
	torture_give_up(t, TORTURE_FAIL, "%s cannot be copied: %s", c->below, strerror(errno));
	if (copy >= 0)
		close(copy);
	return -1;
}

/* The copy is mounted: is all there that was synced? */
static void look_at_copy(struct torture *t, struct crash *c,
			 struct filesystem *fs, struct contents *synced)
{
	const char *wrong;

	synced->compared = 0;
	synced->reason[0] = '\0';
	snprintf(synced->path, sizeof(synced->path), "%s/contents", fs->path);
	wrong = contents_check(synced);
	c->compared += synced->compared;
	if (wrong)
		torture_violated(t, "crash_loss", "after cut %llu: %s", c->cuts, wrong);
}

static void look_after_replay(struct torture *t, struct crash *c,
			      const struct filesystem_type *type, int copy,
			      struct contents *synced)
{
	struct torture_device device = DEVICE_NOTHING;
	struct filesystem fs = { .type = *type, .path = "/tmp/bhtorture.XXXXXX" };
	const char *const check[] = { "e2fsck", "-f", "-n", device.path, NULL };
	int rc = 0;

	if (device_loop_setup(&device, copy) || !mkdtemp(fs.path)) {
		torture_give_up(t, TORTURE_SKIP, "no loop device for the copy");
		return;
	}
	snprintf(fs.device, sizeof(fs.device), "%s", device.path);
	if (mount(fs.device, fs.path, type->name, MS_NOATIME, type->options)) {
		torture_violated(t, "crash_loss", "after cut %llu the mount fails: %s",
				 c->cuts, strerror(errno));
	} else {
		fs.mounted = true;
		look_at_copy(t, c, &fs, synced);
		rc = filesystem_unmount(&fs, t) ? 0 : process_run(check);
	}
	if (rc)
		torture_violated(t, "crash_loss",
				 "after cut %llu, its journal replayed, e2fsck finds errors (exit status %d)",
				 c->cuts, rc);
	filesystem_end(&fs, t, false);
	device_put(&device);
}

static void run(struct torture *t, struct crash *c,
		const struct filesystem_type *type)
{
	struct contents synced;
	int copy;

	/* The load is nice, and this thread, which cuts, is not: the more cuts the better. */
	setpriority(PRIO_PROCESS, 0, 0);
	while (torture_continue(t)) {
		c->random = c->random * 1664525 + 1013904223;
		usleep((c->random >> 8) % CUT_MOST_US);
		copy = cut(t, c, &synced);
		if (copy < 0)
			break;
		c->cuts++;
		look_after_replay(t, c, type, copy, &synced);
	}
}

static void judge(struct torture *t, const struct crash *c)
{
	double seconds = verdict_asked_s(t), cuts = seconds * CUTS_PER_10_S / 10;

	if (t->result != TORTURE_UNDECIDED)
		return;
	if (c->cuts < cuts || c->compared < c->cuts * FILES_PER_CUT ||
	    torture_migrations(t) < seconds * MIGRATIONS_PER_S)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu cuts (at least %.0f needed), %llu files compared (%llu), %llu migrations (%.0f)",
				c->cuts, cuts, c->compared, c->cuts * FILES_PER_CUT,
				torture_migrations(t), seconds * MIGRATIONS_PER_S);
	else
		torture_give_up(t, TORTURE_PASS,
				"%llu cuts, %llu files compared after a replay, %llu migrations",
				c->cuts, c->compared, torture_migrations(t));
}

TEST_F_TIMEOUT(crash_replay, watched, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	struct crash *c = &self->crash;

	if (!torture_prepare(t) && !put_on_top(t, c) &&
	    !filesystem_setup(&self->fs, t, variant->type) &&
	    !churn_start(&self->churn, t, &self->fs) &&
	    !contents_start(&c->contents, t, self->fs.path) && !torture_start(t) &&
	    !torture_move_device(t, &self->mover, MOVED_BYTES, BATCH, MOVE_PAUSE_US))
		run(t, c, variant->type);
	torture_move_end(t, &self->mover);
	churn_end(&self->churn, t);
	contents_stop(&c->contents, t);
	judge(t, c);
	torture_stop(t);
	filesystem_end(&self->fs, t, true);
	dm_close(&c->dm);
	t->extra = json_pack("{sI sI sI}", "cuts", (json_int_t)c->cuts, "files_compared",
			     (json_int_t)c->compared, "files_synced",
			     (json_int_t)c->contents.written);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
