/* SPDX-License-Identifier: GPL-2.0 */
/*
 * missed.c: is what a probe has missed over?
 */
#ifndef _BHTORTURE_OBSERVE_MISSED_H
#define _BHTORTURE_OBSERVE_MISSED_H

#include <linux/kprobes.h>
#include <linux/workqueue.h>

struct torture;

struct missed {
	struct torture *torture;
	const struct kretprobe *probe;
	unsigned long over;		/* so many of those missed have ended */
	struct delayed_work work;
};

void missed_start(struct missed *missed, struct torture *t,
		  const struct kretprobe *probe);
void missed_stop(struct missed *missed);
bool missed_over(struct missed *missed);

/**
 * missed_count() - How many calls has the probe missed so far?
 * @missed: Started or not.
 */
static inline unsigned long missed_count(const struct missed *missed)
{
	return missed->probe ? READ_ONCE(missed->probe->nmissed) : 0;
}

#endif /* _BHTORTURE_OBSERVE_MISSED_H */
