/* SPDX-License-Identifier: GPL-2.0 */
/*
 * monitor.c: the thread that looks after all others while the torture runs.
 */
#ifndef _BHTORTURE_JUDGE_MONITOR_H
#define _BHTORTURE_JUDGE_MONITOR_H

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/timer.h>
#include <linux/types.h>

struct task_struct;
struct torture;

struct monitor {
	struct torture *torture;
	struct task_struct *task;
	struct timer_list heartbeat;
	atomic_t beats;			/* since the task has run */
	atomic64_t looks;		/* at all threads and migrations */
	cpumask_var_t allowed;		/* for whom it shuffles */
	bool pinned;			/* it holds the module */
};

int monitor_start(struct torture *t);
void monitor_stop(struct torture *t);

#endif /* _BHTORTURE_JUDGE_MONITOR_H */
