/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads: timers, task states, stacks, random numbers.
 */
#ifndef _BHTORTURE_COMPAT_TASK_H
#define _BHTORTURE_COMPAT_TASK_H

#include <linux/hrtimer.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>
#include <linux/timer.h>

#ifdef HAVE_PRANDOM_H
#include <linux/prandom.h>
#endif

#ifndef HAVE_TIMER_DELETE_SYNC
#define timer_delete_sync(timer)	del_timer_sync(timer)
#endif

/* Until 5.3 every timer fires in hard interrupt context. */
#ifdef HAVE_HRTIMER_MODE_HARD
#define COMPAT_HRTIMER_MODE_REL_PINNED_HARD	HRTIMER_MODE_REL_PINNED_HARD
#else
#define COMPAT_HRTIMER_MODE_REL_PINNED_HARD	HRTIMER_MODE_REL_PINNED
#endif

static inline void
compat_hrtimer_setup(struct hrtimer *timer,
		     enum hrtimer_restart (*function)(struct hrtimer *timer),
		     enum hrtimer_mode mode)
{
#ifdef HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, mode);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, mode);
	timer->function = function;
#endif
}

static inline bool compat_task_runnable(struct task_struct *task)
{
#ifdef HAVE_TASK_IS_RUNNING
	return task_is_running(task);
#else
	return !READ_ONCE(task->state);
#endif
}

/* Until 5.1 saving a stack took another structure; without it no stack is told. */
static inline unsigned int compat_stack_save(unsigned long *entries,
					     unsigned int size)
{
#if defined(HAVE_STACK_TRACE_SAVE) && defined(CONFIG_STACKTRACE)
	return stack_trace_save(entries, size, 1);
#else
	return 0;
#endif
}

#endif /* _BHTORTURE_COMPAT_TASK_H */
