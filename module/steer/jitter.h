/* SPDX-License-Identifier: GPL-2.0 */
/*
 * jitter.c: schedule points for emulators that run the CPUs in turn.
 */
#ifndef _BHTORTURE_STEER_JITTER_H
#define _BHTORTURE_STEER_JITTER_H

#include <linux/types.h>

struct torture;

struct jitter {
	int hotplug_state;
	bool armed;
};

int jitter_start(struct torture *t);
void jitter_stop(struct torture *t);
u64 jitter_fired(const struct torture *t);

#endif /* _BHTORTURE_STEER_JITTER_H */
