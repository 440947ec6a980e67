// SPDX-License-Identifier: GPL-2.0
/*
 * How long lookups take, and how long our own strategies hold private_lock.
 *
 * Owns one histogram for each kind of time and CPU, filled without a lock and summed
 * only when somebody reads. Which lookups are timed is lookup.c's choice.
 *
 * A lookup by the fast path is told from one by the slow path like this. Only when
 * __find_get_block() has found the buffer in this CPU's bh LRU does it call
 * touch_buffer(); the slow path marks the page as accessed by itself. touch_buffer()
 * has a tracepoint. So the fast path reports itself, and the slow path, which most
 * lookups of the hammer take, costs nothing more. The report is kept in the block's
 * ledger entry, because the thread that has claimed the block is the only one that
 * looks it up, on whichever CPU.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>

#include "bhtorture.h"
#include "compat.h"
#include "report/latency.h"
#include "target/target.h"
#include "trace.h"

const char * const latency_names[LATENCY_COUNT] = {
	[LATENCY_LOOKUP_FAST]			= "lookup_fast",
	[LATENCY_LOOKUP_SLOW]			= "lookup_slow",
	[LATENCY_LOOKUP_SLEEPING]		= "lookup_sleeping",
	[LATENCY_LOOKUP_FAST_MIGRATING]		= "lookup_fast_migrating",
	[LATENCY_LOOKUP_SLOW_MIGRATING]		= "lookup_slow_migrating",
	[LATENCY_LOOKUP_SLEEPING_MIGRATING]	= "lookup_sleeping_migrating",
	[LATENCY_HOLD]				= "hold",
};

/* Context: task. With preemption off nobody else adds on this CPU. */
static void latency_add(struct latency *latency, enum latency_kind kind, u64 ns)
{
	histogram_add(&latency->cpu[get_cpu()]->kind[kind], ns);
	put_cpu();
}

/**
 * latency_sum() - All CPUs' histograms of one kind together.
 * @t: The torture.
 * @kind: Which.
 * @sum: Where to put them.
 */
void latency_sum(struct torture *t, enum latency_kind kind,
		 struct histogram *sum)
{
	unsigned int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu)
		histogram_merge(sum, &t->latency->cpu[cpu]->kind[kind]);
}

/*
 * The tracepoint of touch_buffer().
 * Context: the lookup's, with preemption disabled.
 */
static void latency_touched(void *data, struct buffer_head *bh)
{
	struct torture *t = data;
	struct target *target = t->target;

	if (bh->b_bdev == target->bdev && bh->b_blocknr < target->blocks)
		set_bit(LEDGER_TOUCHED, &target->ledger[bh->b_blocknr].flags);
}

/*
 * An atomic lookup is timed with preemption off, because being preempted is no
 * property of the lookup. That also allows sched_clock(), which costs a few ns;
 * reading the clocksource may cost a microsecond (the HPET, in a guest). A sleeping
 * lookup cannot, nor any with CONFIG_PREEMPT_RT, where private_lock sleeps.
 */
static bool latency_keeps_cpu(enum lookup lookup)
{
	return lookup == LOOKUP_ATOMIC && !IS_ENABLED(CONFIG_PREEMPT_RT);
}

static u64 latency_clock(enum lookup lookup)
{
	return latency_keeps_cpu(lookup) ? sched_clock() :
					   ktime_get_mono_fast_ns();
}

/**
 * latency_begin() - Start the clock of a lookup.
 * @t: The torture.
 * @block: The block; the caller has claimed it.
 * @lookup: By which of the kernel's functions.
 *
 * Context: task. An atomic lookup is left with preemption disabled until
 * latency_end().
 *
 * Return: for latency_end(), right after the lookup.
 */
u64 latency_begin(struct torture *t, u64 block, enum lookup lookup)
{
	clear_bit(LEDGER_TOUCHED, &t->target->ledger[block].flags);
	if (latency_keeps_cpu(lookup))
		preempt_disable();
	return latency_clock(lookup);
}

/**
 * latency_end() - Stop the clock of a lookup.
 * @lookup: As for latency_begin().
 * @begin_ns: What latency_begin() gave.
 *
 * Context: task, on the CPU of latency_begin() if that has disabled preemption.
 *
 * Return: how long the lookup took, in nanoseconds.
 */
u64 latency_end(enum lookup lookup, u64 begin_ns)
{
	u64 now = latency_clock(lookup);

	if (latency_keeps_cpu(lookup))
		preempt_enable();
	return now - begin_ns;
}

/**
 * latency_lookup() - Count and trace a timed lookup.
 * @t: The torture.
 * @block: The block, still claimed.
 * @lookup: As for latency_begin().
 * @latency_ns: What latency_end() gave.
 * @migrating: The folio was inside the migrate callback at begin or end.
 * @found: It was found.
 *
 * Context: task.
 */
void latency_lookup(struct torture *t, u64 block, enum lookup lookup,
		    u64 latency_ns, bool migrating, bool found)
{
	const struct target *target = t->target;
	enum latency_kind path = LATENCY_LOOKUP_SLOW;

	if (test_bit(LEDGER_TOUCHED, &target->ledger[block].flags))
		path = LATENCY_LOOKUP_FAST;
	else if (lookup == LOOKUP_SLEEPING)
		path = LATENCY_LOOKUP_SLEEPING;
	latency_add(t->latency,
		    migrating ? path + LATENCY_LOOKUP_FAST_MIGRATING : path,
		    latency_ns);
	trace_bhtorture_lookup(target->bdev->bd_dev, target_index(target, block),
			       block, path, migrating, found, latency_ns);
}

/**
 * latency_hold() - Count how long one of our strategies has held private_lock.
 * @latency: The histograms.
 * @hold_ns: From acquired to released.
 *
 * Context: task, that of the migration.
 */
void latency_hold(struct latency *latency, u64 hold_ns)
{
	latency_add(latency, LATENCY_HOLD, hold_ns);
}

static void latency_find_touch(struct tracepoint *tracepoint, void *data)
{
	struct tracepoint **found = data;

	if (!strcmp(tracepoint->name, "block_touch_buffer"))
		*found = tracepoint;
}

static void latency_watch_fast_path(struct torture *t)
{
	struct tracepoint *found = NULL;
	int rc = -ENOENT;

	for_each_kernel_tracepoint(latency_find_touch, &found);
	if (found)
		rc = tracepoint_probe_register(found, latency_touched, t);
	if (rc)
		pr_warn("no tracepoint block_touch_buffer (%d): lookups are not timed\n",
			rc);
	else
		t->latency->fast_path = found;
}

/**
 * latency_start() - Make room, and have the fast path report itself.
 * @t: The torture; its target is open and nothing hammers it yet, because a
 * tracepoint is switched on by patching code.
 *
 * Return: 0 or -ENOMEM; latency_stop() and latency_free() undo any part.
 */
int latency_start(struct torture *t)
{
	struct latency *latency = t->latency;
	unsigned int cpu;

	latency->cpu = kcalloc(nr_cpu_ids, sizeof(*latency->cpu), GFP_KERNEL);
	if (!latency->cpu)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		latency->cpu[cpu] = vzalloc_node(sizeof(**latency->cpu),
						 cpu_to_node(cpu));
		if (!latency->cpu[cpu])
			return -ENOMEM;
	}
	if (target_owned(t->target) && t->params->latency_every)
		latency_watch_fast_path(t);
	return 0;
}

/**
 * latency_stop() - Let go of the tracepoint; the histograms stay readable.
 * @t: The torture; nothing hammers its target any more.
 */
void latency_stop(struct torture *t)
{
	if (!t->latency->fast_path)
		return;
	tracepoint_probe_unregister(t->latency->fast_path, latency_touched, t);
	tracepoint_synchronize_unregister();
	t->latency->fast_path = NULL;
}

/**
 * latency_free() - Forget the histograms.
 * @t: The torture, stopped.
 */
void latency_free(struct torture *t)
{
	struct latency *latency = t->latency;
	unsigned int cpu;

	if (!latency->cpu)
		return;
	for_each_possible_cpu(cpu)
		vfree(latency->cpu[cpu]);
	kfree(latency->cpu);
	latency->cpu = NULL;
}
