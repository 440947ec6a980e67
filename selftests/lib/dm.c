// SPDX-License-Identifier: GPL-2.0
/*
 * A device that can be stood still: dm-linear on top of another one, by the device
 * mapper's ioctls, so that no program is needed.
 *
 * While it is suspended, requests that came before have been completed, and others wait:
 * what is on the device below is what a power cut would have left of it then. The
 * filesystem is not asked (DM_SKIP_LOCKFS_FLAG), or it would tidy up first.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <linux/dm-ioctl.h>

#include "dm.h"
#include "process.h"

#define CONTROL		"/dev/mapper/control"
#define NAME		"bhtorture"
#define REMOVE_TRIES	50
#define REMOVE_WAIT_US	100000

/* One command with its table, if it has one. */
struct dm_request {
	struct dm_ioctl header;
	struct dm_target_spec target;
	char parameters[256];
};

static int request(const struct dm *dm, unsigned long command, unsigned int flags,
		   struct dm_request *request)
{
	struct dm_ioctl *header = &request->header;

	header->version[0] = DM_VERSION_MAJOR;
	header->data_size = sizeof(*request);
	header->data_start = sizeof(*header);
	header->flags = flags;
	snprintf(header->name, sizeof(header->name), NAME);
	return ioctl(dm->control, command, request);
}

static int simple(const struct dm *dm, unsigned long command, unsigned int flags)
{
	struct dm_request empty = {};

	return request(dm, command, flags, &empty);
}

static int load_table(const struct dm *dm, const char *below)
{
	unsigned long long bytes = 0;
	struct dm_request table = {
		.header.target_count = 1, .target.target_type = "linear",
	};
	int fd = open(below, O_RDONLY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : ioctl(fd, BLKGETSIZE64, &bytes);

	if (fd >= 0)
		close(fd);
	if (rc)
		return -1;
	table.target.length = bytes / 512;
	snprintf(table.parameters, sizeof(table.parameters), "%s 0", below);
	return request(dm, DM_TABLE_LOAD, 0, &table);
}

/**
 * dm_open() - Put such a device on another one.
 * @dm: dm_close() in any case.
 * @below: The other one's path.
 * @reason: Why it cannot be had.
 * @size: Of @reason.
 *
 * Return: 0 or -1.
 */
int dm_open(struct dm *dm, const char *below, char *reason, size_t size)
{
	const char *const load[] = { "modprobe", "dm_mod", NULL };
	struct dm_request create = {};

	dm->path[0] = '\0';
	process_run(load);
	dm->control = open(CONTROL, O_RDWR | O_CLOEXEC);
	if (dm->control < 0) {
		snprintf(reason, size, CONTROL ": %s (CONFIG_BLK_DEV_DM)", strerror(errno));
		return -1;
	}
	/* Left behind by a test that was killed. */
	simple(dm, DM_DEV_REMOVE, 0);
	if (request(dm, DM_DEV_CREATE, 0, &create)) {
		snprintf(reason, size, "no device of the device mapper: %s", strerror(errno));
		return -1;
	}
	snprintf(dm->path, sizeof(dm->path), "/dev/dm-%llu", create.header.dev & 0xff);
	if (load_table(dm, below) || dm_resume(dm)) {
		snprintf(reason, size, "no dm-linear on %s: %s", below, strerror(errno));
		return -1;
	}
	return 0;
}

/**
 * dm_suspend() - Stand still.
 * @dm: Opened.
 *
 * Return: 0, or -1 with errno.
 */
int dm_suspend(struct dm *dm)
{
	return simple(dm, DM_DEV_SUSPEND, DM_SUSPEND_FLAG | DM_SKIP_LOCKFS_FLAG);
}

/**
 * dm_resume() - Go on.
 * @dm: Opened.
 *
 * Return: 0, or -1 with errno.
 */
int dm_resume(struct dm *dm)
{
	return simple(dm, DM_DEV_SUSPEND, 0);
}

/**
 * dm_close() - Remove the device; safe in any half-built state.
 * @dm: Zeroed or opened; nobody uses it.
 */
void dm_close(struct dm *dm)
{
	int tries = 0;

	if (dm->path[0]) {
		dm_resume(dm);
		while (simple(dm, DM_DEV_REMOVE, 0) && errno == EBUSY &&
		       ++tries < REMOVE_TRIES)
			usleep(REMOVE_WAIT_US);
	}
	if (dm->control > 0)
		close(dm->control);
	memset(dm, 0, sizeof(*dm));
}
