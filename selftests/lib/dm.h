/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices on top of others, by the device mapper.
 */
#ifndef _SELFTESTS_BHTORTURE_DM_H
#define _SELFTESTS_BHTORTURE_DM_H

#include <stddef.h>
#include <sys/types.h>

#define DM_PARTS_MOST	512

struct dm {
	int control;		/* /dev/mapper/control */
	const char *name;
	char path[64];		/* the device that is on top */
};

/* A part of it, in bytes: where it is, and how late reads and writes of it are. */
struct dm_part {
	const char *below;
	off_t begin;
	off_t end;
	unsigned int reads_ms;
	unsigned int writes_ms;
};

int dm_open(struct dm *dm, const char *name, const char *below, char *reason,
	    size_t size);
int dm_load(struct dm *dm, const struct dm_part *part, unsigned int parts);
off_t dm_bytes(const char *path);
int dm_suspend(struct dm *dm);
int dm_resume(struct dm *dm);
void dm_close(struct dm *dm);

#endif /* _SELFTESTS_BHTORTURE_DM_H */
