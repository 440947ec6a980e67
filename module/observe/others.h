/* SPDX-License-Identifier: GPL-2.0 */
/*
 * others.c: counts the lookups that others make.
 */
#ifndef _BHTORTURE_OBSERVE_OTHERS_H
#define _BHTORTURE_OBSERVE_OTHERS_H

#include <linux/atomic.h>
#include <linux/kprobes.h>

struct torture;

#define OTHERS_PROBES	2

struct others {
	struct kprobe probe[OTHERS_PROBES];
	unsigned int armed;
	const char *place;		/* which functions are probed */
	atomic64_t lookups;
	atomic64_t exposures;
};

int others_start(struct torture *t);
void others_stop(struct torture *t);

#endif /* _BHTORTURE_OBSERVE_OTHERS_H */
