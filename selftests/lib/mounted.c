// SPDX-License-Identifier: GPL-2.0
/*
 * A mounted filesystem in memory that is to be vacated.
 *
 * What a filesystem holds for as long as it is mounted has to be elsewhere: a8ac900b8163
 * for ext4's superblock. The rest must leave as soon as nobody changes it. So the load
 * pauses while the range is asked for: files are open and are looked at, but the last
 * transaction is over.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/fs.h>

#include "kpageflags.h"
#include "memory_block.h"
#include "mounted.h"
#include "nodes.h"
#include "progress.h"
#include "torture.h"

/* Each after another freeze. So many times more than a sound kernel was seen to take. */
#define TRIES		10
#define DEVICE_KIB	(128 * 1024)
#define BATCH		512	/* pages per call */
#define WORK_US		200000	/* of the load, between two attempts */
#define PARAMS		"prober=0 quarantine_folios=0"	/* both would hold folios there */

#define MKFS_EXT4	"mkfs.ext4 -q -F -N 8192 -E nodiscard,packed_meta_blocks=1 "

#define EXT4(make_, block_size_) {						\
	.name = "ext4", .make = MKFS_EXT4 make_, .check = "e2fsck -f -n",	\
	.config = "CONFIG_EXT4_FS", .options = "data=ordered,commit=1",		\
	.block_size = block_size_,						\
}

const struct filesystem_type mounted_ext4_1k = EXT4("-b 1024 -J size=4", 1024);
const struct filesystem_type mounted_ext4_4k = EXT4("-b 4096 -J size=4", 4096);
const struct filesystem_type mounted_ext4_16k = EXT4("-b 16384 -J size=16", 16384);

const struct filesystem_type mounted_vfat = {
	.name = "vfat", .make = "mkfs.vfat -I -F 32", .check = "fsck.vfat -n",
	.options = "", .config = "CONFIG_VFAT_FS", .no_links = true, .block_size = 512,
};

const struct filesystem_type mounted_nilfs2 = {
	.name = "nilfs2", .make = "mkfs.nilfs2 -q -f -b 1024 -B 256",
	.options = "", .config = "CONFIG_NILFS2_FS", .block_size = 1024,
};

/**
 * mounted_init() - The run watches a filesystem.
 * @t: The run, initialized.
 * @type: One of those above.
 */
void mounted_init(struct torture *t, const struct filesystem_type *type)
{
	t->watch = true;
	t->module_verdict = "";		/* nobody of ours looks anything up */
	t->device_kib = DEVICE_KIB;
	t->block_size = type->block_size;
	t->fixed_duration = true;
	snprintf(t->params, sizeof(t->params), PARAMS);
}

/* What it reads while it is being mounted comes from this node, if the kernel may choose. */
static int mount_near(struct mounted *mounted, struct torture *t, int node)
{
	int rc;

	if (node == MOUNTED_ANYWHERE)
		return 0;
	if (filesystem_unmount(&mounted->fs, t))
		return -1;
	nodes_prefer(node);
	rc = filesystem_mount(&mounted->fs, t, false);
	nodes_prefer(MOUNTED_ANYWHERE);
	return rc;
}

/**
 * mounted_start() - Make a filesystem, mount it, keep it busy, watch it.
 * @mounted: Zeroed; mounted_end() in any case.
 * @t: The run, prepared, of a device that is watched.
 * @type: One of those above.
 * @node: From which it takes memory at its mount, or MOUNTED_ANYWHERE.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int mounted_start(struct mounted *mounted, struct torture *t,
		  const struct filesystem_type *type, int node)
{
	char reason[TORTURE_REASON_MAX];

	if (filesystem_setup(&mounted->fs, t, type) || mount_near(mounted, t, node) ||
	    churn_start(&mounted->churn, t, &mounted->fs) ||
	    contents_start(&mounted->contents, t, mounted->fs.path) || torture_start(t))
		return -1;
	if (mover_open_device(&mounted->mover, t, FILESYSTEM_METADATA_BYTES, BATCH, reason,
			      sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	usleep(WORK_US);
	/* From here on nobody writes files but the churn. */
	contents_stop(&mounted->contents, t);
	return 0;
}

/*
 * What is part of a transaction is referenced until it has been written back and the journal
 * has noticed. A freeze does both, see jbd2_journal_flush().
 */
static void settle(const struct mounted *mounted)
{
	int fd = open(mounted->fs.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	sync();
	if (fd < 0)
		return;
	if (!ioctl(fd, FIFREEZE, 0))
		ioctl(fd, FITHAW, 0);
	close(fd);
}

static int bring(struct mounted *mounted, struct torture *t, unsigned long block)
{
	struct mover *mover = &mounted->mover;
	int node = memory_block_node(block);

	settle(mounted);
	if (mover_pass(mover, mover->nodes[mover->nodes[0] == node]))
		return torture_give_up(t, TORTURE_FAIL, "move_pages: %s",
				       strerror(mover->error));
	return memory_block_bring(t, mover, block);
}

/**
 * mounted_vacate() - Bring the filesystem's metadata to a range, and ask for the range.
 * @mounted: A started one.
 * @t: The running torture; violated (`pinned`) if the range cannot be had.
 * @range: The range. Folios that come to its node find room there only.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int mounted_vacate(struct mounted *mounted, struct torture *t,
		   const struct vacating_range *range)
{
	struct vacating *vacating = &mounted->vacating;
	int rc = -1, tries, error = 0;
	long others;
	size_t left;

	churn_quiet(&mounted->churn, true);
	if (bring(mounted, t, range->first / memory_block_bytes()))
		return -1;
	vacating_begin(vacating, &mounted->mover, range->first, range->bytes);
	for (tries = 0; rc && tries < TRIES; tries++) {
		settle(mounted);
		rc = vacating_try(vacating, range);
		error = errno;
	}
	vacating_end(vacating, !rc);
	left = mover_pages_in(&mounted->mover, range->first, range->bytes);
	others = rc ? kpageflags_kernel_pages(range->first, range->bytes) : 0;
	churn_quiet(&mounted->churn, false);
	usleep(WORK_US);
	if (others > 0)
		return torture_give_up(t, TORTURE_INCONCLUSIVE,
				       "inconclusive: %ld pages of the range are the kernel's own: its objects, page tables",
				       others);
	if (rc)
		return torture_violated(t, "pinned",
					"a range of %llu MiB is not vacated in %d tries: %s; %zu pages of %s, mounted as %s, are left there",
					range->bytes >> 20, TRIES, strerror(error), left,
					mounted->fs.device, mounted->fs.type.name);
	if (left)
		return torture_give_up(t, TORTURE_FAIL,
				       "the range is vacated, but %zu pages of the device are left there",
				       left);
	return 0;
}

/* What has happened is for a verdict only if the filesystem was there. */
static void judge(const struct mounted *mounted, struct torture *t)
{
	const struct vacating *vacating = &mounted->vacating;

	if (t->result != TORTURE_UNDECIDED)
		return;
	torture_give_up(t, vacating->done && vacating->pages ? TORTURE_PASS :
			TORTURE_INCONCLUSIVE,
			"%llu of %llu times vacated, of %llu pages of %s in all, in at most %u tries and %.0f ms",
			vacating->done, vacating->attempts, vacating->pages,
			mounted->fs.type.name, vacating->most_tries, 1e3 * vacating->longest_s);
}

/**
 * mounted_end() - End the load, unmount, compare what was synced, check.
 * @mounted: Zeroed, or started as far as it got.
 * @t: The run.
 */
void mounted_end(struct mounted *mounted, struct torture *t)
{
	judge(mounted, t);
	mover_close(&mounted->mover);
	contents_stop(&mounted->contents, t);
	torture_stop(t);
	churn_end(&mounted->churn, t);
	if (mounted->fs.mounted && !filesystem_unmount(&mounted->fs, t) &&
	    !filesystem_mount(&mounted->fs, t, true))
		contents_compare(&mounted->contents, t);
	filesystem_end(&mounted->fs, t, true);
}
