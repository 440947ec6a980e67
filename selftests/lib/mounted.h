/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A mounted filesystem in memory that is to be vacated.
 */
#ifndef _SELFTESTS_BHTORTURE_MOUNTED_H
#define _SELFTESTS_BHTORTURE_MOUNTED_H

#include "churn.h"
#include "contents.h"
#include "filesystem.h"
#include "mover.h"
#include "vacating.h"

#define MOUNTED_ANYWHERE	-1	/* as a node */

struct mounted {
	struct filesystem fs;
	struct churn churn;
	struct contents contents;
	struct mover mover;
	struct vacating vacating;
};

void mounted_init(struct torture *t, const struct filesystem_type *type);
int mounted_start(struct mounted *mounted, struct torture *t,
		  const struct filesystem_type *type, int node);
int mounted_vacate(struct mounted *mounted, struct torture *t,
		   const struct vacating_range *range);
void mounted_end(struct mounted *mounted, struct torture *t);

extern const struct filesystem_type mounted_ext4_1k, mounted_ext4_4k, mounted_ext4_16k,
	mounted_vfat, mounted_nilfs2;

#endif /* _SELFTESTS_BHTORTURE_MOUNTED_H */
