/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A filesystem on the run's device.
 */
#ifndef _SELFTESTS_BHTORTURE_FILESYSTEM_H
#define _SELFTESTS_BHTORTURE_FILESYSTEM_H

#include "run.h"

#define FILESYSTEM_PATH_MAX	512
/* At the begin of an ext4 of filesystem_make(): inodes, bitmaps, journal. */
#define FILESYSTEM_METADATA_BYTES	(16 * 1024 * 1024)

struct filesystem_type {
	const char *name;	/* as mount(2) and modprobe know it */
	const char *make;	/* a command; the device is appended */
	const char *check;	/* likewise, exit status 0: whole; NULL: there is none */
	const char *options;	/* for mount(2) */
	const char *config;	/* the kernel option that it needs */
	unsigned int block_size;	/* if larger than a page: not every kernel takes it */
	bool no_links;		/* neither hard nor symbolic ones */
};

struct filesystem {
	struct filesystem_type type;
	char make[256];		/* where type.make is made up */
	char device[256];
	char path[64];		/* where it is mounted */
	bool made;
	bool mounted;
};

int filesystem_setup(struct filesystem *fs, struct torture *t,
		     const struct filesystem_type *type);
int filesystem_setup_on(struct filesystem *fs, struct torture *t,
			const struct filesystem_type *type, const char *device);
int filesystem_make(struct filesystem *fs, struct torture *t,
		    unsigned int block_size, const char *options);
int filesystem_mount(struct filesystem *fs, struct torture *t, bool read_only);
int filesystem_unmount(struct filesystem *fs, struct torture *t);
int filesystem_forget(struct torture *t, unsigned long long bytes);
void filesystem_end(struct filesystem *fs, struct torture *t, bool check);

#endif /* _SELFTESTS_BHTORTURE_FILESYSTEM_H */
