// SPDX-License-Identifier: GPL-2.0
/*
 * Looks after the threads and the migrations while the torture runs.
 *
 * Has stuck.c look ten times a second whether all of them make progress. A machine on
 * which no thread runs any more is a violation (`stuck`), too. Every shuffle_ms the
 * threads are moved to other CPUs, so that schedules vary, as kernel/torture.c does it;
 * while CPUs go and come, soon after.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "bhtorture.h"
#include "compat.h"
#include "judge/monitor.h"
#include "judge/stuck.h"
#include "judge/violation.h"
#include "observe/slots.h"
#include "target/target.h"
#include "thread.h"

#define MONITOR_PERIOD_MS	100U

/* How often an interrupt looks whether the monitor's thread still runs. */
#define HEARTBEAT_PERIOD	HZ

/* On a busy host a CPU of a guest may stand still for a few beats. */
#define HEARTBEAT_LEAST		5U

/*
 * When all CPUs spin on a lock that nobody will release, no thread gets to judge
 * anything, but interrupts still come. They are counted instead of the time, because
 * the time jumps when the whole machine was stopped meanwhile.
 * Context: timer, softirq.
 */
static void monitor_heartbeat(struct timer_list *timer)
{
	struct monitor *monitor = container_of(timer, struct monitor, heartbeat);
	struct torture *t = monitor->torture;
	struct violation violation = {
		.oracle = ORACLE_STUCK,
		.dev = t->target->bdev ? 0 : MKDEV(0, 1),
	};
	int limit = max(t->params->stuck_s, HEARTBEAT_LEAST);

	if (atomic_inc_return(&monitor->beats) == limit) {
		violation.age_ms = limit * MSEC_PER_SEC;
		violation_report(t, &violation);
		pr_emerg("no thread has run for %d s, %llu ms and %lld migrations into the torture; this CPU, its stack:\n",
			 limit,
			 div_u64(ktime_get_mono_fast_ns() - t->began_ns,
				 NSEC_PER_MSEC),
			 (s64)atomic64_read(&t->slots->moved_with_buffers));
		dump_stack();
	}
	mod_timer(timer, jiffies + HEARTBEAT_PERIOD);
}

/*
 * Keep all threads off one CPU, another one each time. Not while a CPU goes away: a
 * kernel thread may be moved to a CPU that is online and no longer active, and may get
 * there too late for sched_cpu_wait_empty() ("Dying CPU not properly vacated!"). The
 * lock is only tried, because its holder may take long and nobody would look after
 * the threads meanwhile.
 */
static bool monitor_shuffle(struct torture *t, int *idle)
{
	struct cpumask *allowed = t->monitor->allowed;
	unsigned int i;

	if (!cpus_read_trylock())
		return false;
	if (num_online_cpus() < 2)
		goto unlock;
	*idle = cpumask_next(*idle, cpu_online_mask);
	if (*idle >= nr_cpu_ids)
		*idle = cpumask_first(cpu_online_mask);
	cpumask_copy(allowed, cpu_online_mask);
	cpumask_clear_cpu(*idle, allowed);
	for (i = 0; i < t->hammer->threads; i++)
		set_cpus_allowed_ptr(t->hammer->thread[i].task, allowed);
unlock:
	cpus_read_unlock();
	return true;
}

/*
 * What is stuck keeps pointers into the module. While it is, rmmod says that the module is
 * in use. Otherwise it would wait for ever in the middle of it.
 */
static void monitor_pin(struct monitor *monitor, bool stuck)
{
	if (stuck && !monitor->pinned) {
		monitor->pinned = try_module_get(THIS_MODULE);
	} else if (!stuck && monitor->pinned) {
		module_put(THIS_MODULE);
		monitor->pinned = false;
	}
}

static int monitor_thread(void *data)
{
	struct torture *t = data;
	unsigned int shuffle_ms = t->params->shuffle_ms;
	unsigned int period_ms = min_not_zero(MONITOR_PERIOD_MS, shuffle_ms);
	unsigned long shuffled = jiffies;
	int idle = -1;

	/* It needs little, and has to see what becomes of those who get nothing. */
	set_user_nice(current, MIN_NICE);
	while (!kthread_should_stop()) {
		atomic_set(&t->monitor->beats, 0);
		if (t->params->stuck_s) {
			stuck_look(t, period_ms);
			monitor_pin(t->monitor, stuck_is(t));
			atomic64_inc(&t->monitor->looks);
		}
		if (target_owned(t->target))
			target_look_for_errors(t->target);
		if (shuffle_ms &&
		    time_after_eq(jiffies, shuffled +
				  msecs_to_jiffies(shuffle_ms)) &&
		    monitor_shuffle(t, &idle))
			shuffled = jiffies;
		schedule_timeout_interruptible(msecs_to_jiffies(period_ms));
	}
	monitor_pin(t->monitor, false);
	return 0;
}

/**
 * monitor_start() - Start to look after the threads.
 * @t: The torture; its hammer has been started.
 *
 * Return: 0, -ENOMEM or kthread_run()'s error; monitor_stop() undoes any part.
 */
int monitor_start(struct torture *t)
{
	struct task_struct *task;

	if (!t->params->stuck_s && !t->params->shuffle_ms)
		return 0;
	t->monitor->torture = t;
	if (!zalloc_cpumask_var(&t->monitor->allowed, GFP_KERNEL))
		return -ENOMEM;
	task = kthread_run(monitor_thread, t, "bht_monitor");
	if (IS_ERR(task))
		return PTR_ERR(task);
	/* It ends when it is told to, and not before. */
	t->monitor->task = task;
	if (t->params->stuck_s) {
		timer_setup(&t->monitor->heartbeat, monitor_heartbeat, 0);
		mod_timer(&t->monitor->heartbeat, jiffies + HEARTBEAT_PERIOD);
	}
	return 0;
}

/**
 * monitor_stop() - Look after them no more; before the hammer's threads go.
 * @t: The torture, in any half-built state. Its threads stand still, or should by now.
 */
void monitor_stop(struct torture *t)
{
	struct monitor *monitor = t->monitor;

	if (monitor->task) {
		if (t->params->stuck_s)
			timer_delete_sync(&monitor->heartbeat);
		kthread_stop(monitor->task);
		monitor->task = NULL;
	}
	free_cpumask_var(monitor->allowed);
	memset(&monitor->allowed, 0, sizeof(monitor->allowed));
}
