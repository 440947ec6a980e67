/* SPDX-License-Identifier: GPL-2.0 */
/*
 * quarantine.c: vacated source folios, kept until nobody can hit them.
 */
#ifndef _BHTORTURE_JUDGE_QUARANTINE_H
#define _BHTORTURE_JUDGE_QUARANTINE_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "compat.h"

struct slot;
struct task_struct;
struct torture;

/* One page. */
struct quarantined {
	struct folio *folio;
	void *contents;			/* of the page now */
	void *copy;			/* of the contents when it was vacated */
	unsigned long vacated_jiffies;
	unsigned long index;
	u64 first_block;
	dev_t dev;
	bool ready;
};

struct quarantine {
	struct torture *torture;
	raw_spinlock_t lock;		/* head, tail */
	struct quarantined *ring;
	void *copies;
	unsigned int size;		/* power of two, 0: off */
	unsigned int head;		/* next to fill */
	unsigned int tail;		/* oldest */
	struct task_struct *task;
	struct mutex drain_lock;	/* one judge at a time */
	bool pressure;			/* empty the ring now */
	bool shrinking;
	bool notified;
	struct compat_shrinker shrinker;
	struct notifier_block memory_notifier;
	atomic64_t taken;
	atomic64_t released;
	atomic64_t skipped;
};

int quarantine_start(struct torture *t);
void quarantine_stop(struct torture *t);
void quarantine_take(struct quarantine *quarantine, struct folio *src,
		     const struct slot *slot);

#endif /* _BHTORTURE_JUDGE_QUARANTINE_H */
