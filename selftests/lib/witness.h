/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Somebody who looks where in the kernel a thread sleeps, and for how long.
 */
#ifndef _SELFTESTS_BHTORTURE_WITNESS_H
#define _SELFTESTS_BHTORTURE_WITNESS_H

#include "run.h"

struct witness {
	const char *inside;	/* a function: what sleeps elsewhere does not count */
	pthread_t thread;
	bool running;
	bool stop;
	pid_t watched;
	unsigned long long looks, met;	/* met: that found it inside */
	char place[64];		/* where it slept last, and since when */
	double since;
	double longest_ms;
	char longest_place[64];
};

int witness_start(struct witness *witness, struct torture *t, const char *inside);
void witness_stop(struct witness *witness);

#endif /* _SELFTESTS_BHTORTURE_WITNESS_H */
