/* SPDX-License-Identifier: GPL-2.0 */
/*
 * delay.c: delays whoever is inside of functions that are given by name.
 */
#ifndef _BHTORTURE_STEER_DELAY_H
#define _BHTORTURE_STEER_DELAY_H

#include <linux/atomic.h>
#include <linux/kprobes.h>

struct torture;

#define DELAY_SITES	384

struct delay {
	struct kprobe site[DELAY_SITES];	/* one for each instruction */
	struct kprobe *armed_site[DELAY_SITES];
	unsigned int armed;
	atomic_t passed;		/* instructions that somebody came to */
	atomic64_t met;			/* of these, where somebody was delayed */
};

void delay_start(struct torture *t);
void delay_stop(struct torture *t);

#endif /* _BHTORTURE_STEER_DELAY_H */
