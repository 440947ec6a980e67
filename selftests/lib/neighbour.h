/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A second filesystem, beside the one that is watched.
 */
#ifndef _SELFTESTS_BHTORTURE_NEIGHBOUR_H
#define _SELFTESTS_BHTORTURE_NEIGHBOUR_H

#include "churn.h"
#include "contents.h"
#include "device.h"
#include "filesystem.h"

struct neighbour {
	struct torture_device device;
	struct filesystem fs;
	struct churn churn;
	struct contents contents;
};

int neighbour_start(struct neighbour *neighbour, struct torture *t,
		    const struct filesystem_type *type);
void neighbour_end(struct neighbour *neighbour, struct torture *t);

extern const struct filesystem_type neighbour_xfs, neighbour_btrfs;

#endif /* _SELFTESTS_BHTORTURE_NEIGHBOUR_H */
