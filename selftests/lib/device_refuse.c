// SPDX-License-Identifier: GPL-2.0
/*
 * Which devices are refused. A device given by hand is taken only when it is a block
 * device, nobody uses it and it holds nothing that libblkid knows. Otherwise there is
 * one line that says why, and nothing on it has changed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <blkid/blkid.h>
#include <linux/fs.h>

#include "device.h"

/* Less than this is no target: a few pages that are always busy. */
#define DEVICE_MIN_BYTES	(1024 * 1024)

/**
 * device_refuse_unless_block() - A block device that can be written and is free?
 * @path: Of the device.
 * @reason: One line for the refusal.
 * @size: Of @reason.
 *
 * With an initramfs and no devtmpfs, /dev/ram0 may be a plain file, on which a
 * test would silently do nothing.
 *
 * Return: 0, or -1 when it is refused.
 */
int device_refuse_unless_block(const char *path, char *reason, size_t size)
{
	unsigned long long bytes = 0;
	struct stat status;
	int read_only = 0;
	int fd;

	if (stat(path, &status)) {
		snprintf(reason, size, "device %s refused: %s", path,
			 strerror(errno));
		return -1;
	}
	if (!S_ISBLK(status.st_mode)) {
		snprintf(reason, size, "device %s refused: not a block device",
			 path);
		return -1;
	}
	fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC);
	if (fd < 0) {
		snprintf(reason, size, "device %s refused: %s", path,
			 errno == EBUSY ?
			 "it is in use (mounted, or claimed by a driver)" :
			 strerror(errno));
		return -1;
	}
	if (ioctl(fd, BLKROGET, &read_only))
		read_only = 0;
	if (ioctl(fd, BLKGETSIZE64, &bytes))
		bytes = 0;
	close(fd);
	if (read_only) {
		snprintf(reason, size, "device %s refused: it is read-only",
			 path);
		return -1;
	}
	if (bytes < DEVICE_MIN_BYTES) {
		snprintf(reason, size,
			 "device %s refused: %llu bytes, less than %d", path,
			 bytes, DEVICE_MIN_BYTES);
		return -1;
	}
	return 0;
}

static void describe(blkid_probe probe, char *what, size_t size)
{
	const char *value;

	if (!blkid_probe_lookup_value(probe, "TYPE", &value, NULL))
		snprintf(what, size, "%s", value);
	else if (!blkid_probe_lookup_value(probe, "PTTYPE", &value, NULL))
		snprintf(what, size, "a %s partition table", value);
	else
		snprintf(what, size, "something libblkid knows");
}

/**
 * device_refuse_unless_empty() - Does the device hold nothing?
 * @path: Of the device (or of an image: nothing here needs a block device).
 * @reason: One line for the refusal, naming what is on it.
 * @size: Of @reason.
 *
 * Return: 0, or -1 when it is refused; an ambiguous or failing probe refuses.
 */
int device_refuse_unless_empty(const char *path, char *reason, size_t size)
{
	blkid_probe probe = blkid_new_probe_from_filename(path);
	char what[128];
	int rc;

	if (!probe) {
		snprintf(reason, size, "device %s refused: cannot be probed: %s",
			 path, strerror(errno));
		return -1;
	}
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE |
					  BLKID_SUBLKS_USAGE |
					  BLKID_SUBLKS_MAGIC);
	blkid_probe_enable_partitions(probe, 1);
	rc = blkid_do_safeprobe(probe);
	if (rc == 0) {
		describe(probe, what, sizeof(what));
		snprintf(reason, size,
			 "device %s refused: it holds %s; nothing was changed",
			 path, what);
	} else if (rc == -2) {
		snprintf(reason, size,
			 "device %s refused: it holds several signatures; nothing was changed",
			 path);
	} else if (rc != 1) {
		snprintf(reason, size,
			 "device %s refused: its contents cannot be read", path);
	}
	blkid_free_probe(probe);
	return rc == 1 ? 0 : -1;
}
