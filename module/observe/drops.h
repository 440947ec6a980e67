/* SPDX-License-Identifier: GPL-2.0 */
/*
 * drops.c: how often buffers of a page may have been dropped.
 */
#ifndef _BHTORTURE_OBSERVE_DROPS_H
#define _BHTORTURE_OBSERVE_DROPS_H

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/types.h>

#include "observe/missed.h"

struct torture;

#define DROPS_BUCKETS	256	/* pages so far apart share a count */

struct drops {
	struct kretprobe probe;
	bool armed;
	struct missed missed;
	atomic_t begun[DROPS_BUCKETS];
	atomic_t ended[DROPS_BUCKETS];
};

void drops_start(struct torture *t);
void drops_stop(struct torture *t);
bool drops_seen(struct drops *drops);
u32 drops_count(struct drops *drops, pgoff_t index);
u64 drops_met(const struct drops *drops);

#endif /* _BHTORTURE_OBSERVE_DROPS_H */
