// SPDX-License-Identifier: GPL-2.0
/*
 * The threads that look buffers up: how they start, take turns, pause and end.
 *
 * What a thread does in each step is its personality, personality.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include "bhtorture.h"
#include "compat.h"
#include "hammer/personality.h"
#include "hammer/threads.h"
#include "judge/inject.h"
#include "thread.h"

/* After so many steps another thread may have the CPU. */
#define THREADS_TURN_STEPS	64

/* How often a pausing thread looks whether it is over, and who waits for it. */
#define THREADS_PAUSE_MS	5

/* How long a machine that goes down waits for them. */
#define THREADS_PARK_MS		5000

/* As stutter_wait() in kernel/torture.c: all threads pause together, by the clock. */
static void threads_stutter(struct hammer_thread *ht)
{
	unsigned long period = msecs_to_jiffies(ht->torture->params->stutter_ms);

	WRITE_ONCE(ht->resting, true);
	while (period && (jiffies / period) & 1 && !kthread_should_stop() &&
	       !READ_ONCE(ht->torture->hammer->pause))
		schedule_timeout_interruptible(period - jiffies % period);
	WRITE_ONCE(ht->resting, false);
}

/* What threads_pause() asks for. */
static void threads_stand_still(struct hammer_thread *ht)
{
	struct hammer *hammer = ht->torture->hammer;

	/* Pairs with threads_pause(): all that this thread did has been done. */
	smp_store_release(&ht->pausing, true);
	WRITE_ONCE(ht->resting, true);
	while (READ_ONCE(hammer->pause) && !kthread_should_stop())
		schedule_timeout_interruptible(msecs_to_jiffies(THREADS_PAUSE_MS));
	WRITE_ONCE(ht->resting, false);
	WRITE_ONCE(ht->pausing, false);
}

/*
 * Debug: the first thread falls asleep, or goes round in circles and gives others the
 * CPU (stuck.livelock), for `stuck` to notice. Only stuck.for_good needs a reboot.
 */
static void threads_inject_stuck(struct hammer_thread *ht)
{
	if (ht != ht->torture->hammer->thread || ht->steps <= 1000)
		return;
	/* Quick to notice: seconds of a CPU are counted. */
	if (ht->torture->fault == FAULT_LIVELOCK)
		set_user_nice(current, 0);
	while (ht->torture->fault == FAULT_LIVELOCK && !kthread_should_stop()) {
		cpu_relax();
		cond_resched();
	}
	while (ht->torture->fault == FAULT_FOR_GOOD) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule();
	}
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
}

static int threads_main(void *data)
{
	struct hammer_thread *ht = data;

	/* As locktorture does it: leave the CPU to those who migrate. */
	set_user_nice(current, MAX_NICE);
	while (!kthread_should_stop()) {
		ht->ops->step(ht);
		WRITE_ONCE(ht->steps, ht->steps + 1);
		if (unlikely(ht->torture->params->stutter_ms))
			threads_stutter(ht);
		if (unlikely(READ_ONCE(ht->torture->hammer->pause)))
			threads_stand_still(ht);
		if (unlikely(ht->torture->injected == ORACLE_STUCK))
			threads_inject_stuck(ht);
		/*
		 * Writers and checkers share what the mover leaves of the CPUs. With
		 * long turns a whole time slice of checks would meet no write.
		 */
		if (ht->steps % THREADS_TURN_STEPS)
			continue;
		schedule();
		/* Removing probes waits for this (synchronize_rcu_tasks()). */
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

static int threads_launch(struct torture *t, struct hammer_thread *ht,
			  enum personality personality, unsigned int number)
{
	struct task_struct *task;

	ht->torture = t;
	ht->ops = &personalities[personality];
	prandom_seed_state(&ht->random,
			   ((u64)t->params->seed << 32) +
			   personality * 1000 + number);
	task = kthread_run(threads_main, ht, "bht_%s/%u", ht->ops->name,
			   number);
	if (IS_ERR(task)) {
		pr_err("cannot start thread %u of %s (%ld)\n", number,
		       ht->ops->name, PTR_ERR(task));
		return PTR_ERR(task);
	}
	ht->task = task;
	return 0;
}

/**
 * threads_start() - Start the threads of all personalities.
 * @t: The torture.
 *
 * Return: 0, -ENOMEM or kthread_run()'s error after one line; threads_stop()
 * undoes any part.
 */
int threads_start(struct torture *t)
{
	struct hammer *hammer = t->hammer;
	unsigned int i, number;
	int rc;

	for (i = 0; i < PERSONALITY_COUNT; i++)
		hammer->threads += t->params->threads[i];
	hammer->thread = kcalloc(hammer->threads, sizeof(*hammer->thread),
				 GFP_KERNEL);
	if (!hammer->thread)
		return -ENOMEM;

	hammer->threads = 0;
	for (i = 0; i < PERSONALITY_COUNT; i++) {
		for (number = 0; number < t->params->threads[i]; number++) {
			rc = threads_launch(t, &hammer->thread[hammer->threads],
					    i, number);
			if (rc)
				return rc;
			hammer->threads++;
		}
	}
	return 0;
}

/**
 * threads_pause() - Let all threads stand still, or go on.
 * @t: The torture, running.
 * @pause: Which of the two.
 *
 * Returns once all do. So a folio that migrates during a pause meets no lookup by the
 * hammer.
 *
 * Context: task, sleeps. Under stop_lock.
 *
 * Return: 0, or -EINTR or -EBUSY (a thread is stuck), and then nobody pauses.
 */
int threads_pause(struct torture *t, bool pause)
{
	struct hammer *hammer = t->hammer;
	unsigned int i;
	int rc = 0;

	WRITE_ONCE(hammer->pause, pause);
	/* A stutter may last for seconds. */
	for (i = 0; i < hammer->threads; i++)
		if (READ_ONCE(hammer->thread[i].resting))
			wake_up_process(hammer->thread[i].task);
	for (i = 0; i < hammer->threads && !rc; i++) {
		/* Pairs with threads_stand_still(). */
		while (smp_load_acquire(&hammer->thread[i].pausing) != pause && !rc) {
			if (READ_ONCE(hammer->stuck))
				rc = -EBUSY;
			else if (msleep_interruptible(THREADS_PAUSE_MS))
				rc = -EINTR;
		}
	}
	if (rc)
		WRITE_ONCE(hammer->pause, false);
	return rc;
}

static bool threads_are_parked(const struct hammer *hammer)
{
	unsigned int i;

	for (i = 0; i < hammer->threads; i++)
		/* Pairs with threads_stand_still(). */
		if (!smp_load_acquire(&hammer->thread[i].pausing))
			return false;
	return true;
}

/**
 * threads_park() - Let all threads stand still for good, whatever becomes of it.
 * @t: The torture, running.
 *
 * Context: task. Sleeps for THREADS_PARK_MS at most. Under stop_lock.
 *
 * Return: do all of them?
 */
bool threads_park(struct torture *t)
{
	struct hammer *hammer = t->hammer;
	unsigned int looks = THREADS_PARK_MS / THREADS_PAUSE_MS;

	WRITE_ONCE(hammer->pause, true);
	while (!threads_are_parked(hammer)) {
		if (!looks--)
			return false;
		msleep(THREADS_PAUSE_MS);
	}
	return true;
}

/**
 * threads_stop() - End the threads; their counters stay readable.
 * @t: The torture.
 */
void threads_stop(struct torture *t)
{
	struct hammer *hammer = t->hammer;
	unsigned int i;

	/*
	 * Park all threads first. Otherwise kthread_stop() waits for each while all
	 * others still use the CPUs.
	 */
	WRITE_ONCE(hammer->pause, true);
	for (i = 0; i < hammer->threads; i++) {
		if (hammer->thread[i].task)
			kthread_stop(hammer->thread[i].task);
		hammer->thread[i].task = NULL;
	}
}

/**
 * threads_free() - Forget the threads' counters.
 * @t: The torture, its threads stopped.
 */
void threads_free(struct torture *t)
{
	kfree(t->hammer->thread);
	t->hammer->thread = NULL;
	t->hammer->threads = 0;
}
