// SPDX-License-Identifier: GPL-2.0
/*
 * device_trouble - the device fails in the middle of the torture. Errors must be
 * counted as such (io_errors) and never be taken for lost updates.
 *
 *   bad_blocks  a null_blk in memory, parts of which can no longer be read or
 *               written
 *   truncated   a loop device whose file is cut short and cannot grow again:
 *               writes fail (reads give zeroes, which is why nothing re-reads)
 *   removed     brd is asked to go: it must be refused, the torture goes on
 *
 * The kernel complains about the errors on the console, rightly:
 *   scripts/bht-run --tests device_trouble --allow-console 'I/O error'
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "torture.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 20,
	.exposures_per_s = 5,
};

#define DEVICE_MIB	16
#define SIZE		"blocks=16384"	/* of 1 KiB: all of it */
#define BATCH		512		/* pages per call */
#define GOOD_PART	3		/* of this many parts the first stays good */
/* In 512 bytes; the kernel's list of bad blocks is unreliable with long ranges. */
#define BAD_EVERY	1024
#define BAD_LENGTH	256

#define CONFIGFS	"/sys/kernel/config"
#define NULLB		CONFIGFS "/nullb/bhtorture"

FIXTURE(device_trouble) {
	struct torture torture;
	struct mover mover;
	bool configured;
};

enum trouble {
	TROUBLE_BAD_BLOCKS,
	TROUBLE_TRUNCATED,
	TROUBLE_REMOVED,
};

FIXTURE_VARIANT(device_trouble) {
	const char *name;
	enum trouble kind;
	const char *params;
};

FIXTURE_VARIANT_ADD(device_trouble, bad_blocks) {
	"bad_blocks", TROUBLE_BAD_BLOCKS, SIZE
};

FIXTURE_VARIANT_ADD(device_trouble, truncated) {
	"truncated", TROUBLE_TRUNCATED, SIZE " reader=0"
};

FIXTURE_VARIANT_ADD(device_trouble, removed) {
	"removed", TROUBLE_REMOVED, SIZE
};

FIXTURE_SETUP(device_trouble)
{
	struct torture *t = &self->torture;

	torture_init(t, "device_trouble", variant->name);
	t->floors = floors;
	t->device_kib = DEVICE_MIB * 1024;
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

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t length = strlen(text);
	int rc = -1;

	if (fd < 0)
		return -1;
	if (write(fd, text, length) == length)
		rc = 0;
	close(fd);
	return rc;
}

static int configure_null_blk(struct torture *t)
{
	const char *const argv[] = { "modprobe", "null_blk", "nr_devices=0", NULL };
	char size[16];
	int number = -1;
	FILE *file;

	device_run(argv);
	mount("none", CONFIGFS, "configfs", 0, NULL);
	snprintf(size, sizeof(size), "%d", DEVICE_MIB);
	if (mkdir(NULLB, 0700) || write_text(NULLB "/size", size) ||
	    write_text(NULLB "/memory_backed", "1") ||
	    write_text(NULLB "/badblocks", "+0-0") ||
	    write_text(NULLB "/badblocks", "-0-0") ||
	    write_text(NULLB "/power", "1"))
		return torture_give_up(t, TORTURE_SKIP,
				       "no null_blk with bad blocks can be had here: %s (CONFIG_BLK_DEV_NULL_BLK)",
				       strerror(errno));
	t->device.kind = DEVICE_BY_HAND;	/* nothing for device_put() */
	/* Named after its configuration, before 5.19 by number. */
	snprintf(t->device.path, sizeof(t->device.path), "/dev/bhtorture");
	if (!access(t->device.path, F_OK))
		return 0;
	file = fopen(NULLB "/index", "r");
	if (!file || fscanf(file, "%d", &number) != 1)
		number = 0;
	if (file)
		fclose(file);
	snprintf(t->device.path, sizeof(t->device.path), "/dev/nullb%d", number);
	return 0;
}

static int get_device(struct torture *t, enum trouble kind, bool *configured)
{
	if (t->result != TORTURE_UNDECIDED)
		return -1;
	if (kind == TROUBLE_BAD_BLOCKS) {
		*configured = true;
		return configure_null_blk(t);
	}
	if (kind == TROUBLE_TRUNCATED &&
	    device_get_loop(&t->device, DEVICE_MIB * 1024))
		return torture_give_up(t, TORTURE_SKIP, "no loop device can be had here");
	return 0;
}

static int add_bad_blocks(long bytes)
{
	long sector = bytes / 512 / GOOD_PART;
	char range[64];

	for (; sector + BAD_EVERY <= bytes / 512; sector += BAD_EVERY) {
		snprintf(range, sizeof(range), "+%ld-%ld", sector,
			 sector + BAD_LENGTH - 1);
		if (write_text(NULLB "/badblocks", range))
			return -1;
	}
	return 0;
}

static void make_trouble(struct torture *t, const struct mapping *mapping,
			 enum trouble kind)
{
	const char *const argv[] = { "modprobe", "-r", "brd", NULL };
	long bytes = DEVICE_MIB * 1024L * 1024;
	int rc = 0;

	switch (kind) {
	case TROUBLE_BAD_BLOCKS:
		/* What is neither mapped nor cached any more has to be read, too. */
		rc = add_bad_blocks(bytes) ||
		     madvise(mapping->start, mapping_bytes(mapping), MADV_DONTNEED) ||
		     write_text("/proc/sys/vm/drop_caches", "1");
		break;
	case TROUBLE_TRUNCATED:
		rc = ftruncate(t->device.file_fd, bytes / GOOD_PART) ||
		     fcntl(t->device.file_fd, F_ADD_SEALS, F_SEAL_GROW);
		break;
	case TROUBLE_REMOVED:
		if (t->device.kind == DEVICE_BRD && !device_run(argv))
			torture_give_up(t, TORTURE_FAIL,
					"brd could be unloaded under the torture");
		break;
	}
	if (rc)
		torture_give_up(t, TORTURE_FAIL, "no trouble could be made: %s",
				strerror(errno));
}

TEST_F_TIMEOUT(device_trouble, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	unsigned int duration = t->duration_s;
	unsigned long long errors;

	if (!get_device(t, variant->kind, &self->configured) &&
	    !torture_start(t) && !torture_move(t, &self->mover, BATCH)) {
		t->duration_s = (duration + 1) / 2;
		torture_wait(t);
		make_trouble(t, &self->mover.mapping, variant->kind);
		t->duration_s = duration + 1;
		torture_wait(t);
	}
	torture_move_end(t, &self->mover);
	torture_stop(t);
	errors = record_number(t, "io_errors");
	if (t->result == TORTURE_PASS && variant->kind != TROUBLE_REMOVED && !errors)
		torture_give_up(t, TORTURE_FAIL, "the device failed, and no I/O error was counted");
	torture_end(t);
	if (self->configured) {
		write_text(NULLB "/power", "0");
		rmdir(NULLB);
	}
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
