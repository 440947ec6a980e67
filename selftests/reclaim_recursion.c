// SPDX-License-Identifier: GPL-2.0
/*
 * reclaim_recursion - an ext4 on a loop device on a file in another ext4, memory
 * kept at the edge, and folios that move: reclaim and migration enter the lower
 * filesystem while the upper one waits for it ("ext4: Fix deadlock on page reclaim",
 * 2019).
 *
 * It passes if
 *   nothing hangs: the module's `stuck`, the kernel's hung task detector, the run's own
 *   time limit;
 *   all that was synced is intact;
 *   no reclaim on behalf of the loop device was allowed to enter a filesystem. With bad
 *   luck that would have been the hang: it is the violation `reclaim_recursion`.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "churn.h"
#include "contents.h"
#include "filesystem.h"
#include "hog.h"
#include "meminfo.h"
#include "recursion.h"
#include "sysfs.h"
#include "threads.h"
#include "torture.h"
#include "verdict.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * very busy cores: one direct reclaim by the loop device's worker a second.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 1,
};

#define RECLAIMS_PER_10_S	1	/* direct, by the loop device's worker */
#define FILES_PER_S		0.2	/* written and synced */

#define LOWER_KIB	(192 * 1024)
#define UPPER_KIB	(128 * 1024)
#define BULK_KIB	(48 * 1024)	/* a file written all over, again and again */
#define START_KIB	(96 * 1024)	/* memory_clean_kib(): what the beginning needs */
#define EDGE_KIB	(24 * 1024)	/* and where it stays from then on */
#define NEAR_KIB	(48 * 1024)	/* must have been reached */
#define GIVE_BACK	(4 * 1024 * 1024)
#define GIVE_BACK_EVERY	32	/* looks at what is left */
#define LOOK_EVERY_US	100000
#define NICE		19
#define WIDENED		"widen_us=50"
#define BATCH		512		/* pages per call */
#define MOVED_BYTES	(16 * 1024 * 1024)
#define MOVE_PAUSE_US	20000
/* The edge: below it everybody has to reclaim before getting a page. */
#define MIN_FREE	"/proc/sys/vm/min_free_kbytes"
#define MIN_FREE_KIB	"3072"
/*
 * Dirty pages cannot be reclaimed. The kernel's default of a fifth of memory, in either
 * filesystem, was nearly all that is left at the edge, and the OOM killer came.
 */
#define DIRTY		"/proc/sys/vm/dirty_ratio"
#define DIRTY_PERCENT	"4"
#define BACKGROUND	"/proc/sys/vm/dirty_background_ratio"
#define BACKGROUND_PERCENT "2"
/* A task that waits for so long hangs, and the kernel says so on the console. */
#define HUNG_TASK	"/proc/sys/kernel/hung_task_timeout_secs"
#define HUNG_TASK_S	"45"

static const struct filesystem_type lower_type = {
	.name = "ext4",
	.make = "mkfs.ext4 -q -F -b 4096 -J size=4 -E nodiscard",
	.check = "e2fsck -f -n",
	.options = "data=ordered,commit=1",
	.config = "CONFIG_EXT4_FS",
};

static const struct filesystem_type upper_type = {
	.name = "ext4",
	.make = "mkfs.ext4 -q -F -b 1024 -N 16384 -J size=4 -E nodiscard,packed_meta_blocks=1",
	.check = "e2fsck -f -n",
	.options = "data=ordered,commit=1",
	.config = "CONFIG_EXT4_FS",
};

struct bulk {
	char name[FILESYSTEM_PATH_MAX];
	int backing;		/* the file behind the loop device */
	pthread_t thread;
	bool running;
	bool stop;
};

FIXTURE(reclaim_recursion) {
	struct torture torture;
	struct torture_device disk;
	struct filesystem lower;
	struct filesystem upper;
	struct churn churn;
	struct contents contents;
	struct bulk bulk;
	struct mover mover;
	struct hog hog;
	struct recursion recursion;
	char min_free[32];	/* before the test */
	char dirty[32];
	char background[32];
	char hung_task[32];
};

FIXTURE_SETUP(reclaim_recursion)
{
	struct torture *t = &self->torture;

	torture_init(t, "reclaim_recursion", NULL);
	t->watch = true;
	t->floors = floors;
	/* A RAM disk would take the memory that is to be reclaimed. */
	t->device_kind = DEVICE_VIRTIO;
	t->device_kib = LOWER_KIB;
	snprintf(t->params, sizeof(t->params), "%s", WIDENED);
	torture_need_nodes(t);
	/* The prober is nice, too: it would hardly run beside threads that are not. */
	if (nice(NICE) < 0)
		torture_give_up(t, TORTURE_FAIL, "nice: %s", strerror(errno));
}

FIXTURE_TEARDOWN(reclaim_recursion)
{
}

/*
 * Writes the upper filesystem's file, and drops the lower file's pages once they have
 * been written back: so the loop device's worker has to allocate them in every round.
 */
static void *bulk_main(void *argument)
{
	struct bulk *bulk = argument;
	static char data[64 * 1024];
	int fd = open(bulk->name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	off_t offset = 0;

	while (fd >= 0 && !__atomic_load_n(&bulk->stop, __ATOMIC_RELAXED)) {
		if (pwrite(fd, data, sizeof(data), offset) < 0)
			break;
		offset += sizeof(data);
		if (offset < BULK_KIB * 1024L)
			continue;
		offset = 0;
		fdatasync(fd);
		posix_fadvise(bulk->backing, 0, 0, POSIX_FADV_DONTNEED);
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

static int stack(struct torture *t, struct torture_device *disk,
		 struct filesystem *lower, struct filesystem *upper)
{
	char name[FILESYSTEM_PATH_MAX];
	int file;

	if (torture_prepare(t) ||
	    filesystem_setup(lower, t, &lower_type))
		return -1;
	*disk = t->device;
	t->device = DEVICE_NOTHING;
	snprintf(name, sizeof(name), "%s/backing", lower->path);
	file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (file < 0 || ftruncate(file, UPPER_KIB * 1024L))
		return torture_give_up(t, TORTURE_FAIL, "%s: %s", name, strerror(errno));
	if (device_loop_setup(&t->device, file))
		return torture_give_up(t, TORTURE_SKIP,
				       "no loop device can be had here (CONFIG_BLK_DEV_LOOP)");
	return filesystem_setup(upper, t, &upper_type);
}

static int start_load(struct torture *t, const struct filesystem *upper,
		      struct churn *churn, struct contents *contents, struct bulk *bulk)
{
	if (churn_start(churn, t, upper) || contents_start(contents, t, upper->path))
		return -1;
	snprintf(bulk->name, sizeof(bulk->name), "%s/bulk", upper->path);
	bulk->backing = t->device.file_fd;
	bulk->running = !pthread_create(&bulk->thread, NULL, bulk_main, bulk);
	return 0;
}

static bool is_wanting(const struct torture *t, const struct contents *contents,
		       const struct hog *hog, const struct recursion *recursion)
{
	return recursion->reclaims * 10 < t->duration_s * RECLAIMS_PER_10_S ||
	       contents->written < t->duration_s * FILES_PER_S || hog->least_kib > NEAR_KIB;
}

static void judge(struct torture *t, const struct contents *contents,
		  const struct hog *hog, const struct recursion *recursion)
{
	double reclaims = verdict_asked_s(t) * RECLAIMS_PER_10_S / 10;

	if (t->result != TORTURE_PASS)
		return;
	if (recursion->recursions)
		torture_give_up(t, TORTURE_FAIL,
				"the loop device's worker reclaimed with a right to enter filesystems: %llu of %llu times, first %s",
				recursion->recursions, recursion->reclaims,
				recursion->first);
	else if (recursion->reclaims < reclaims || !recursion->reclaims)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu direct reclaims by the loop device's worker (at least %.0f needed)",
				recursion->reclaims, reclaims < 1 ? 1 : reclaims);
	else if (contents->written < verdict_asked_s(t) * FILES_PER_S)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu files written and synced (at least %.0f needed)",
				contents->written, verdict_asked_s(t) * FILES_PER_S);
	else if (hog->least_kib > NEAR_KIB)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %lu KiB were always available (less than %u needed)",
				hog->least_kib, NEAR_KIB);
}

static json_t *report(const struct torture *t, const struct contents *contents,
		      const struct hog *hog, const struct recursion *recursion)
{
	json_t *extra, *first;

	extra = json_pack("{sI sI sI sI sI}", "loop_reclaims",
			  (json_int_t)recursion->reclaims, "recursions",
			  (json_int_t)recursion->recursions, "files_synced",
			  (json_int_t)contents->written, "files_compared",
			  (json_int_t)contents->compared, "least_available_kib",
			  (json_int_t)hog->least_kib);
	if (!recursion->recursions)
		return extra;
	first = json_pack("{ss sI sI}", "oracle", "reclaim_recursion", "ms",
			  (json_int_t)(t->seconds * 1000), "migrations",
			  (json_int_t)torture_migrations(t));
	json_object_set_new(extra, "first_violation", first);
	json_object_set_new(extra, "violations",
			    json_pack("{sI}", "reclaim_recursion",
				      (json_int_t)recursion->recursions));
	return extra;
}

TEST_F_TIMEOUT(reclaim_recursion, watched, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	unsigned int looks = 0;

	self->disk = DEVICE_NOTHING;
	if (!stack(t, &self->disk, &self->lower, &self->upper) &&
	    !hog_open(&self->hog, t, 2 * memory_available_kib())) {
		while (hog_grow(&self->hog, START_KIB))
			;
		sysfs_change(MIN_FREE, MIN_FREE_KIB, self->min_free, sizeof(self->min_free));
		sysfs_change(DIRTY, DIRTY_PERCENT, self->dirty, sizeof(self->dirty));
		sysfs_change(BACKGROUND, BACKGROUND_PERCENT, self->background,
			     sizeof(self->background));
		sysfs_change(HUNG_TASK, HUNG_TASK_S, self->hung_task,
			     sizeof(self->hung_task));
		kswapd_set_idle(true);
		if (!start_load(t, &self->upper, &self->churn, &self->contents,
				&self->bulk) &&
		    !recursion_start(&self->recursion, t) && !torture_start(t) &&
		    !torture_move_device(t, &self->mover, MOVED_BYTES, BATCH,
					 MOVE_PAUSE_US)) {
			while (torture_continue(t) && !self->recursion.recursions) {
				t->wanting = is_wanting(t, &self->contents, &self->hog,
							&self->recursion);
				if (hog_grow(&self->hog, EDGE_KIB))
					continue;
				usleep(LOOK_EVERY_US);
				if (!(++looks % GIVE_BACK_EVERY) ||
				    memory_clean_kib() < EDGE_KIB / 2)
					hog_shrink(&self->hog, GIVE_BACK);
			}
		}
	}
	torture_move_end(t, &self->mover);
	hog_close(&self->hog);
	kswapd_set_idle(false);
	sysfs_restore(MIN_FREE, self->min_free);
	sysfs_restore(DIRTY, self->dirty);
	sysfs_restore(BACKGROUND, self->background);
	torture_stop(t);
	__atomic_store_n(&self->bulk.stop, true, __ATOMIC_RELAXED);
	if (self->bulk.running)
		pthread_join(self->bulk.thread, NULL);
	churn_end(&self->churn, t);
	contents_stop(&self->contents, t);
	recursion_stop(&self->recursion);
	/* Another mount reads them from the lower filesystem, not from the page cache. */
	if (self->upper.mounted && !filesystem_unmount(&self->upper, t) &&
	    !filesystem_mount(&self->upper, t, true))
		contents_compare(&self->contents, t);
	filesystem_end(&self->upper, t, true);
	sysfs_restore(HUNG_TASK, self->hung_task);
	device_put(&t->device);
	filesystem_end(&self->lower, t, true);
	device_put(&self->disk);
	judge(t, &self->contents, &self->hog, &self->recursion);
	t->extra = report(t, &self->contents, &self->hog, &self->recursion);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
