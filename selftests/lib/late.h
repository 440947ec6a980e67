/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A disk that writes late, and that can be stood still.
 */
#ifndef _SELFTESTS_BHTORTURE_LATE_H
#define _SELFTESTS_BHTORTURE_LATE_H

#include <stdbool.h>

#include "dm.h"

struct late_disk {
	struct dm still;	/* on the disk itself: can be stood still */
	struct dm late;		/* on that: all writes are late */
	struct dm top;		/* what is used: a part is on the one, a part on the other */
};

int late_disk_open(struct late_disk *disk, const char *below, char *reason, size_t size);
int late_disk_be_late(struct late_disk *disk, off_t begin, off_t end, unsigned int ms,
		      bool only);
void late_disk_close(struct late_disk *disk);

#endif /* _SELFTESTS_BHTORTURE_LATE_H */
