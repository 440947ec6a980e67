// SPDX-License-Identifier: GPL-2.0
/*
 * The oracles by name, and what becomes of a violation that one has seen.
 *
 * It is counted, recorded with its evidence, traced, and printed (rate limited); the
 * first one with the stack of who has seen it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/jiffies.h>
#include <linux/kdev_t.h>

#include "bhtorture.h"
#include "compat.h"
#include "judge/violation.h"
#include "observe/slots.h"
#include "target/target.h"
#include "trace.h"

#define STACK_FRAMES	12	/* who called the oracle, and why */

const char * const oracle_names[ORACLE_COUNT] = {
	[ORACLE_REF_MOVED]	= "ref_moved",
	[ORACLE_LOST_UPDATE]	= "lost_update",
	[ORACLE_STALE_READ]	= "stale_read",
	[ORACLE_TORN]		= "torn",
	[ORACLE_STALE_WRITE]	= "stale_write",
	[ORACLE_MEDIA_LOSS]	= "media_loss",
	[ORACLE_NULL_SLEEPING]	= "null_sleeping",
	[ORACLE_NULL_ATOMIC]	= "null_atomic",
	[ORACLE_STUCK]		= "stuck",
	[ORACLE_STATE_LEAK]	= "state_leak",
	[ORACLE_NEVER_MOVES]	= "never_moves",
};

/**
 * violation_init() - Start without any.
 * @t: The torture.
 */
void violation_init(struct torture *t)
{
	raw_spin_lock_init(&t->oracles->lock);
	ratelimit_state_init(&t->oracles->ratelimit, 5 * HZ, 10);
	ratelimit_set_flags(&t->oracles->ratelimit, RATELIMIT_MSG_ON_RELEASE);
}

/*
 * Records are read without the lock. So each is filled in first, and counted then.
 *
 * Return: true if it is the first one of all.
 */
static bool violation_keep(struct oracles *oracles,
			   const struct violation_record *what)
{
	atomic64_t *count = &oracles->count[what->violation.oracle];
	unsigned long flags;
	bool first;

	raw_spin_lock_irqsave(&oracles->lock, flags);
	first = !oracles->records;
	if (!atomic64_read(count))
		oracles->first[what->violation.oracle] = *what;
	if (oracles->records < ORACLE_RECORDS) {
		oracles->record[oracles->records] = *what;
		/* Pairs with violation_records(). */
		smp_store_release(&oracles->records, oracles->records + 1);
	}
	/* Pairs with violation_count(). */
	atomic64_set_release(count, atomic64_read(count) + 1);
	raw_spin_unlock_irqrestore(&oracles->lock, flags);
	return first;
}

/* One line a frame: scripts/decode_stacktrace.sh makes a file and a line of it. */
static void violation_print_stack(void)
{
	unsigned long frames[STACK_FRAMES];
	unsigned int i, count;

	count = compat_stack_save(frames, ARRAY_SIZE(frames));
	for (i = 0; i < count; i++)
		pr_err("  at %pS\n", (void *)frames[i]);
}

/**
 * violation_count() - How many violations has an oracle seen?
 * @oracles: All of them.
 * @oracle: The one.
 *
 * If any, the first is complete in oracles->first.
 *
 * Context: any.
 */
u64 violation_count(const struct oracles *oracles, enum oracle oracle)
{
	/* Pairs with violation_keep(). */
	return atomic64_read_acquire(&oracles->count[oracle]);
}

/**
 * violation_records() - How many violations are recorded?
 * @oracles: The oracles.
 *
 * So many are complete in oracles->record.
 *
 * Context: any.
 */
unsigned int violation_records(const struct oracles *oracles)
{
	/* Pairs with violation_keep(). */
	return smp_load_acquire(&oracles->records);
}

/**
 * violation_stamp() - A violation was seen at this moment.
 * @t: The torture.
 * @violation: The violation. To be reported later, when it has been judged.
 *
 * Context: any.
 */
void violation_stamp(const struct torture *t, struct violation *violation)
{
	violation->seen_ns = ktime_get_mono_fast_ns();
	violation->seen_migrations =
		atomic64_read(&t->slots->moved_with_buffers);
}

/**
 * violation_report() - Count, record, trace and print one violation.
 * @t: The torture.
 * @violation: What was seen.
 *
 * The first ORACLE_RECORDS are kept in full.
 *
 * Context: any.
 */
void violation_report(struct torture *t, const struct violation *violation)
{
	struct violation_record what = {
		.violation = *violation,
		.cpu = raw_smp_processor_id(),
	};
	bool first;

	if (!violation->seen_ns)
		violation_stamp(t, &what.violation);
	what.ms = div_u64(what.violation.seen_ns - t->began_ns, NSEC_PER_MSEC);
	what.migrations = what.violation.seen_migrations;
	if (!violation->dev) {
		what.violation.dev = t->target->bdev->bd_dev;
		what.violation.index = target_index(t->target,
						    violation->block);
	}
	memcpy(what.thread, current->comm, sizeof(what.thread));
	what.thread[sizeof(what.thread) - 1] = '\0';

	first = violation_keep(t->oracles, &what);
	trace_bhtorture_violation(what.violation.dev, violation->oracle,
				  what.violation.index, violation->block,
				  violation->expected, violation->found,
				  violation->offset, violation->age_ms);
	if (__ratelimit(&t->oracles->ratelimit))
		pr_err("violation %s: device %d:%d block %llu (page index %lu, offset %u) expected %llu found %llu, written or vacated %u ms ago, by %s on CPU %d, %llu ms and %llu migrations into the torture\n",
		       oracle_names[violation->oracle],
		       MAJOR(what.violation.dev), MINOR(what.violation.dev),
		       violation->block, what.violation.index,
		       violation->offset, violation->expected,
		       violation->found, violation->age_ms, what.thread,
		       what.cpu, what.ms, what.migrations);
	if (first)
		violation_print_stack();
}
