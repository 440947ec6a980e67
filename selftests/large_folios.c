// SPDX-License-Identifier: GPL-2.0
/*
 * large_folios - folios of several pages with buffers, which block devices have from
 * 6.15 on, move while their device is watched. The strategy `held` must refuse them:
 * copying one may sleep, and `held` copies under a spinlock.
 *
 * Readahead makes such folios, and a write into one gives it buffers.
 *
 * Variant `block_16384`: blocks are larger than pages. The strategy `busted`, on a device
 * that holds nothing, traces each migration; block and page have to fit each other.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "sysfs.h"
#include "torture.h"

#define DEVICE_KIB	(16 * 1024)
#define DEVICE_BYTES	(DEVICE_KIB * 1024)
#define BATCH		64	/* pages per call */
#define WRITE_EVERY	4096
#define PARAMS		"prober=0 quarantine_folios=256"
#define TRACEFS		"/sys/kernel/tracing"
#define HOLD_EVENT	TRACEFS "/events/bhtorture/bhtorture_hold/enable"

FIXTURE(large_folios) {
	struct torture torture;
	struct mover mover;
	int fd;
};

FIXTURE_VARIANT(large_folios) {
	const char *name;
	const char *strategy;
	int block_size;		/* of the device; 0: whatever it has */
};

FIXTURE_VARIANT_ADD(large_folios, kernel) { "kernel", "kernel", 0 };
FIXTURE_VARIANT_ADD(large_folios, held) { "held", "held", 0 };
FIXTURE_VARIANT_ADD(large_folios, block_16384) { "block_16384", "busted", 16384 };

FIXTURE_SETUP(large_folios)
{
	struct torture *t = &self->torture;

	torture_init(t, "large_folios", variant->name);
	t->strategy = variant->strategy;
	t->watch = true;
	t->module_verdict = "INCONCLUSIVE";	/* nobody looks anything up */
	t->until_complaint = true;
	t->fixed_duration = true;
	t->device_kib = DEVICE_KIB;
	snprintf(t->params, sizeof(t->params), "%s", PARAMS);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(large_folios)
{
}

/*
 * Drop what is cached, read all of the device from its beginning to its end, then write
 * into each page.
 */
static int fill(struct torture *t)
{
	char buffer[64 * 1024];
	int fd = open(t->device.path, O_RDWR | O_CLOEXEC);
	ssize_t done = fd < 0 ? -1 : 1;
	off_t at;

	if (fd >= 0) {
		fsync(fd);
		posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	}
	while (done > 0)
		done = read(fd, buffer, sizeof(buffer));
	for (at = 0; !done && at < DEVICE_BYTES; at += WRITE_EVERY)
		if (pwrite(fd, "", 1, at) != 1)
			done = -1;
	if (done < 0)
		torture_give_up(t, TORTURE_FAIL, "%s: %s", t->device.path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return done;
}

static unsigned long long number(const struct torture *t, const char *key)
{
	return json_integer_value(json_object_get(json_object_get(t->stats.json, "migrations"),
						  key));
}

/* Its size lasts as long as somebody has the device open. Return: that, or -1. */
static int set_block_size(struct torture *t, int block_size)
{
	int fd = open(t->device.path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		torture_give_up(t, TORTURE_FAIL, "%s: %s", t->device.path, strerror(errno));
	else if (block_size && ioctl(fd, BLKBSZSET, &block_size))
		torture_give_up(t, TORTURE_SKIP, "blocks of %d bytes: %s", block_size,
				strerror(errno));
	return fd;
}

static int trace(struct torture *t)
{
	mount("tracefs", TRACEFS, "tracefs", 0, NULL);
	if (!sysfs_write(HOLD_EVENT, "1"))
		return 0;
	return torture_give_up(t, TORTURE_SKIP, HOLD_EVENT ": %s", strerror(errno));
}

/* Are the blocks traced those that the pages traced begin in? */
static void judge_trace(struct torture *t, int block_size)
{
	unsigned long page = sysconf(_SC_PAGESIZE);
	char *text = sysfs_read_all(TRACEFS "/trace");
	unsigned long long block, right;
	unsigned long index, seen = 0;
	const char *at = text;

	while (at && (at = strstr(at, " index="))) {
		if (sscanf(at++, " index=%lu block=%llu", &index, &block) != 2)
			continue;
		right = (unsigned long long)index * page / block_size;
		if (block != right)
			torture_give_up(t, TORTURE_FAIL,
					"page %lu begins in block %llu, the module says %llu",
					index, right, block);
		seen++;
	}
	free(text);
	torture_give_up(t, seen ? TORTURE_PASS : TORTURE_INCONCLUSIVE,
			"%lu migrations were traced with the right block", seen);
}

static void judge(struct torture *t)
{
	unsigned long long begun = number(t, "large_begun"), moved = number(t, "large_moved");

	if (!begun)
		torture_give_up(t, TORTURE_SKIP,
				"block devices of this kernel have no large folios");
	else if (strcmp(t->strategy, "held"))
		torture_give_up(t, moved ? TORTURE_PASS : TORTURE_INCONCLUSIVE,
				"%llu of %llu migrations of large folios succeeded", moved, begun);
	else
		torture_give_up(t, moved ? TORTURE_FAIL : TORTURE_PASS,
				"%llu of %llu migrations of large folios were made under a spinlock",
				moved, begun);
}

TEST_F_TIMEOUT(large_folios, moved, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	self->fd = -1;
	if (!torture_prepare(t)) {
		self->fd = set_block_size(t, variant->block_size);
		if (t->result == TORTURE_UNDECIDED && !fill(t) && !torture_start(t) &&
		    (!variant->block_size || !trace(t)) &&
		    !torture_move_device(t, &self->mover, DEVICE_BYTES, BATCH, 0))
			torture_wait(t);
	}
	torture_move_end(t, &self->mover);
	if (t->loaded && variant->block_size)
		judge_trace(t, variant->block_size);
	else if (t->loaded && !t->stats.violations)
		judge(t);
	t->extra = json_pack("{sI sI}", "large_begun", (json_int_t)number(t, "large_begun"),
			     "large_moved", (json_int_t)number(t, "large_moved"));
	torture_end(t);
	if (self->fd >= 0)
		close(self->fd);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
