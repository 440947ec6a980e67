// SPDX-License-Identifier: GPL-2.0
/*
 * Looks after the threads and the migrations while the torture runs.
 *
 * A hammer thread or a migration that makes no progress for stuck_s seconds is a
 * violation (`stuck`), and its stack is printed. So is a machine on which no thread
 * runs any more. Every shuffle_ms the threads are moved to other CPUs, so that
 * schedules vary, as kernel/torture.c does it; while CPUs go and come, soon after.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/debug.h>
#include <linux/sched/task.h>

#include "bhtorture.h"
#include "compat.h"
#include "judge/monitor.h"
#include "judge/violation.h"
#include "observe/slots.h"
#include "target/target.h"
#include "thread.h"

#define MONITOR_PERIOD_MS	100U

/* How often an interrupt looks whether the monitor's thread still runs. */
#define HEARTBEAT_PERIOD	HZ

static void monitor_report(struct torture *t, u64 block, unsigned int age_ms,
			   struct task_struct *task, const char *what)
{
	struct violation violation = {
		.oracle = ORACLE_STUCK,
		.dev = t->target->bdev ? 0 : MKDEV(0, 1),
		.block = block,
		.age_ms = age_ms,
	};

	pr_err("%s made no progress for %u ms, its stack:\n", what, age_ms);
	sched_show_task(task);
	violation_report(t, &violation);
}

static void monitor_judge_threads(struct torture *t)
{
	unsigned int stuck = 0;
	unsigned int i, age_ms;

	for (i = 0; i < t->hammer->threads; i++) {
		struct hammer_thread *ht = &t->hammer->thread[i];
		u64 steps = READ_ONCE(ht->steps);

		/*
		 * A runnable thread is starved at most. One that spins is for
		 * the kernel's lockup detector.
		 */
		if (steps != ht->steps_seen || !ht->seen_jiffies ||
		    compat_task_runnable(ht->task)) {
			ht->steps_seen = steps;
			ht->seen_jiffies = jiffies;
			ht->stuck = false;
			continue;
		}
		age_ms = jiffies_to_msecs(jiffies - ht->seen_jiffies);
		if (age_ms < t->params->stuck_s * MSEC_PER_SEC)
			continue;
		stuck++;
		if (!ht->stuck)
			monitor_report(t, READ_ONCE(ht->block), age_ms,
				       ht->task, "a hammer thread");
		ht->stuck = true;
	}
	WRITE_ONCE(t->hammer->stuck, stuck);
}

/* The slot stays in use, and so its task alive, while the migration is stuck. */
static void monitor_judge_migrations(struct torture *t)
{
	u64 now = ktime_get_mono_fast_ns();
	unsigned int stuck = 0;
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		struct slot *slot = &t->slots->slot[i];
		/* Pairs with the release in slots_begin(). */
		unsigned long index = smp_load_acquire(&slot->index);
		u64 begin_ns = READ_ONCE(slot->begin_ns);

		if (index == SLOT_UNUSED ||
		    now < begin_ns + t->params->stuck_s * NSEC_PER_SEC)
			continue;
		stuck++;
		if (t->monitor->slot_reported[i] == begin_ns)
			continue;
		t->monitor->slot_reported[i] = begin_ns;
		monitor_report(t, (u64)index << t->target->folio_shift,
			       div_u64(now - begin_ns, NSEC_PER_MSEC),
			       slot->task, "a migration");
	}
	WRITE_ONCE(t->monitor->stuck_migrations, stuck);
}

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
		.age_ms = t->params->stuck_s * MSEC_PER_SEC,
	};

	if (atomic_inc_return(&monitor->beats) == t->params->stuck_s) {
		violation_report(t, &violation);
		pr_emerg("no thread has run for %u s, %llu ms and %lld migrations into the torture; this CPU, its stack:\n",
			 t->params->stuck_s,
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
static bool monitor_shuffle(struct torture *t, cpumask_t *allowed, int *idle)
{
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

static int monitor_thread(void *data)
{
	struct torture *t = data;
	unsigned int shuffle_ms = t->params->shuffle_ms;
	unsigned int period_ms = min_not_zero(MONITOR_PERIOD_MS, shuffle_ms);
	unsigned long shuffled = jiffies;
	cpumask_var_t allowed;
	int idle = -1;

	if (!zalloc_cpumask_var(&allowed, GFP_KERNEL))
		return -ENOMEM;
	while (!kthread_should_stop()) {
		atomic_set(&t->monitor->beats, 0);
		if (t->params->stuck_s) {
			monitor_judge_threads(t);
			monitor_judge_migrations(t);
			atomic64_inc(&t->monitor->looks);
		}
		if (shuffle_ms &&
		    time_after_eq(jiffies, shuffled +
				  msecs_to_jiffies(shuffle_ms)) &&
		    monitor_shuffle(t, allowed, &idle))
			shuffled = jiffies;
		schedule_timeout_interruptible(msecs_to_jiffies(period_ms));
	}
	free_cpumask_var(allowed);
	return 0;
}

/**
 * monitor_start() - Start to look after the threads.
 * @t: The torture; its hammer has been started.
 *
 * Return: 0 or kthread_run()'s error.
 */
int monitor_start(struct torture *t)
{
	struct task_struct *task;

	if (!t->params->stuck_s && !t->params->shuffle_ms)
		return 0;
	t->monitor->torture = t;
	task = kthread_run(monitor_thread, t, "bht_monitor");
	if (IS_ERR(task))
		return PTR_ERR(task);
	get_task_struct(task);
	t->monitor->task = task;
	if (t->params->stuck_s) {
		timer_setup(&t->monitor->heartbeat, monitor_heartbeat, 0);
		mod_timer(&t->monitor->heartbeat, jiffies + HEARTBEAT_PERIOD);
	}
	return 0;
}

/**
 * monitor_stop() - Look after them no more; before the hammer's threads go.
 * @t: The torture.
 */
void monitor_stop(struct torture *t)
{
	if (!t->monitor->task)
		return;
	if (t->params->stuck_s)
		timer_delete_sync(&t->monitor->heartbeat);
	kthread_stop(t->monitor->task);
	put_task_struct(t->monitor->task);
	t->monitor->task = NULL;
}
