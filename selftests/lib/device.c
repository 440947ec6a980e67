// SPDX-License-Identifier: GPL-2.0
/*
 * The block device under torture, whose contents are destroyed.
 *
 * Kinds differ in what a driver does with a buffer's page: copy it, map it, or write
 * it later. A device given by hand is checked first, see device_refuse.c.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <linux/fs.h>

#include "device.h"

#define DEFAULT_KIB	(64 * 1024)

/* Why a kind cannot be had. */
static const char *const missing[] = {
	[DEVICE_NONE] =
	"no device: neither brd nor loop can be set up here (CONFIG_BLK_DEV_RAM, CONFIG_BLK_DEV_LOOP)",
	[DEVICE_LOOP] = "no loop device can be had here (CONFIG_BLK_DEV_LOOP)",
	[DEVICE_NULL_BLK] = "no null_blk can be had here (CONFIG_BLK_DEV_NULL_BLK)",
	[DEVICE_NULL_BLK_SLOW] =
	"no null_blk with a timer can be had here (CONFIG_BLK_DEV_NULL_BLK)",
	[DEVICE_NULL_BLK_LATE] =
	"no null_blk with a timer can be had here (CONFIG_BLK_DEV_NULL_BLK)",
	[DEVICE_NULL_BLK_BAD] =
	"no null_blk with bad blocks can be had here (CONFIG_BLK_DEV_NULL_BLK)",
	[DEVICE_VIRTIO] =
	"no virtio disk with the serial number bhtorture-scratch (CONFIG_VIRTIO_BLK)",
};

/**
 * device_zero() - Zero out the begin of a device; no folio of it stays in the page cache.
 * @path: The device, which nobody has mounted.
 * @bytes: How much, not beyond its end.
 *
 * Return: 0, or -1 with errno.
 */
int device_zero(const char *path, unsigned long long bytes)
{
	unsigned long long range[2] = { 0, bytes };
	int fd = open(path, O_RDWR | O_CLOEXEC), rc;

	if (fd < 0)
		return -1;
	rc = ioctl(fd, BLKZEROOUT, range);
	close(fd);
	return rc ? -1 : 0;
}

/**
 * device_take() - Take the device that the user offers.
 * @device: What was taken; give it back with device_put().
 * @path: Its path.
 * @reason: One line when it is refused.
 * @size: Of @reason.
 *
 * Return: 0, or -1 when it is refused.
 */
int device_take(struct torture_device *device, const char *path, char *reason,
		size_t size)
{
	*device = DEVICE_NOTHING;
	if (device_refuse_unless_block(path, reason, size) ||
	    device_refuse_unless_empty(path, reason, size))
		return -1;
	snprintf(device->path, sizeof(device->path), "%s", path);
	device->kind = DEVICE_BY_HAND;
	return 0;
}

/**
 * device_get() - Make a device.
 * @device: What was made; give it back with device_put().
 * @kind: Which kind; DEVICE_NONE and DEVICE_BRD: brd, or else a loop device.
 * @kib: Its size, if that can be chosen; 0: the default.
 * @reason: One line when there is none, with the kernel's option.
 * @size: Of @reason.
 *
 * Return: 0, or 1 when such a device cannot be had here.
 */
int device_get(struct torture_device *device, enum device_kind kind, unsigned int kib,
	       char *reason, size_t size)
{
	int rc;

	*device = DEVICE_NOTHING;
	kib = kib ?: DEFAULT_KIB;
	switch (kind) {
	case DEVICE_LOOP:
		rc = device_get_loop(device, kib);
		break;
	case DEVICE_NULL_BLK:
	case DEVICE_NULL_BLK_BAD:
	case DEVICE_NULL_BLK_SLOW:
	case DEVICE_NULL_BLK_LATE:
		rc = device_get_null_blk(device, kib, kind);
		break;
	case DEVICE_VIRTIO:
		rc = device_get_virtio(device);
		break;
	default:
		kind = DEVICE_NONE;
		rc = device_get_brd(device, kib) && device_get_loop(device, kib);
	}
	if (rc)
		snprintf(reason, size, "%s", missing[kind]);
	return rc ? 1 : 0;
}

/**
 * device_put() - Undo device_take(), device_get() and the like.
 * @device: The device, or DEVICE_NOTHING; nobody uses it any more.
 */
void device_put(struct torture_device *device)
{
	if (device->put)
		device->put(device);
	device->put = NULL;
	device->kind = DEVICE_NONE;
}
