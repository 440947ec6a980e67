/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The time, for measuring how long something takes.
 */
#ifndef _SELFTESTS_BHTORTURE_CLOCK_H
#define _SELFTESTS_BHTORTURE_CLOCK_H

#include <time.h>

/**
 * clock_s() - Seconds since some moment before the program was started.
 */
static inline double clock_s(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

#endif /* _SELFTESTS_BHTORTURE_CLOCK_H */
