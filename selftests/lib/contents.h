/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files whose contents are known, once they are synced.
 */
#ifndef _SELFTESTS_BHTORTURE_CONTENTS_H
#define _SELFTESTS_BHTORTURE_CONTENTS_H

#include "filesystem.h"
#include "run.h"

#define CONTENTS_FILES	64

struct contents_file {
	unsigned int seed;
	size_t size;		/* 0: not known */
};

struct contents {
	char path[FILESYSTEM_PATH_MAX / 2];
	struct contents_file file[CONTENTS_FILES];
	pthread_t thread;
	bool running;
	bool stop;
	unsigned long long written;	/* files, and synced */
	unsigned long long compared;
	char reason[TORTURE_REASON_MAX];	/* what was wrong first, or empty */
};

int contents_start(struct contents *contents, struct torture *t, const char *folder);
void contents_stop(struct contents *contents, struct torture *t);
const char *contents_check(struct contents *contents);
void contents_compare(struct contents *contents, struct torture *t);

#endif /* _SELFTESTS_BHTORTURE_CONTENTS_H */
