// SPDX-License-Identifier: GPL-2.0
/*
 * How long lookups take, and how long our own strategies hold private_lock.
 *
 * Owns one log-linear histogram for each kind of time and CPU: of a fixed size,
 * filled without a lock, summed only when somebody reads. A sample of the lookups
 * is timed, one in latency_every, and each one whose folio is inside the migrate
 * callback when it begins; all of them while their tracepoint is on.
 *
 * Fast path or slow: __find_get_block() calls touch_buffer() when, and only when,
 * it has found the buffer in this CPU's bh LRU; the slow path marks the page as
 * accessed by itself. touch_buffer() has a tracepoint, so the fast path tells by
 * itself, and costs the slow path, which most lookups of the hammer take, nothing.
 * What it tells is kept in the block's ledger entry: the thread that has claimed
 * the block is the only one that looks it up, on whichever CPU.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitops.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "bhtorture.h"
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

/* --- The histogram --- */

/* Each power of two in LATENCY_STEPS buckets; up to the first two, one per ns. */
static unsigned int bucket_of(u64 ns)
{
	unsigned int shift;

	if (ns < LATENCY_STEPS)
		return ns;
	shift = fls64(ns) - 1 - ilog2(LATENCY_STEPS);
	return min_t(u64, (u64)shift * LATENCY_STEPS + (ns >> shift),
		     LATENCY_BUCKETS - 1);
}

/**
 * latency_bucket_ns() - The least time that falls into a bucket.
 * @bucket: Its number; LATENCY_BUCKETS for the end of the last.
 */
u64 latency_bucket_ns(unsigned int bucket)
{
	unsigned int shift;

	if (bucket < LATENCY_STEPS)
		return bucket;
	shift = bucket / LATENCY_STEPS - 1;
	return (u64)(bucket % LATENCY_STEPS + LATENCY_STEPS) << shift;
}

/* Task context only: with preemption off nobody else adds on this CPU. */
static void add(struct latency *latency, enum latency_kind kind, u64 ns)
{
	struct latency_histogram *histogram =
		&latency->cpu[get_cpu()]->kind[kind];

	histogram->count++;
	histogram->total_ns += ns;
	if (ns > histogram->max_ns)
		histogram->max_ns = ns;
	histogram->bucket[bucket_of(ns)]++;
	put_cpu();
}

/**
 * latency_sum() - All CPUs' histograms of one kind together.
 * @t: The torture.
 * @kind: Which.
 * @sum: Where to put them.
 */
void latency_sum(struct torture *t, enum latency_kind kind,
		 struct latency_histogram *sum)
{
	unsigned int cpu, i;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct latency_histogram *one =
			&t->latency.cpu[cpu]->kind[kind];

		sum->total_ns += one->total_ns;
		sum->max_ns = max(sum->max_ns, one->max_ns);
		/* Adds up even while more are added. */
		for (i = 0; i < LATENCY_BUCKETS; i++) {
			u64 count = READ_ONCE(one->bucket[i]);

			sum->bucket[i] += count;
			sum->count += count;
		}
	}
}

/**
 * latency_percentile() - The time that a part of the events did not exceed.
 * @sum: What latency_sum() gave.
 * @per_mille: Which part of them.
 *
 * Return: nanoseconds, interpolated inside the bucket; 0 without events.
 */
u64 latency_percentile(const struct latency_histogram *sum,
		       unsigned int per_mille)
{
	u64 rank = div_u64(sum->count * per_mille + 999, 1000);
	u64 below = 0, from, width;
	unsigned int i;

	for (i = 0; i < LATENCY_BUCKETS; i++) {
		if (below + sum->bucket[i] >= rank && sum->bucket[i])
			break;
		below += sum->bucket[i];
	}
	if (i == LATENCY_BUCKETS)
		return 0;
	from = latency_bucket_ns(i);
	width = latency_bucket_ns(i + 1) - from;
	return min(sum->max_ns,
		   from + div64_u64(width * (rank - below), sum->bucket[i]));
}

/* --- Lookups --- */

/* The fast path of a lookup on our device says so. */
static void touched(void *data, struct buffer_head *bh)
{
	struct torture *t = data;

	if (bh->b_bdev == t->target.bdev && bh->b_blocknr < t->target.blocks)
		set_bit(LEDGER_TOUCHED, &t->target.ledger[bh->b_blocknr].flags);
}

/*
 * Being preempted is no property of the lookup; and whoever stays on a CPU can use
 * sched_clock(), which costs a few ns where reading the clocksource may cost a
 * microsecond (the HPET, in a guest). With CONFIG_PREEMPT_RT private_lock sleeps.
 */
static bool keeps_cpu(enum lookup lookup)
{
	return lookup == LOOKUP_ATOMIC && !IS_ENABLED(CONFIG_PREEMPT_RT);
}

/**
 * latency_wanted() - Is this lookup one to be timed?
 * @ht: The thread.
 * @exposed: The block's folio is inside the migrate callback.
 *
 * At random intervals, so as not to fall into step with anything.
 */
bool latency_wanted(struct hammer_thread *ht, bool exposed)
{
	struct torture *t = ht->torture;

	if (!t->latency.fast_path)
		return false;
	if (unlikely(exposed || trace_bhtorture_lookup_enabled()))
		return true;
	if (likely(ht->untimed)) {
		ht->untimed--;
		return false;
	}
	ht->untimed = hammer_random(ht, 2 * t->params->latency_every - 1);
	return true;
}

static u64 read_clock(enum lookup lookup)
{
	return keeps_cpu(lookup) ? sched_clock() : ktime_get_mono_fast_ns();
}

/**
 * latency_begin() - Start the clock of a lookup.
 * @t: The torture.
 * @block: The block; the caller has claimed it.
 * @lookup: By which of the kernel's functions.
 *
 * Return: for latency_end(), right after the lookup.
 */
u64 latency_begin(struct torture *t, u64 block, enum lookup lookup)
{
	clear_bit(LEDGER_TOUCHED, &t->target.ledger[block].flags);
	if (keeps_cpu(lookup))
		preempt_disable();
	return read_clock(lookup);
}

/**
 * latency_end() - Stop it.
 * @lookup: As for latency_begin().
 * @begin_ns: What latency_begin() gave.
 *
 * Return: how long the lookup took.
 */
u64 latency_end(enum lookup lookup, u64 begin_ns)
{
	u64 now = read_clock(lookup);

	if (keeps_cpu(lookup))
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
 */
void latency_lookup(struct torture *t, u64 block, enum lookup lookup,
		    u64 latency_ns, bool migrating, bool found)
{
	const struct target *target = &t->target;
	enum latency_kind path = LATENCY_LOOKUP_SLOW;

	if (test_bit(LEDGER_TOUCHED, &target->ledger[block].flags))
		path = LATENCY_LOOKUP_FAST;
	else if (lookup == LOOKUP_SLEEPING)
		path = LATENCY_LOOKUP_SLEEPING;
	add(&t->latency,
	    migrating ? path + LATENCY_LOOKUP_FAST_MIGRATING : path, latency_ns);
	trace_bhtorture_lookup(target->bdev->bd_dev, target_index(target, block),
			       block, path, migrating, found, latency_ns);
}

/* --- Holds --- */

/**
 * latency_hold() - Count and trace how long private_lock was held by us.
 * @t: The torture.
 * @index: The migrating page's index.
 * @hold_ns: From acquired to released.
 */
void latency_hold(struct torture *t, unsigned long index, u64 hold_ns)
{
	add(&t->latency, LATENCY_HOLD, hold_ns);
	trace_bhtorture_hold(t->target.bdev->bd_dev, index,
			     (u64)index << t->target.folio_shift,
			     t->strategy->name, hold_ns);
}

/* --- Start and stop --- */

static void find_touch(struct tracepoint *tracepoint, void *data)
{
	struct tracepoint **found = data;

	if (!strcmp(tracepoint->name, "block_touch_buffer"))
		*found = tracepoint;
}

static void watch_fast_path(struct torture *t)
{
	struct tracepoint *found = NULL;
	int rc = -ENOENT;

	for_each_kernel_tracepoint(find_touch, &found);
	if (found)
		rc = tracepoint_probe_register(found, touched, t);
	if (rc)
		pr_warn("no tracepoint block_touch_buffer (%d): lookups are not timed\n",
			rc);
	else
		t->latency.fast_path = found;
}

/**
 * latency_start() - Make room, and have the fast path tell.
 * @t: The torture; its target is open and nothing hammers it yet, because a
 * tracepoint is switched on by patching code.
 *
 * Return: 0 or -ENOMEM; latency_stop() and latency_free() undo any
 * part.
 */
int latency_start(struct torture *t)
{
	struct latency *latency = &t->latency;
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
	if (target_owned(&t->target) && t->params->latency_every)
		watch_fast_path(t);
	return 0;
}

/**
 * latency_stop() - Let go of the tracepoint; the histograms stay readable.
 * @t: The torture; nothing hammers its target any more.
 */
void latency_stop(struct torture *t)
{
	if (!t->latency.fast_path)
		return;
	tracepoint_probe_unregister(t->latency.fast_path, touched, t);
	tracepoint_synchronize_unregister();
	t->latency.fast_path = NULL;
}

/**
 * latency_free() - Forget the histograms.
 * @t: The torture, stopped.
 */
void latency_free(struct torture *t)
{
	struct latency *latency = &t->latency;
	unsigned int cpu;

	if (!latency->cpu)
		return;
	for_each_possible_cpu(cpu)
		vfree(latency->cpu[cpu]);
	kfree(latency->cpu);
	latency->cpu = NULL;
}
