// SPDX-License-Identifier: GPL-2.0
/*
 * A null_blk in memory, with a request queue, set up by configfs. Parts of it can be
 * made to fail, or all of it be slow.
 */
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"
#include "process.h"
#include "sysfs.h"

#define CONFIGFS	"/sys/kernel/config"
#define NULLB		CONFIGFS "/nullb/bhtorture"

static void put_null_blk(struct torture_device *unused)
{
	(void)unused;
	sysfs_write(NULLB "/power", "0");
	rmdir(NULLB);
}

static int configure_slow(unsigned int ms)
{
	char delay[24];

	snprintf(delay, sizeof(delay), "%llu", ms * 1000000ULL);
	return sysfs_write(NULLB "/irqmode", "2") ||
	       sysfs_write(NULLB "/completion_nsec", delay) ? -1 : 0;
}

static int configure(unsigned int kib, enum device_kind kind)
{
	char size[16];

	snprintf(size, sizeof(size), "%u", kib / 1024);
	if (mkdir(NULLB, 0700) || sysfs_write(NULLB "/size", size) ||
	    sysfs_write(NULLB "/memory_backed", "1"))
		return -1;
	/* A block that is bad and good again: can it be done at all? */
	if (kind == DEVICE_NULL_BLK_BAD &&
	    (sysfs_write(NULLB "/badblocks", "+0-0") ||
	     sysfs_write(NULLB "/badblocks", "-0-0")))
		return -1;
	if ((kind == DEVICE_NULL_BLK_SLOW && configure_slow(DEVICE_SLOW_MS)) ||
	    (kind == DEVICE_NULL_BLK_LATE && configure_slow(DEVICE_LATE_MS)))
		return -1;
	return sysfs_write(NULLB "/power", "1");
}

/**
 * device_get_null_blk() - A null_blk.
 * @device: What was taken.
 * @kib: Its size, in whole MiB.
 * @kind: Shall device_null_blk_spoil() work, or is it to be slow?
 *
 * Return: 0, or -1 when it cannot be had.
 */
int device_get_null_blk(struct torture_device *device, unsigned int kib,
			enum device_kind kind)
{
	const char *const argv[] = { "modprobe", "null_blk", "nr_devices=0", NULL };
	char number[16] = "0";

	process_run(argv);
	mount("none", CONFIGFS, "configfs", 0, NULL);
	/* Left behind by a test that was killed. */
	put_null_blk(device);
	if (configure(kib, kind)) {
		put_null_blk(device);
		return -1;
	}
	device->kind = DEVICE_NULL_BLK;
	device->put = put_null_blk;
	/* Named after its configuration, before 5.19 by number. */
	snprintf(device->path, sizeof(device->path), "/dev/bhtorture");
	if (access(device->path, F_OK)) {
		sysfs_read(NULLB "/index", number, sizeof(number));
		snprintf(device->path, sizeof(device->path), "/dev/nullb%s", number);
	}
	return 0;
}

static int mark(char sign, unsigned long first, unsigned long last)
{
	char range[64];

	snprintf(range, sizeof(range), "%c%lu-%lu", sign, first, last);
	return sysfs_write(NULLB "/badblocks", range);
}

/**
 * device_null_blk_spoil() - From now on some of its sectors cannot be read or written.
 * @first: The first of them.
 * @last: The last.
 *
 * Return: 0, or -1 with errno.
 */
int device_null_blk_spoil(unsigned long first, unsigned long last)
{
	return mark('+', first, last);
}

/**
 * device_null_blk_heal() - From now on they can be read and written again.
 * @first: The first of them.
 * @last: The last.
 *
 * Return: 0, or -1 with errno.
 */
int device_null_blk_heal(unsigned long first, unsigned long last)
{
	return mark('-', first, last);
}
