// SPDX-License-Identifier: GPL-2.0
/*
 * The threads that look buffers up, and what all of them share.
 *
 * Owns the threads' lifecycle and the lookup with its accounting. Which block is
 * next is in aim.c; what a thread does with it is its personality, personality.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/slab.h>

#include "bhtorture.h"

/* After so many steps another thread may have the CPU. */
#define HAMMER_TURN_STEPS	64

/* How often a pausing thread looks whether it is over, and who waits for it. */
#define HAMMER_PAUSE_MS		5

/**
 * hammer_random() - The thread's own, repeatable choice.
 * @ht: The thread.
 * @limit: One more than the largest answer.
 */
u32 hammer_random(struct hammer_thread *ht, u32 limit)
{
	return ((u64)prandom_u32_state(&ht->random) * limit) >> 32;
}

static struct buffer_head *find_block(struct hammer_thread *ht, u64 block,
				      enum lookup lookup)
{
	const struct target *target = &ht->torture->target;
	struct buffer_head *bh;

	if (lookup == LOOKUP_SLEEPING)
		bh = compat_find_get_block_sleeping(target->bdev, block,
						    target->block_size);
	else
		bh = __find_get_block(target->bdev, block, target->block_size);

	if (unlikely(oracle_injects(ht, lookup == LOOKUP_SLEEPING ?
				    ORACLE_NULL_SLEEPING : ORACLE_NULL_ATOMIC))) {
		brelse(bh);
		bh = NULL;
	}
	return bh;
}

/**
 * hammer_lookup() - Look a block up, with all accounting.
 * @ht: The thread; it has claimed @block.
 * @block: The block.
 * @lookup: By which of the kernel's functions.
 *
 * An exposure is a lookup during which the block's folio was, at its begin or
 * its end, inside the migrate callback.
 *
 * Return: the buffer with a reference, or NULL (judged).
 */
struct buffer_head *hammer_lookup(struct hammer_thread *ht, u64 block,
				  enum lookup lookup)
{
	struct torture *t = ht->torture;
	pgoff_t index = target_index(&t->target, block);
	u32 drops = watch_drops(&t->watch, index);
	u64 quiet = watch_quiet(&t->watch);
	struct watch_slot *slot = watch_find(&t->watch, index);
	bool timed = latency_wanted(ht, slot);
	struct buffer_head *bh;
	u64 ns = 0;

	/* As late as possible: the moment is short. */
	if (ht->aim_slot || ht->aim_ahead)
		aim_wait(ht);
	if (timed)
		ns = latency_begin(t, block, lookup);
	bh = find_block(ht, block, lookup);
	if (timed)
		ns = latency_end(lookup, ns);

	ht->counters.lookups++;
	if (!slot)
		slot = watch_find(&t->watch, index);
	if (slot) {
		atomic_inc(&slot->exposures);
		ht->counters.exposures++;
	}
	if (timed)
		latency_lookup(t, block, lookup, ns, slot, bh);
	if (likely(bh)) {
		t->target.ledger[block].cached_drops = drops;
		return bh;
	}
	ht->counters.null_lookups++;
	oracle_judge_null(ht, block, watch_drops(&t->watch, index),
			  lookup == LOOKUP_SLEEPING ? ORACLE_NULL_SLEEPING :
						      ORACLE_NULL_ATOMIC,
			  quiet && quiet == watch_quiet(&t->watch));
	return NULL;
}

/**
 * hammer_populate() - Bring a block back that is not cached.
 * @ht: The thread; it has claimed @block.
 * @block: The block.
 *
 * Reads from the device if need be; may sleep. Return: the up-to-date buffer
 * with a reference, or NULL when it cannot be read.
 */
struct buffer_head *hammer_populate(struct hammer_thread *ht, u64 block)
{
	const struct target *target = &ht->torture->target;
	struct buffer_head *bh;

	ht->counters.populated++;
	bh = __bread(target->bdev, block, target->block_size);
	if (bh)
		set_bit(LEDGER_REREAD, &target->ledger[block].flags);
	else
		ht->counters.io_errors++;
	return bh;
}

/* torture-style stutter: all threads pause together, by the clock. */
static void stutter(struct hammer_thread *ht)
{
	unsigned long period = msecs_to_jiffies(ht->torture->params->stutter_ms);

	while (period && (jiffies / period) & 1 && !kthread_should_stop()) {
		WRITE_ONCE(ht->steps, ht->steps + 1);
		schedule_timeout_interruptible(period - jiffies % period);
	}
}

/* What asked for it is hammer_pause(). A pause is progress: nobody is stuck. */
static void stand_still(struct hammer_thread *ht)
{
	struct hammer *hammer = &ht->torture->hammer;

	/* Pairs with hammer_pause(): all that this thread did has been done. */
	smp_store_release(&ht->pausing, true);
	while (READ_ONCE(hammer->pause) && !kthread_should_stop()) {
		WRITE_ONCE(ht->steps, ht->steps + 1);
		schedule_timeout_interruptible(msecs_to_jiffies(HAMMER_PAUSE_MS));
	}
	WRITE_ONCE(ht->pausing, false);
}

/*
 * Debug: the first thread falls asleep, for `stuck` to notice. It does not wake up in
 * between: on a busy machine it would be runnable for long, which is not stuck.
 */
static void inject_stuck(struct hammer_thread *ht)
{
	if (ht != ht->torture->hammer.thread || ht->steps <= 1000)
		return;
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
}

static int hammer_thread(void *data)
{
	struct hammer_thread *ht = data;

	/* As locktorture: leave the CPU to those who migrate. */
	set_user_nice(current, MAX_NICE);
	while (!kthread_should_stop()) {
		ht->ops->step(ht);
		WRITE_ONCE(ht->steps, ht->steps + 1);
		if (unlikely(ht->torture->params->stutter_ms))
			stutter(ht);
		if (unlikely(READ_ONCE(ht->torture->hammer.pause)))
			stand_still(ht);
		if (unlikely(ht->torture->params->injected == ORACLE_STUCK))
			inject_stuck(ht);
		/*
		 * Writers and checkers share what the mover leaves of the CPUs: let
		 * them take short turns, or a whole slice of checks meets no write.
		 */
		if (ht->steps % HAMMER_TURN_STEPS)
			continue;
		schedule();
		/* So that whoever removes probes meanwhile need not wait for us. */
		cond_resched_tasks_rcu_qs();
	}
	return 0;
}

static int launch_thread(struct torture *t, struct hammer_thread *ht,
			 enum personality personality, unsigned int number)
{
	struct task_struct *task;

	ht->torture = t;
	ht->ops = &personalities[personality];
	prandom_seed_state(&ht->random,
			   ((u64)t->params->seed << 32) +
			   personality * 1000 + number);
	task = kthread_run(hammer_thread, ht, "bht_%s/%u", ht->ops->name,
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
 * hammer_start() - Start the threads of all personalities.
 * @t: The torture.
 *
 * Return: 0, -ENOMEM or kthread_run()'s error after one line; hammer_stop()
 * undoes any part.
 */
int hammer_start(struct torture *t)
{
	struct hammer *hammer = &t->hammer;
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
			rc = launch_thread(t, &hammer->thread[hammer->threads],
					   i, number);
			if (rc)
				return rc;
			hammer->threads++;
		}
	}
	return 0;
}

/**
 * hammer_pause() - Let all threads stand still, or go on.
 * @t: The torture, running.
 * @pause: Which of the two.
 *
 * Returns once all do: what migrates during a pause meets no lookup of the
 * hammer's. May sleep.
 *
 * Return: 0, or -EINTR or -EBUSY (a thread is stuck), and then nobody pauses.
 */
int hammer_pause(struct torture *t, bool pause)
{
	struct hammer *hammer = &t->hammer;
	unsigned int i;
	int rc = 0;

	WRITE_ONCE(hammer->pause, pause);
	for (i = 0; i < hammer->threads && !rc; i++) {
		/* Pairs with stand_still(). */
		while (smp_load_acquire(&hammer->thread[i].pausing) != pause && !rc) {
			if (READ_ONCE(t->monitor.stuck_threads))
				rc = -EBUSY;
			else if (msleep_interruptible(HAMMER_PAUSE_MS))
				rc = -EINTR;
		}
	}
	if (rc)
		WRITE_ONCE(hammer->pause, false);
	return rc;
}

/**
 * hammer_stop() - End the threads; their counters stay readable.
 * @t: The torture.
 */
void hammer_stop(struct torture *t)
{
	struct hammer *hammer = &t->hammer;
	unsigned int i;

	/* All at once: each to be stopped would wait for its turn beside those not yet. */
	WRITE_ONCE(hammer->pause, true);
	for (i = 0; i < hammer->threads; i++) {
		if (hammer->thread[i].task)
			kthread_stop(hammer->thread[i].task);
		hammer->thread[i].task = NULL;
	}
}
