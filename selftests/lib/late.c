// SPDX-License-Identifier: GPL-2.0
/*
 * A disk that writes late, and that can be stood still.
 *
 * A disk writes in an order of its own. So while most writes are done at once, those to a
 * few pieces, spread all over, take long: of what belongs together the most part is on the
 * disk long before the rest. Or only one part is late.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "late.h"

/* The last bytes of each so many are late. */
#define EVERY	(256 * 1024)
#define LATE	(16 * 1024)

/**
 * late_disk_open() - Put it on another device; no write is late yet.
 * @disk: late_disk_close() in any case.
 * @below: The other one's path.
 * @reason: Why it cannot be had.
 * @size: Of @reason.
 *
 * Return: 0 or -1.
 */
int late_disk_open(struct late_disk *disk, const char *below, char *reason, size_t size)
{
	return dm_open(&disk->still, "bhtorture", below, reason, size) ||
	       dm_open(&disk->late, "bhtorture-late", disk->still.path, reason, size) ||
	       dm_open(&disk->top, "bhtorture-top", disk->still.path, reason, size) ? -1 : 0;
}

/* On @below up to @end; what is before @begin stays as it is. */
static void add(struct dm_part *parts, unsigned int *count, const char *below, off_t end)
{
	off_t begin = *count ? parts[*count - 1].end : 0;

	if (end > begin)
		parts[(*count)++] = (struct dm_part){ below, begin, end, 0, 0 };
}

/**
 * late_disk_be_late() - From now on some writes are late. Somebody may use it.
 * @disk: Opened.
 * @begin: Where a part begins: a byte, at a sector.
 * @end: Where it ends.
 * @ms: How late.
 * @only: Only that part is late; or a few pieces of what is outside of it.
 *
 * Return: 0, or -1 with errno.
 */
int late_disk_be_late(struct late_disk *disk, off_t begin, off_t end, unsigned int ms,
		      bool only)
{
	struct dm_part whole = { .below = disk->still.path, .writes_ms = ms };
	struct dm_part parts[DM_PARTS_MOST];
	unsigned int count = 0;
	off_t at;

	whole.end = dm_bytes(disk->still.path);
	if (whole.end < 0 || dm_load(&disk->late, &whole, 1))
		return -1;
	if (only) {
		add(parts, &count, disk->still.path, begin);
		add(parts, &count, disk->late.path, end);
	}
	for (at = EVERY; !only && at <= whole.end && count < DM_PARTS_MOST - 3; at += EVERY) {
		if (at > begin && at - LATE < end)
			continue;
		add(parts, &count, disk->still.path, at - LATE);
		add(parts, &count, disk->late.path, at);
	}
	add(parts, &count, disk->still.path, whole.end);
	return dm_load(&disk->top, parts, count);
}

/**
 * late_disk_close() - Remove it; safe in any half-built state.
 * @disk: Zeroed or opened; nobody uses it.
 */
void late_disk_close(struct late_disk *disk)
{
	dm_close(&disk->top);
	dm_close(&disk->late);
	dm_close(&disk->still);
}
