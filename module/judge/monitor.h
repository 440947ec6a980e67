/* SPDX-License-Identifier: GPL-2.0 */
/*
 * monitor.c: no progress, and shuffling, while the torture runs.
 */
#ifndef _BHTORTURE_JUDGE_MONITOR_H
#define _BHTORTURE_JUDGE_MONITOR_H

#include <linux/atomic.h>
#include <linux/timer.h>
#include <linux/types.h>

#include "observe/slots.h"

struct task_struct;
struct torture;

struct monitor {
	struct torture *torture;
	struct task_struct *task;
	struct timer_list heartbeat;
	atomic_t beats;			/* since the task has run */
	atomic64_t looks;		/* at all threads and migrations */
	unsigned int stuck_migrations;
	u64 slot_reported[SLOTS];	/* begin_ns of the migration reported */
};

int monitor_start(struct torture *t);
void monitor_stop(struct torture *t);

#endif /* _BHTORTURE_JUDGE_MONITOR_H */
