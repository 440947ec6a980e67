// SPDX-License-Identifier: GPL-2.0
/*
 * A second filesystem, beside the one that is watched: one whose metadata are in no
 * buffer_heads. The memory that it has moves, too, and nothing of it may get lost.
 */
#include "neighbour.h"

#define KIB	(320 * 1024)	/* mkfs.xfs takes no less than 300 MiB. Most is never written */

const struct filesystem_type neighbour_xfs = {
	.name = "xfs", .make = "mkfs.xfs -q -f -K", .check = "xfs_repair -n",
	.options = "", .config = "CONFIG_XFS_FS",
};

const struct filesystem_type neighbour_btrfs = {
	.name = "btrfs", .make = "mkfs.btrfs -q -f -K", .check = "btrfs check",
	.options = "", .config = "CONFIG_BTRFS_FS",
};

/**
 * neighbour_start() - Make a filesystem on a loop device of its own, and keep it busy.
 * @neighbour: Zeroed; neighbour_end() in any case.
 * @t: The run, prepared.
 * @type: One of those above.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int neighbour_start(struct neighbour *neighbour, struct torture *t,
		    const struct filesystem_type *type)
{
	char reason[TORTURE_REASON_MAX];

	if (device_get(&neighbour->device, DEVICE_LOOP, KIB, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_SKIP, "%s", reason);
	if (filesystem_setup_on(&neighbour->fs, t, type, neighbour->device.path) ||
	    churn_start(&neighbour->churn, t, &neighbour->fs) ||
	    contents_start(&neighbour->contents, t, neighbour->fs.path))
		return -1;
	return 0;
}

/**
 * neighbour_end() - End the load, compare what was synced, check, give the device back.
 * @neighbour: Zeroed, or started as far as it got.
 * @t: The run; fails if something is wrong.
 */
void neighbour_end(struct neighbour *neighbour, struct torture *t)
{
	churn_end(&neighbour->churn, t);
	contents_stop(&neighbour->contents, t);
	if (neighbour->fs.mounted && !filesystem_unmount(&neighbour->fs, t) &&
	    !filesystem_mount(&neighbour->fs, t, true))
		contents_compare(&neighbour->contents, t);
	filesystem_end(&neighbour->fs, t, true);
	device_put(&neighbour->device);
}
