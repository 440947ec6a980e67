// SPDX-License-Identifier: GPL-2.0
/*
 * device_trouble - the device fails in the middle of the torture. The module must count
 * I/O errors (io_errors), and must not take them for lost updates.
 *
 *   bad_blocks  a null_blk in memory, parts of which can no longer be read or
 *               written
 *   truncated   a loop device whose file is cut short and cannot grow again:
 *               writes fail (reads give zeroes, which is why nothing re-reads)
 *   removed     brd is asked to unload: that must be refused, and the torture goes on
 *   healed      as bad_blocks, but the blocks get good again. What is written after that
 *               is judged again: a write that gets lost (inject=media_loss) is noticed
 *   slow        each request takes longer than stuck_s: that is the device, and nobody is
 *               stuck in the kernel
 *   writeback   the same device, and writeback is under way when the torture ends: locked
 *               buffers are no state left behind
 *   refused     brd is refused memory that it could not wait for, and has to ask again in
 *               a way that may wait: no write fails
 *
 * The kernel complains about the errors on the console, rightly: the record says so.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/fs.h>

#include "kselftest_harness.h"
#include "clock.h"
#include "faults.h"
#include "process.h"
#include "sysfs.h"
#include "torture.h"
#include "verdict.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 20,
	.exposures_per_s = 5,
};

static const char * const complaints[] = {
	"I/O error", "lost async page write", "loop: Write error at byte offset", NULL
};

#define DEVICE_MIB	16
#define SIZE		"blocks=16384"	/* of 1 KiB: all of it */
#define SMALL_MIB	2		/* each block is written every second */
#define SMALL_SIZE	"blocks=2048"
/* All of them are read back one by one, when the torture has stopped. */
#define SLOW_SIZE	"blocks=8"
#define SLOW_BLOCK	4096
#define SLOW_MIGRATIONS	5
#define SLOW_LONGEST_S	60		/* until so many have waited for the device */
#define SLOW_BYTES	(32 * 1024)
#define SLOW_STUCK	"stuck_s=2"	/* less than DEVICE_SLOW_MS */
/* Few folios move: lookups have to meet them. */
#define SLOW_STEERING	"widen_us=1000 aim_percent=80"
/* Nobody waits for the device, so that the end comes at once. */
#define NO_WAITING	"reader=0 dirtier=0"
#define BATCH		512		/* pages per call */
#define GOOD_PART	3		/* of this many parts the first stays good */
/* In 512 bytes; the kernel's list of bad blocks is unreliable with long ranges. */
#define BAD_EVERY	1024
#define BAD_LENGTH	256

/* The rest of the device is written by the test itself. */
#define REFUSED_SIZE	"blocks=8192"
#define REFUSED_FROM	(8192 * 1024)
#define REFUSED_PERCENT	50
#define WRITES_PER_S	20
#define PAGE		4096
/* Of the tree in which brd has its pages each write needs a leaf of its own. */
#define LEAF		(64 * PAGE)

FIXTURE(device_trouble) {
	struct torture torture;
	struct mover mover;
};

/* On a slow device they have to wait for writeback. */
static const struct torture_floors slow_floors = {
	.migrations_per_s = 1,
	.exposures_per_s = 1,
};

static const char * const media_loss[] = { "media_loss", NULL };

enum trouble {
	TROUBLE_BAD_BLOCKS,
	TROUBLE_TRUNCATED,
	TROUBLE_REMOVED,
	TROUBLE_HEALED,
	TROUBLE_SLOW,
	TROUBLE_WRITEBACK,
	TROUBLE_REFUSED,
};

FIXTURE_VARIANT(device_trouble) {
	const char *name;
	enum trouble kind;
	enum device_kind device;
	const char *params;
};

FIXTURE_VARIANT_ADD(device_trouble, bad_blocks) {
	"bad_blocks", TROUBLE_BAD_BLOCKS, DEVICE_NULL_BLK_BAD, SIZE
};

FIXTURE_VARIANT_ADD(device_trouble, truncated) {
	"truncated", TROUBLE_TRUNCATED, DEVICE_LOOP, SIZE " reader=0"
};

FIXTURE_VARIANT_ADD(device_trouble, removed) {
	"removed", TROUBLE_REMOVED, DEVICE_BRD, SIZE
};

FIXTURE_VARIANT_ADD(device_trouble, healed) {
	"healed", TROUBLE_HEALED, DEVICE_NULL_BLK_BAD, SMALL_SIZE " inject=media_loss"
};

FIXTURE_VARIANT_ADD(device_trouble, slow) {
	"slow", TROUBLE_SLOW, DEVICE_NULL_BLK_SLOW,
	SLOW_SIZE " dirtier=0 " SLOW_STUCK " " SLOW_STEERING
};

FIXTURE_VARIANT_ADD(device_trouble, writeback) {
	"writeback", TROUBLE_WRITEBACK, DEVICE_NULL_BLK_SLOW,
	SLOW_SIZE " " NO_WAITING " " SLOW_STEERING
};

FIXTURE_VARIANT_ADD(device_trouble, refused) {
	"refused", TROUBLE_REFUSED, DEVICE_BRD, REFUSED_SIZE
};

FIXTURE_SETUP(device_trouble)
{
	struct torture *t = &self->torture;

	torture_init(t, "device_trouble", variant->name);
	t->floors = floors;
	t->provokes = complaints;
	t->device_kind = variant->device;
	t->device_kib = DEVICE_MIB * 1024;
	if (variant->kind == TROUBLE_HEALED)
		t->expected_oracles = media_loss;
	if (variant->device == DEVICE_NULL_BLK_SLOW) {
		t->floors = slow_floors;
		t->block_size = SLOW_BLOCK;
		t->module_verdict = "";
	}
	snprintf(t->params, sizeof(t->params), "%s", variant->params);
	torture_need_nodes(t);
	if (t->options.device)
		torture_give_up(t, TORTURE_SKIP,
				"breaks devices of its own only, not BHT_DEVICE=%s",
				t->options.device);
}

FIXTURE_TEARDOWN(device_trouble)
{
}

static int mark_blocks(long bytes, bool bad)
{
	long sector = bytes / 512 / GOOD_PART;
	int rc = 0;

	for (; !rc && sector + BAD_EVERY <= bytes / 512; sector += BAD_EVERY)
		rc = bad ? device_null_blk_spoil(sector, sector + BAD_LENGTH - 1) :
			   device_null_blk_heal(sector, sector + BAD_LENGTH - 1);
	return rc;
}

/* Without mapping and cache, the blocks are read from the device again. */
static int spoil_blocks(long bytes, const struct mapping *mapping)
{
	return mark_blocks(bytes, true) ||
	       madvise(mapping->start, mapping_bytes(mapping), MADV_DONTNEED) ||
	       sysfs_write("/proc/sys/vm/drop_caches", "1");
}

static void make_trouble(struct torture *t, const struct mapping *mapping,
			 enum trouble kind)
{
	const char *const argv[] = { "modprobe", "-r", "brd", NULL };
	long bytes = DEVICE_MIB * 1024L * 1024;
	int rc = 0;

	switch (kind) {
	case TROUBLE_BAD_BLOCKS:
		rc = spoil_blocks(bytes, mapping);
		break;
	case TROUBLE_HEALED:
		rc = spoil_blocks(SMALL_MIB * 1024L * 1024, mapping);
		break;
	case TROUBLE_SLOW:
	case TROUBLE_WRITEBACK:
	case TROUBLE_REFUSED:
		break;
	case TROUBLE_TRUNCATED:
		rc = ftruncate(t->device.file_fd, bytes / GOOD_PART) ||
		     fcntl(t->device.file_fd, F_ADD_SEALS, F_SEAL_GROW);
		break;
	case TROUBLE_REMOVED:
		if (t->device.kind == DEVICE_BRD && !process_run(argv))
			torture_give_up(t, TORTURE_FAIL,
					"brd could be unloaded under the torture");
		break;
	}
	if (rc)
		torture_give_up(t, TORTURE_FAIL, "no trouble could be made: %s",
				strerror(errno));
}

static void heal(struct torture *t)
{
	if (mark_blocks(SMALL_MIB * 1024L * 1024, false))
		torture_give_up(t, TORTURE_FAIL, "the blocks do not get good again: %s",
				strerror(errno));
}

/* Pages and leaves of brd are taken away and asked for again, until the time is over. */
static int write_anew(struct torture *t, int fd, const void *page, double *writes)
{
	unsigned long long range[2] = { REFUSED_FROM, DEVICE_MIB * 1024L * 1024 - REFUSED_FROM };
	unsigned long long at;

	while (torture_continue(t)) {
		if (ioctl(fd, BLKDISCARD, range))
			return -1;
		for (at = range[0]; at < range[0] + range[1]; at += LEAF, ++*writes)
			if (pwrite(fd, page, PAGE, at) != PAGE)
				return -1;
	}
	return 0;
}

static int start_refusing(struct torture *t)
{
	return !faults_choose(gettid()) && faults_start(REFUSED_PERCENT, false) ? 0 :
	       torture_give_up(t, TORTURE_SKIP,
			       "allocations cannot be made to fail (CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC: the flavour debug has them)");
}

/* The brd of 6.1 keeps what it has: there is nothing that it could ask for anew. */
static void give_up_writing(struct torture *t, double writes, int error)
{
	if (error == EOPNOTSUPP)
		torture_give_up(t, TORTURE_SKIP, "this brd cannot discard: %s", strerror(error));
	else
		torture_give_up(t, TORTURE_FAIL,
				"a write that might wait for memory failed after %.0f: %s",
				writes, strerror(error));
}

static void write_refused(struct torture *t)
{
	int fd = open(t->device.path, O_RDWR | O_DIRECT | O_CLOEXEC);
	void *page = aligned_alloc(PAGE, PAGE);
	double asked_s = verdict_asked_s(t) / 2, writes = 0;

	if (fd < 0 || !page)
		torture_give_up(t, TORTURE_FAIL, "no direct writes: %s", strerror(errno));
	else if (write_anew(t, fd, page, &writes))
		give_up_writing(t, writes, errno);
	else if (writes < WRITES_PER_S * asked_s)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %.0f writes that needed memory (at least %.0f needed)",
				writes, WRITES_PER_S * asked_s);
	free(page);
	close(fd);
}

/* Let all that is dirty be on its way to the device, and do not wait for it. */
static void begin_writeback(struct torture *t)
{
	int fd = open(t->device.path, O_RDWR | O_CLOEXEC);

	if (fd < 0 || sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE))
		torture_give_up(t, TORTURE_FAIL, "no writeback: %s", strerror(errno));
	close(fd);
}

static bool fails(enum trouble kind)
{
	return kind == TROUBLE_BAD_BLOCKS || kind == TROUBLE_TRUNCATED ||
	       kind == TROUBLE_HEALED;
}

static int start_moving(struct torture *t, struct mover *mover)
{
	if (t->device_kind == DEVICE_NULL_BLK_SLOW)
		return torture_move_device(t, mover, SLOW_BYTES, BATCH, 0);
	return torture_move(t, mover, BATCH);
}

/*
 * That nobody is stuck is asked of those who wait for the device. How often lookups meet them
 * is no matter; on a busy machine few do.
 */
static void wait_for_slow(struct torture *t)
{
	double until = clock_s() + SLOW_LONGEST_S;

	while (t->result == TORTURE_UNDECIDED && !t->violated &&
	       torture_migrations(t) < SLOW_MIGRATIONS && clock_s() < until) {
		torture_continue(t);
		usleep(100 * 1000);
	}
	if (torture_migrations(t) >= SLOW_MIGRATIONS)
		torture_give_up(t, TORTURE_PASS, "%llu migrations, and nobody is stuck",
				torture_migrations(t));
}

TEST_F_TIMEOUT(device_trouble, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	unsigned int duration = t->duration_s;
	unsigned long long errors;

	if (!torture_start(t) &&
	    (variant->kind != TROUBLE_REFUSED || !start_refusing(t)) &&
	    !start_moving(t, &self->mover)) {
		t->duration_s = (duration + 1) / 2;
		torture_wait(t);
		make_trouble(t, &self->mover.mapping, variant->kind);
		t->duration_s = duration + 1;
		if (variant->kind == TROUBLE_REFUSED)
			write_refused(t);
		torture_wait(t);
		if (variant->kind == TROUBLE_SLOW)
			wait_for_slow(t);
		if (variant->kind == TROUBLE_HEALED) {
			heal(t);
			t->duration_s += (duration + 1) / 2;
			torture_wait(t);
		}
	}
	faults_end();
	torture_move_end(t, &self->mover);
	if (variant->kind == TROUBLE_WRITEBACK && t->loaded)
		begin_writeback(t);
	torture_stop(t);
	errors = stats_number(&t->stats, "io_errors");
	if (t->result == TORTURE_PASS && fails(variant->kind) && !errors)
		torture_give_up(t, TORTURE_FAIL, "the device failed, and no I/O error was counted");
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
