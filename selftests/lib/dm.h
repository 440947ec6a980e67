/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A device that can be stood still.
 */
#ifndef _SELFTESTS_BHTORTURE_DM_H
#define _SELFTESTS_BHTORTURE_DM_H

#include <stddef.h>

struct dm {
	int control;		/* /dev/mapper/control */
	char path[64];		/* the device that is on top */
};

int dm_open(struct dm *dm, const char *below, char *reason, size_t size);
int dm_suspend(struct dm *dm);
int dm_resume(struct dm *dm);
void dm_close(struct dm *dm);

#endif /* _SELFTESTS_BHTORTURE_DM_H */
