/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files whose time stamps are known.
 */
#ifndef _SELFTESTS_BHTORTURE_STAMPS_H
#define _SELFTESTS_BHTORTURE_STAMPS_H

#include "filesystem.h"
#include "run.h"

#define STAMPS_FILES	64

struct stamps {
	char path[FILESYSTEM_PATH_MAX / 2];
	long long stamp[STAMPS_FILES];	/* that has been synced */
	unsigned long long changes;
	unsigned long long compared;
	char reason[TORTURE_REASON_MAX];
};

int stamps_start(struct stamps *stamps, struct torture *t, const char *folder);
int stamps_change(struct stamps *stamps, unsigned int number);
off_t stamps_find(const struct stamps *stamps, unsigned int number, const char *disk,
		  off_t begin, off_t end);
const char *stamps_check(struct stamps *stamps, const char *folder);

#endif /* _SELFTESTS_BHTORTURE_STAMPS_H */
