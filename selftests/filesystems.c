// SPDX-License-Identifier: GPL-2.0
/*
 * filesystems - every kind of user of buffer_heads on every kind of device, under
 * load, watched, while folios of the device's page cache move.
 *
 * Loads: metadata churn (churn.c) always; stress-ng's filesystem stressors and a
 * tree that tar copies and rm removes, by variant. Verdict: the module's watch
 * oracles, the filesystem's own checker, and files that were synced and must be as they
 * were, then and after another mount. Without a filesystem, raw.c reads and writes the
 * device itself, buffered and direct, beside the hammer.
 */
#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "churn.h"
#include "cold.h"
#include "contents.h"
#include "faults.h"
#include "filesystem.h"
#include "neighbour.h"
#include "raw.h"
#include "sysfs.h"
#include "torture.h"
#include "verdict.h"

/*
 * What must have happened for a pass to mean something. Little is asked for: some
 * filesystems have little in the device's page cache, or hold references on it.
 */
#define MIGRATIONS_PER_S	5
#define OPERATIONS_PER_S	2	/* slots changed by churn.c */
#define FAIL_PERCENT		1	/* of their allocations */
#define REFUSED_PER_S		1	/* slots given up for that */
#define FILES_PER_S		0.5	/* written and synced */
#define COLD_KIB_PER_S		100	/* of metadata, read again in blocks of 1 KiB */
#define COLD_MIGRATIONS_PER_S	50
#define ROUNDS_PER_S		1	/* of raw reads and writes */

#define DEVICE_KIB		(160 * 1024)
#define BATCH			512	/* pages per call */
#define MOVED_BYTES		(32 * 1024 * 1024)
#define MOVE_PAUSE_US		5000
#define COMPACT_EVERY_US	200000
#define RAW_BEGIN		(16 * 1024 * 1024)	/* the hammer's 8192 blocks are before */
#define RAW_END			(32 * 1024 * 1024)
#define NICE			19
#define WIDENED			"widen_us=20"
/*
 * Buffers stay locked for a while where a lookup already gets at them; and between the
 * lookup and the read there is time for a migration to lock them: as long, or most of it
 * would be lost.
 */
#define LOCKED			"widen_us=20 gap_us=200 " \
				"delay_in=ext4_read_bh_lock+0 delay_us=200 delay_one_in=1"

#define MKFS_EXT4	"mkfs.ext4 -q -F -N 16384 -E nodiscard,packed_meta_blocks=1 "
#define ORDERED		"data=ordered,commit=1"
#define JOURNAL		"data=journal,commit=1"

#define EXT4(make_, options_) {					\
	.name = "ext4", .make = MKFS_EXT4 make_,		\
	.check = "e2fsck -f -n", .options = options_,		\
	.config = "CONFIG_EXT4_FS",				\
}

static const struct filesystem_type ext4_1k = EXT4("-b 1024 -J size=8", ORDERED);
static const struct filesystem_type ext4_2k = EXT4("-b 2048 -J size=8", ORDERED);
static const struct filesystem_type ext4_4k_journal = EXT4("-b 4096 -J size=16", JOURNAL);
/* The least that there is: commits and checkpoints all the time. */
static const struct filesystem_type ext4_small_journal = EXT4("-b 1024 -J size=1", JOURNAL);
static const struct filesystem_type ext2 = {
	.name = "ext2", .make = "mkfs.ext4 -t ext2 -q -F -b 1024 -N 16384 -E nodiscard",
	.check = "e2fsck -f -n", .options = "", .config = "CONFIG_EXT2_FS",
};

static const struct filesystem_type vfat = {
	.name = "vfat", .make = "mkfs.vfat -I -F 32", .check = "fsck.vfat -n",
	.options = "", .config = "CONFIG_VFAT_FS", .no_links = true,
};

/* There is no checker: the mount, the console and the files' contents have to do. */
static const struct filesystem_type nilfs2 = {
	.name = "nilfs2", .make = "mkfs.nilfs2 -q -f -b 1024 -B 256",
	.options = "", .config = "CONFIG_NILFS2_FS",
};

static const struct filesystem_type gfs2 = {
	.name = "gfs2", .make = "mkfs.gfs2 -q -O -K -p lock_nolock -j 1 -J 8 -b 1024",
	.check = "fsck.gfs2 -n", .options = "lockproto=lock_nolock",
	.config = "CONFIG_GFS2_FS",
};

FIXTURE(filesystems) {
	struct torture torture;
	struct filesystem fs;
	struct churn churn;
	struct contents contents;
	struct raw raw;
	struct cold cold;
	struct neighbour neighbour;
	struct mover mover;
};

FIXTURE_VARIANT(filesystems) {
	const char *name;
	const struct filesystem_type *type;	/* NULL: the device itself */
	enum device_kind device;
	bool stress;
	bool tar;
	bool cold;		/* metadata is dropped and read again */
	const struct filesystem_type *neighbour;	/* mounted beside it, or NULL */
	bool enomem;		/* allocations of who changes metadata fail */
};

FIXTURE_VARIANT_ADD(filesystems, raw_brd) {
	"raw_brd", NULL, DEVICE_BRD, false, false, false, NULL, false
};

FIXTURE_VARIANT_ADD(filesystems, raw_virtio) {
	"raw_virtio", NULL, DEVICE_VIRTIO, false, false, false, NULL, false
};

FIXTURE_VARIANT_ADD(filesystems, ext4_1k_ordered_null_blk) {
	"ext4_1k_ordered_null_blk", &ext4_1k, DEVICE_NULL_BLK, true, false, false, NULL, false
};

FIXTURE_VARIANT_ADD(filesystems, ext4_2k_ordered_loop) {
	"ext4_2k_ordered_loop", &ext4_2k, DEVICE_LOOP, false, true, false, NULL, false
};

FIXTURE_VARIANT_ADD(filesystems, ext4_4k_journal_virtio) {
	"ext4_4k_journal_virtio", &ext4_4k_journal, DEVICE_VIRTIO, true, true, false, NULL, false
};

FIXTURE_VARIANT_ADD(filesystems, ext4_1k_small_journal_brd) {
	"ext4_1k_small_journal_brd", &ext4_small_journal, DEVICE_BRD, false, false, false, NULL,
	false
};

FIXTURE_VARIANT_ADD(filesystems, ext4_1k_cold_brd) {
	"ext4_1k_cold_brd", &ext4_1k, DEVICE_BRD, false, false, true, NULL, false
};

FIXTURE_VARIANT_ADD(filesystems, ext4_1k_cold_null_blk) {
	"ext4_1k_cold_null_blk", &ext4_1k, DEVICE_NULL_BLK, false, false, true, NULL, false
};

FIXTURE_VARIANT_ADD(filesystems, ext2_brd) {
	"ext2_brd", &ext2, DEVICE_BRD, true, false, false, NULL, false
};

FIXTURE_VARIANT_ADD(filesystems, vfat_virtio) {
	"vfat_virtio", &vfat, DEVICE_VIRTIO, false, true, false, NULL, false
};

FIXTURE_VARIANT_ADD(filesystems, nilfs2_loop) {
	"nilfs2_loop", &nilfs2, DEVICE_LOOP, false, false, false, NULL, false
};

FIXTURE_VARIANT_ADD(filesystems, gfs2_brd) {
	"gfs2_brd", &gfs2, DEVICE_BRD, false, false, false, NULL, false
};

FIXTURE_VARIANT_ADD(filesystems, ext4_1k_beside_xfs) {
	"ext4_1k_beside_xfs", &ext4_1k, DEVICE_BRD, false, false, false, &neighbour_xfs, false
};

FIXTURE_VARIANT_ADD(filesystems, ext4_1k_beside_btrfs) {
	"ext4_1k_beside_btrfs", &ext4_1k, DEVICE_BRD, false, false, false, &neighbour_btrfs,
	false
};

FIXTURE_VARIANT_ADD(filesystems, ext4_1k_enomem_brd) {
	"ext4_1k_enomem_brd", &ext4_1k, DEVICE_BRD, false, false, false, NULL, true
};

FIXTURE_SETUP(filesystems)
{
	struct torture *t = &self->torture;

	torture_init(t, "filesystems", variant->name);
	t->watch = variant->type;
	t->device_kind = variant->device;
	t->device_kib = DEVICE_KIB;
	t->floors.migrations_per_s = variant->cold ? COLD_MIGRATIONS_PER_S : MIGRATIONS_PER_S;
	snprintf(t->params, sizeof(t->params), "%s", variant->cold ? LOCKED : WIDENED);
	torture_need_nodes(t);
	/* The prober is nice, too: it would hardly run beside threads that are not. */
	if (nice(NICE) < 0)
		torture_give_up(t, TORTURE_FAIL, "nice: %s", strerror(errno));
}

FIXTURE_TEARDOWN(filesystems)
{
}

static int start_faults(struct torture *t)
{
	return faults_start(FAIL_PERCENT, true) ? 0 :
	       torture_give_up(t, TORTURE_SKIP,
			       "allocations cannot be made to fail (CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC: the flavour debug has them)");
}

static int start_load(struct torture *t, const struct filesystem *fs,
		      struct churn *churn, struct contents *contents, bool stress,
		      bool tar)
{
	if (churn_start(churn, t, fs) || contents_start(contents, t, fs->path))
		return -1;
	if (stress)
		churn_start_stress(churn);
	return tar ? churn_start_tar(churn, t) : 0;
}

static void judge_load(struct torture *t, const char *what, double done, double per_s)
{
	if (t->result == TORTURE_PASS && done < per_s * verdict_asked_s(t))
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %.0f %s (at least %.0f needed)", done, what,
				per_s * verdict_asked_s(t));
}

/* Nothing of the device is mapped, or its pages would neither be dropped nor read in parts. */
static void run_cold(struct torture *t, struct cold *cold)
{
	/* The load is nice, and this thread is not: compaction has to keep up with the drops. */
	setpriority(PRIO_PROCESS, 0, 0);
	while (torture_continue(t)) {
		sysfs_write("/proc/sys/vm/compact_memory", "1");
		cold_look(cold, t);
	}
}

static void run(struct torture *t, struct mover *mover)
{
	if (torture_move_device(t, mover, MOVED_BYTES, BATCH, MOVE_PAUSE_US))
		return;
	while (torture_continue(t)) {
		sysfs_write("/proc/sys/vm/compact_memory", "1");
		usleep(COMPACT_EVERY_US);
	}
}

TEST_F_TIMEOUT(filesystems, watched, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	self->churn.may_fail = variant->enomem;
	if (!torture_prepare(t)) {
		if (!variant->type) {
			if (!torture_start(t) &&
			    !raw_start(&self->raw, t, RAW_BEGIN, RAW_END))
				run(t, &self->mover);
		} else if (!filesystem_setup(&self->fs, t, variant->type) &&
			   !start_load(t, &self->fs, &self->churn, &self->contents,
				       variant->stress, variant->tar) &&
			   (!variant->cold || !cold_start(&self->cold, t, &self->fs)) &&
			   (!variant->neighbour ||
			    !neighbour_start(&self->neighbour, t, variant->neighbour)) &&
			   !torture_start(t) && (!variant->enomem || !start_faults(t))) {
			if (variant->cold)
				run_cold(t, &self->cold);
			else
				run(t, &self->mover);
		}
	}
	faults_end();
	torture_move_end(t, &self->mover);
	raw_stop(&self->raw, t);
	cold_stop(&self->cold);
	torture_stop(t);
	churn_end(&self->churn, t);
	contents_stop(&self->contents, t);
	if (self->fs.mounted && !filesystem_unmount(&self->fs, t) &&
	    !filesystem_mount(&self->fs, t, true))
		contents_compare(&self->contents, t);
	filesystem_end(&self->fs, t, true);
	neighbour_end(&self->neighbour, t);
	if (variant->enomem)
		judge_load(t, "changes refused for want of memory", self->churn.refused,
			   REFUSED_PER_S);
	if (variant->neighbour)
		judge_load(t, "files written and synced by the neighbour",
			   self->neighbour.contents.written, FILES_PER_S);
	if (variant->type) {
		judge_load(t, "changes of metadata", self->churn.operations,
			   OPERATIONS_PER_S);
		judge_load(t, "files written and synced", self->contents.written,
			   FILES_PER_S);
		if (variant->cold)
			judge_load(t, "KiB of metadata read again", self->cold.read_kib,
				   COLD_KIB_PER_S);
	} else {
		judge_load(t, "raw reads and writes", self->raw.rounds, ROUNDS_PER_S);
	}
	t->extra = json_pack("{sI sI sI sI sI sI sI}", "operations",
			     (json_int_t)self->churn.operations, "files_synced",
			     (json_int_t)self->contents.written, "files_compared",
			     (json_int_t)self->contents.compared, "raw_rounds",
			     (json_int_t)self->raw.rounds, "cold_kib",
			     (json_int_t)self->cold.read_kib, "drops",
			     (json_int_t)self->cold.drops, "refused_for_memory",
			     (json_int_t)self->churn.refused);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
