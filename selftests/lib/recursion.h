/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who reclaims memory on behalf of a loop device.
 */
#ifndef _SELFTESTS_BHTORTURE_RECURSION_H
#define _SELFTESTS_BHTORTURE_RECURSION_H

#include "run.h"

#define RECURSION_WORKERS	1024

struct recursion {
	int fd;
	pthread_t thread;
	bool running;
	bool stop;
	int worker[RECURSION_WORKERS];	/* processes that serve a loop device now */
	unsigned long long reclaims;	/* direct, by such a process */
	unsigned long long recursions;	/* of these such as may enter filesystems */
	char first[128];		/* its flags */
};

void recursion_line(struct recursion *recursion, const char *line);
int recursion_start(struct recursion *recursion, struct torture *t);
void recursion_stop(struct recursion *recursion);

#endif /* _SELFTESTS_BHTORTURE_RECURSION_H */
