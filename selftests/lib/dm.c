// SPDX-License-Identifier: GPL-2.0
/*
 * Devices on top of others, by the device mapper's ioctls, so that no program is needed.
 *
 * While one is suspended, requests that came before have been completed, and others wait:
 * what is on the device below is what a power cut would have left of it then. The
 * filesystem is not asked (DM_SKIP_LOCKFS_FLAG), or it would tidy up first.
 *
 * Each part of a device is somewhere below, at the same place there; reads and writes of
 * it can be late (dm-delay). None is said to be complete before it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <linux/dm-ioctl.h>

#include "dm.h"
#include "process.h"

#define CONTROL		"/dev/mapper/control"
#define SECTOR		512
#define REMOVE_TRIES	50
#define REMOVE_WAIT_US	100000

/* One command with its table, if it has one. */
struct dm_request {
	struct dm_ioctl header;
	struct {
		struct dm_target_spec target;
		char parameters[192];
	} segment[DM_PARTS_MOST];
};

static int request(const struct dm *dm, unsigned long command, unsigned int flags,
		   struct dm_request *request)
{
	struct dm_ioctl *header = &request->header;

	header->version[0] = DM_VERSION_MAJOR;
	header->data_size = sizeof(*request);
	header->data_start = sizeof(*header);
	header->flags = flags;
	snprintf(header->name, sizeof(header->name), "%s", dm->name);
	return ioctl(dm->control, command, request);
}

static int simple(const struct dm *dm, unsigned long command, unsigned int flags)
{
	struct dm_request empty = {};

	return request(dm, command, flags, &empty);
}

/**
 * dm_bytes() - How large is a device?
 * @path: Its path.
 *
 * Return: its size, or -1 with errno.
 */
off_t dm_bytes(const char *path)
{
	unsigned long long bytes = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : ioctl(fd, BLKGETSIZE64, &bytes);

	if (fd >= 0)
		close(fd);
	return rc ? -1 : (off_t)bytes;
}

static void add_segment(struct dm_request *table, const struct dm_part *part)
{
	unsigned int number = table->header.target_count++;
	struct dm_target_spec *target = &table->segment[number].target;
	unsigned long long sector = part->begin / SECTOR;
	char *parameters = table->segment[number].parameters;
	bool late = part->reads_ms || part->writes_ms;

	target->sector_start = sector;
	target->length = (part->end - part->begin) / SECTOR;
	target->next = sizeof(table->segment[0]);
	snprintf(target->target_type, sizeof(target->target_type),
		 late ? "delay" : "linear");
	if (late)
		/* Reads, writes, flushes. */
		snprintf(parameters, sizeof(table->segment[0].parameters),
			 "%s %llu %u %s %llu %u %s %llu 0", part->below, sector,
			 part->reads_ms, part->below, sector, part->writes_ms, part->below,
			 sector);
	else
		snprintf(parameters, sizeof(table->segment[0].parameters), "%s %llu",
			 part->below, sector);
}

/**
 * dm_load() - From now on the device has these parts. Somebody may use it.
 * @dm: Opened.
 * @part: In order, without gaps; each begins and ends at a sector.
 * @parts: How many, at most DM_PARTS_MOST.
 *
 * Return: 0, or -1 with errno.
 */
int dm_load(struct dm *dm, const struct dm_part *part, unsigned int parts)
{
	const char *const load[] = { "modprobe", "dm_delay", NULL };
	struct dm_request table = {};
	unsigned int i;

	process_run(load);
	for (i = 0; i < parts; i++)
		add_segment(&table, &part[i]);
	return request(dm, DM_TABLE_LOAD, 0, &table) ? -1 : dm_resume(dm);
}

/**
 * dm_open() - Put a device on another one, as it is.
 * @dm: dm_close() in any case.
 * @name: Its name in the device mapper; it has to stay.
 * @below: The other one's path.
 * @reason: Why it cannot be had.
 * @size: Of @reason.
 *
 * Return: 0 or -1.
 */
int dm_open(struct dm *dm, const char *name, const char *below, char *reason,
	    size_t size)
{
	const char *const load[] = { "modprobe", "dm_mod", NULL };
	struct dm_request create = {};
	struct dm_part all = { .below = below };

	dm->path[0] = '\0';
	dm->name = name;
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
	all.end = dm_bytes(below);
	if (all.end < 0 || dm_load(dm, &all, 1)) {
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
