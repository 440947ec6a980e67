// SPDX-License-Identifier: GPL-2.0
/*
 * online_resize - resize2fs grows a mounted ext4, again and again, while its
 * metadata is written and its folios move.
 *
 * Each step replaces the array of group descriptor buffers and now and then those
 * of the flex groups and of mballoc, while readers hold only RCU's read lock
 * ("ext4: fix potential race between online resizing and write operations", 2020).
 * KASAN sees what is freed too early: use a debug flavour.
 *
 * Small groups with descriptors of half a block need a descriptor block for each MiB,
 * so there are many replacements. Making a folder at the top of a filesystem without
 * flex groups looks at every group's descriptor, so there are many readers.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "churn.h"
#include "filesystem.h"
#include "process.h"
#include "torture.h"
#include "verdict.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * very busy cores: 500 migrations, one resize, 450 changes of metadata a second.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 2,
};

#define RESIZES_PER_10_S	2
#define TOPS_PER_S	5	/* folders made at the top */

#define FIRST_MIB	8
#define STEP_MIB	24	/* as many descriptor blocks, each for two groups */
#define LAST_MIB	152	/* less than the reserved descriptor blocks allow */
#define BATCH		512	/* pages per call */
#define MOVED_BYTES	(32 * 1024 * 1024)
#define MOVE_PAUSE_US	20000

#define NICE		19
#define WIDENED		"widen_us=50"

#define INODES		"-I 256 -N 2048 "
#define JOURNAL		"-J size=2 "
/* No checksums: resize2fs gives up when one is just being changed by the kernel. */
#define FEATURES	"-O ^flex_bg,^metadata_csum,^uninit_bg,64bit,resize_inode -E nodiscard,desc_size=512,resize=163840 "

static const struct filesystem_type ext4 = {
	.name = "ext4",
	/* The size comes after the device. */
	.make = "sh -c 'mkfs.ext4 -q -F -b 1024 -g 512 " INODES JOURNAL FEATURES "$0 8192'",
	.check = "e2fsck -f -n",
	.options = "data=ordered,commit=1",
	.config = "CONFIG_EXT4_FS",
};

FIXTURE(online_resize) {
	struct torture torture;
	struct filesystem fs;
	struct churn churn;
	struct mover mover;
	unsigned int mib;
	unsigned int resizes;
	unsigned int filesystems;
};

FIXTURE_SETUP(online_resize)
{
	struct torture *t = &self->torture;

	torture_init(t, "online_resize", NULL);
	t->watch = true;
	t->floors = floors;
	t->device_kib = (LAST_MIB + STEP_MIB) * 1024;
	snprintf(t->params, sizeof(t->params), "%s", WIDENED);
	torture_need_nodes(t);
	/* The prober is nice, too: it would hardly run beside threads that are not. */
	if (nice(NICE) < 0)
		torture_give_up(t, TORTURE_FAIL, "nice: %s", strerror(errno));
	if (!process_has_program("mkfs.ext4") || !process_has_program("resize2fs"))
		torture_give_up(t, TORTURE_SKIP,
				"needs mkfs.ext4 and resize2fs (e2fsprogs)");
}

FIXTURE_TEARDOWN(online_resize)
{
}

static int grow(struct torture *t, unsigned int mib)
{
	char size[16];
	const char *const argv[] = { "resize2fs", t->device.path, size, NULL };
	int rc;

	snprintf(size, sizeof(size), "%uM", mib);
	rc = process_run(argv);
	if (rc)
		return torture_give_up(t, TORTURE_FAIL,
				       "resize2fs %s %s: exit status %d",
				       t->device.path, size, rc);
	return 0;
}

/* The mover is as nice as those who read and write. */
static int move(struct torture *t, struct mover *mover)
{
	int rc;

	memset(mover, 0, sizeof(*mover));
	setpriority(PRIO_PROCESS, 0, NICE);
	rc = torture_move_device(t, mover, MOVED_BYTES, BATCH, MOVE_PAUSE_US);
	/* This thread, which resizes, is not: the more replacements the better. */
	setpriority(PRIO_PROCESS, 0, 0);
	return rc;
}

static int begin(struct torture *t, struct filesystem *fs, struct churn *churn)
{
	memset(fs, 0, sizeof(*fs));
	churn->nice = NICE;
	if (filesystem_setup(fs, t, &ext4) || churn_start(churn, t, fs))
		return -1;
	return churn_start_tops(churn, t);
}

/* resize2fs opens the device for writing, which a kernel may refuse when mounted. */
static int need_write_mounted(struct torture *t)
{
	int fd = open(t->device.path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return torture_give_up(t, errno == EBUSY ? TORTURE_SKIP : TORTURE_FAIL,
				       "a mounted %s cannot be written to: %s (CONFIG_BLK_DEV_WRITE_MOUNTED)",
				       t->device.path, strerror(errno));
	close(fd);
	return 0;
}

TEST_F_TIMEOUT(online_resize, watched, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	unsigned long long least;

	if (!torture_prepare(t) && !begin(t, &self->fs, &self->churn) &&
	    !need_write_mounted(t) && !torture_start(t) && !move(t, &self->mover)) {
		self->mib = FIRST_MIB;
		while (torture_continue(t) && !torture_complained(t)) {
			if (self->mib + STEP_MIB <= LAST_MIB) {
				self->mib += STEP_MIB;
				if (grow(t, self->mib))
					break;
				self->resizes++;
				t->wanting = self->resizes < t->duration_s * RESIZES_PER_10_S / 10;
				continue;
			}
			/* e2fsck has to see the disk, not pages that are still mapped. */
			torture_move_end(t, &self->mover);
			churn_end(&self->churn, t);
			filesystem_end(&self->fs, t, true);
			self->filesystems++;
			self->mib = FIRST_MIB;
			if (filesystem_forget(t, LAST_MIB * 1024ULL * 1024) ||
			    begin(t, &self->fs, &self->churn) || move(t, &self->mover))
				break;
		}
	}
	torture_move_end(t, &self->mover);
	torture_stop(t);
	churn_end(&self->churn, t);
	filesystem_end(&self->fs, t, true);
	self->filesystems += self->resizes > 0;
	least = verdict_asked_s(t) * RESIZES_PER_10_S / 10;
	if (t->result == TORTURE_PASS && (self->resizes < least || !self->resizes))
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: resized %u times (at least %llu needed)",
				self->resizes, least ?: 1);
	if (t->result == TORTURE_PASS &&
	    self->churn.operations < verdict_asked_s(t) * TOPS_PER_S)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu changes of metadata (at least %.0f needed)",
				self->churn.operations, verdict_asked_s(t) * TOPS_PER_S);
	t->extra = json_pack("{sI sI sI}", "resizes", (json_int_t)self->resizes,
			     "filesystems", (json_int_t)self->filesystems,
			     "operations", (json_int_t)self->churn.operations);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
