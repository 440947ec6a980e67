/* SPDX-License-Identifier: GPL-2.0 */
/*
 * widen.c: delays each move after its reference check.
 */
#ifndef _BHTORTURE_STEER_WIDEN_H
#define _BHTORTURE_STEER_WIDEN_H

#include <linux/kprobes.h>
#include <linux/types.h>

struct torture;

struct widen {
	struct kprobe move;
	u32 typical_ns;			/* from the callback's begin to the move */
	bool armed;
};

int widen_start(struct torture *t);
void widen_stop(struct torture *t);

#endif /* _BHTORTURE_STEER_WIDEN_H */
