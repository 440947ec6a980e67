/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads that change the same few blocks of metadata, and commits, one after the other.
 */
#ifndef _SELFTESTS_BHTORTURE_COMMITS_H
#define _SELFTESTS_BHTORTURE_COMMITS_H

#include <pthread.h>
#include <stdbool.h>

#include "filesystem.h"
#include "run.h"

#define COMMITS_THREADS	4	/* the first one commits */

struct commits {
	pthread_t thread[COMMITS_THREADS];
	unsigned int started;
	int file[COMMITS_THREADS];
	bool stop;
	unsigned long long changes;
	int error;
};

int commits_start(struct commits *commits, struct torture *t, const struct filesystem *fs);
void commits_stop(struct commits *commits, struct torture *t);

#endif /* _SELFTESTS_BHTORTURE_COMMITS_H */
