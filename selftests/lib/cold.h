/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Metadata that is dropped from memory, and read again.
 */
#ifndef _SELFTESTS_BHTORTURE_COLD_H
#define _SELFTESTS_BHTORTURE_COLD_H

#include "filesystem.h"
#include "run.h"

#define COLD_THREADS_MOST	8

struct cold;

struct cold_thread {
	struct cold *cold;
	unsigned int random;
	pthread_t thread;
	bool running;
	unsigned long long visits;	/* folders looked at */
};

struct cold {
	char path[FILESYSTEM_PATH_MAX / 2];
	bool links;
	bool stop;
	unsigned int threads;		/* 0: two */
	struct cold_thread thread[COLD_THREADS_MOST];
	pthread_mutex_t lock;		/* of what follows */
	unsigned long long failures;
	char reason[TORTURE_REASON_MAX];	/* what failed first, or empty */
	unsigned long long drops;
	unsigned long long read_before;	/* KiB that the kernel had read from disks */
	unsigned long long read_kib;
};

int cold_start(struct cold *cold, struct torture *t, const struct filesystem *fs);
void cold_look(struct cold *cold, struct torture *t);
void cold_stop(struct cold *cold);

#endif /* _SELFTESTS_BHTORTURE_COLD_H */
