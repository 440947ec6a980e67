/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads and writes of the block device itself.
 */
#ifndef _SELFTESTS_BHTORTURE_RAW_H
#define _SELFTESTS_BHTORTURE_RAW_H

#include "run.h"

struct raw {
	int buffered;
	int direct;
	off_t begin;
	off_t end;
	pthread_t thread;
	bool running;
	bool stop;
	unsigned long long rounds;	/* written one way, read the other */
	char reason[TORTURE_REASON_MAX];	/* what was wrong, or empty */
};

int raw_start(struct raw *raw, struct torture *t, off_t begin, off_t end);
void raw_stop(struct raw *raw, struct torture *t);

#endif /* _SELFTESTS_BHTORTURE_RAW_H */
