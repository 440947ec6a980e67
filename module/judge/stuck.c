// SPDX-License-Identifier: GPL-2.0
/*
 * Who makes no progress? A hammer thread that ends no step, or a migration that does not
 * return, for stuck_s seconds is a violation (`stuck`), and its stack is printed.
 *
 * Seconds are counted in looks: each adds the time from one to the next, however long ago
 * the last one was. So a machine that was stopped meanwhile convicts nobody. A look
 * counts
 *   asleep    fully. A quarter of it when somebody else has waited for a CPU for long, who
 *             may be the one to wake it, and while it reclaims memory.
 *   runnable  what it has used of a CPU. A thread that is starved uses none; one that goes
 *             round in the kernel and reschedules is seen by this only.
 *   asleep while the device is slow to answer: not at all, and all it had counted is
 *             forgiven. It is stuck after stuck_io_s seconds of that.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/rcupdate.h>
#include <linux/sched/debug.h>
#include <linux/sched/task.h>

#include "bhtorture.h"
#include "compat.h"
#include "compat/request.h"
#include "judge/inject.h"
#include "judge/stuck.h"
#include "judge/violation.h"
#include "target/target.h"

/* So long without a CPU, and others may be waiting for that thread in turn. */
#define STUCK_STARVED_MS	1000

/* A device that takes longer than this is slow, */
#define STUCK_SLOW_MS		200
/* and so is one that is never seen without a request. */
#define STUCK_SLOW_LOOKS	10

/* How often a stop looks whether the last migrations have ended. */
#define STUCK_WAIT_MS		5

/* What holds for all that are looked at in one look. */
struct stuck_look {
	u64 ns;			/* that it counts */
	bool slow;		/* the device; or it is not known whose */
	bool starving;		/* somebody has waited for a CPU for long */
	bool starves;		/* the same, for the next look */
};

static bool stuck_device_is_slow(struct torture *t)
{
	struct compat_requests requests;
	u64 now = ktime_get_ns();

	/* With watch=all each migration has another device. */
	if (!t->target->bdev)
		return true;
	requests = compat_requests_in_flight(t->target->bdev);
	if (!requests.count) {
		t->stuck->device_looks = 0;
		return false;
	}
	if (requests.oldest_ns != U64_MAX)
		return now > requests.oldest_ns + STUCK_SLOW_MS * NSEC_PER_MSEC;
	return ++t->stuck->device_looks >= STUCK_SLOW_LOOKS;
}

static void stuck_count_asleep(struct progress *progress, unsigned int flags,
			       const struct stuck_look *look)
{
	progress->starved_ns = 0;
	if (look->slow) {
		progress->still_ns = 0;
		progress->device_ns += look->ns;
	} else if (look->starving || (flags & PF_MEMALLOC)) {
		progress->still_ns += look->ns / 4;
	} else {
		progress->still_ns += look->ns;
	}
}

static void stuck_count_runnable(struct progress *progress, u64 used_ns,
				 struct stuck_look *look)
{
	progress->starved_ns = used_ns ? 0 : progress->starved_ns + look->ns;
	progress->still_ns += min(used_ns, look->ns);
	progress->used_ns += min(used_ns, look->ns);
	if (progress->starved_ns >= STUCK_STARVED_MS * NSEC_PER_MSEC)
		look->starves = true;
}

/*
 * @made changes whenever there is progress. @resting: stands still of its own will.
 * Return: is it stuck?
 */
static bool stuck_judge(struct torture *t, struct progress *progress,
			struct task_struct *task, u64 made, bool resting,
			struct stuck_look *look)
{
	u64 cpu_ns = READ_ONCE(task->se.sum_exec_runtime);
	u64 used_ns = cpu_ns - progress->cpu_ns;

	if (made != progress->made || resting) {
		*progress = (struct progress) {
			.made = made,
			.cpu_ns = cpu_ns,
		};
		return false;
	}
	progress->cpu_ns = cpu_ns;
	if (compat_task_runnable(task))
		stuck_count_runnable(progress, used_ns, look);
	else
		stuck_count_asleep(progress, READ_ONCE(task->flags), look);
	return progress->still_ns >= t->params->stuck_s * NSEC_PER_SEC ||
	       (t->params->stuck_io_s &&
		progress->device_ns >= t->params->stuck_io_s * NSEC_PER_SEC);
}

static void stuck_report(struct torture *t, struct progress *progress,
			 struct task_struct *task, u64 block, const char *what)
{
	struct violation violation = {
		.oracle = ORACLE_STUCK,
		.dev = t->target->bdev ? 0 : MKDEV(0, 1),
		.block = block,
		.age_ms = div_u64(progress->still_ns + progress->device_ns,
				  NSEC_PER_MSEC),
	};

	if (progress->reported)
		return;
	progress->reported = true;
	pr_err("%s (%s) made no progress for %u ms, %llu ms of these on a CPU, %llu ms waiting while the device was slow, its stack:\n",
	       what, task->comm, violation.age_ms,
	       div_u64(progress->used_ns, NSEC_PER_MSEC),
	       div_u64(progress->device_ns, NSEC_PER_MSEC));
	sched_show_task(task);
	violation_report(t, &violation);
}

static void stuck_look_at_threads(struct torture *t, struct stuck_look *look)
{
	unsigned int stuck = 0;
	unsigned int i;

	for (i = 0; i < t->hammer->threads; i++) {
		struct hammer_thread *ht = &t->hammer->thread[i];

		if (!stuck_judge(t, &ht->progress, ht->task,
				 READ_ONCE(ht->steps), READ_ONCE(ht->resting),
				 look))
			continue;
		stuck++;
		stuck_report(t, &ht->progress, ht->task, READ_ONCE(ht->block),
			     "a hammer thread");
	}
	WRITE_ONCE(t->hammer->stuck, stuck);
}

static bool stuck_migrates(const struct slot *slot, unsigned long index,
			   u64 begin_ns)
{
	return READ_ONCE(slot->index) == index &&
	       READ_ONCE(slot->begin_ns) == begin_ns;
}

/*
 * The slot's task stays alive while the migration is in progress. It is freed by RCU: if
 * the migration still is in progress inside the read-side section, there is time to take
 * a reference.
 */
static struct task_struct *stuck_get_task(struct slot *slot, unsigned long *index,
					  u64 *begin_ns)
{
	struct task_struct *task;

	/* Pairs with the release in slots_begin(). */
	*index = smp_load_acquire(&slot->index);
	if (*index == SLOT_UNUSED)
		return NULL;
	*begin_ns = READ_ONCE(slot->begin_ns);
	rcu_read_lock();
	task = READ_ONCE(slot->task);
	smp_rmb();	/* all of it is of one migration, or it has ended */
	if (stuck_migrates(slot, *index, *begin_ns))
		get_task_struct(task);
	else
		task = NULL;
	rcu_read_unlock();
	return task;
}

static void stuck_look_at_migrations(struct torture *t, struct stuck_look *look)
{
	unsigned int stuck = 0;
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		struct progress *progress = &t->stuck->slot[i];
		struct task_struct *task;
		unsigned long index;
		u64 begin_ns;

		task = stuck_get_task(&t->slots->slot[i], &index, &begin_ns);
		if (!task) {
			memset(progress, 0, sizeof(*progress));
			continue;
		}
		if (stuck_judge(t, progress, task, begin_ns, false, look)) {
			stuck++;
			stuck_report(t, progress, task,
				     target_block(t->target, index),
				     "a migration");
		}
		put_task_struct(task);
	}
	WRITE_ONCE(t->stuck->migrations, stuck);
}

/**
 * stuck_look() - Look at all threads and migrations.
 * @t: The torture.
 * @period_ms: What the look counts: the time from one to the next.
 *
 * Context: task, the monitor's.
 */
void stuck_look(struct torture *t, unsigned int period_ms)
{
	struct stuck_look look = {
		.ns = period_ms * NSEC_PER_MSEC,
		.slow = stuck_device_is_slow(t),
		.starving = t->stuck->starving,
	};

	stuck_look_at_threads(t, &look);
	stuck_look_at_migrations(t, &look);
	t->stuck->starving = look.starves;
}

/**
 * stuck_is() - Is anybody stuck who will not end when he is told to?
 * @t: The torture. `inject` provokes both kinds.
 */
bool stuck_is(const struct torture *t)
{
	if (t->injected == ORACLE_STUCK && t->fault != FAULT_FOR_GOOD)
		return false;
	return READ_ONCE(t->hammer->stuck) || READ_ONCE(t->stuck->migrations);
}

/**
 * stuck_wait_for_migrations() - Wait until those in progress now have ended.
 * @t: The torture, the monitor alive.
 *
 * Context: task, sleeps.
 *
 * Return: 0, -EBUSY when one is stuck, or -EINTR.
 */
int stuck_wait_for_migrations(struct torture *t)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		struct slot *slot = &t->slots->slot[i];
		unsigned long index = READ_ONCE(slot->index);
		u64 begin_ns = READ_ONCE(slot->begin_ns);

		while (index != SLOT_UNUSED &&
		       stuck_migrates(slot, index, begin_ns)) {
			if (stuck_is(t))
				return -EBUSY;
			if (msleep_interruptible(STUCK_WAIT_MS))
				return -EINTR;
		}
	}
	return 0;
}
