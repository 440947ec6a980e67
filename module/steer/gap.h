/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gap.c: delays whoever migrates where it gives up the lock.
 */
#ifndef _BHTORTURE_STEER_GAP_H
#define _BHTORTURE_STEER_GAP_H

#include <linux/atomic.h>
#include <linux/kprobes.h>

struct torture;

#define GAP_SITES	32

struct gap_site {
	struct kprobe probe;
	bool release;			/* the lock or the flag is free behind it */
};

struct gap {
	struct gap_site site[GAP_SITES];
	unsigned int sites;		/* found */
	unsigned int armed;		/* of these, from the first on */
	atomic64_t met;			/* releases, by tasks that migrate */
	atomic64_t met_before;		/* acquisitions, the same */
};

void gap_start(struct torture *t);
void gap_stop(struct torture *t);

/**
 * gap_meets() - Are releases met on this kernel?
 * @gap: The probes.
 *
 * Until one was, nobody may wait for a slot's `released`: it might never come.
 */
static inline bool gap_meets(const struct gap *gap)
{
	return atomic64_read(&gap->met);
}

#endif /* _BHTORTURE_STEER_GAP_H */
