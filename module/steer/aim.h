/* SPDX-License-Identifier: GPL-2.0 */
/*
 * aim.c: which block is looked up next, and when.
 */
#ifndef _BHTORTURE_STEER_AIM_H
#define _BHTORTURE_STEER_AIM_H

#include <linux/types.h>

struct hammer_thread;

u64 aim_pick(struct hammer_thread *ht);
void aim_wait(struct hammer_thread *ht);
void aim_hold(struct hammer_thread *ht);
bool aim_wait_over(struct hammer_thread *ht);

#endif /* _BHTORTURE_STEER_AIM_H */
