/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linger.c: keeps a lookup between giving up the folio and returning.
 */
#ifndef _BHTORTURE_STEER_LINGER_H
#define _BHTORTURE_STEER_LINGER_H

#include <linux/atomic.h>
#include <linux/kprobes.h>

struct torture;

#define LINGER_PROBES	8

struct lingering {
	struct kprobe probe[LINGER_PROBES];
	unsigned int armed;
	atomic64_t lingered;
};

void linger_start(struct torture *t);
void linger_stop(struct torture *t);

#endif /* _BHTORTURE_STEER_LINGER_H */
