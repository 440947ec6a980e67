/* SPDX-License-Identifier: GPL-2.0 */
/*
 * threads.c: the hammer's threads start, pause and end.
 */
#ifndef _BHTORTURE_HAMMER_THREADS_H
#define _BHTORTURE_HAMMER_THREADS_H

#include <linux/types.h>

struct torture;

int threads_start(struct torture *t);
void threads_stop(struct torture *t);
void threads_free(struct torture *t);
int threads_pause(struct torture *t, bool pause);
bool threads_park(struct torture *t);

#endif /* _BHTORTURE_HAMMER_THREADS_H */
