/* SPDX-License-Identifier: GPL-2.0 */
/*
 * leak.c: what is left behind on buffers and folios.
 */
#ifndef _BHTORTURE_JUDGE_LEAK_H
#define _BHTORTURE_JUDGE_LEAK_H

#include <linux/types.h>

struct torture;

bool leak_judge_locks(struct torture *t);
void leak_judge(struct torture *t);
void leak_inject(struct torture *t);
void leak_undo(struct torture *t);

#endif /* _BHTORTURE_JUDGE_LEAK_H */
