// SPDX-License-Identifier: GPL-2.0
/*
 * What is judged, and how a violation is told.
 *
 * Each judgement states what a sound kernel guarantees; a violation is counted,
 * recorded with its evidence, traced, and printed (rate limited).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/jiffies.h>

#include "bhtorture.h"
#include "trace.h"

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
};

/**
 * oracle_init() - Forget everything.
 * @t: The torture.
 */
void oracle_init(struct torture *t)
{
	raw_spin_lock_init(&t->oracles.lock);
	ratelimit_state_init(&t->oracles.ratelimit, 5 * HZ, 10);
	ratelimit_set_flags(&t->oracles.ratelimit, RATELIMIT_MSG_ON_RELEASE);
}

static void record(struct torture *t, const struct violation_record *what)
{
	struct oracles *oracles = &t->oracles;
	unsigned long flags;

	raw_spin_lock_irqsave(&oracles->lock, flags);
	if (atomic64_inc_return(&oracles->count[what->violation.oracle]) == 1)
		oracles->first[what->violation.oracle] = *what;
	if (oracles->records < ORACLE_RECORDS)
		oracles->record[oracles->records++] = *what;
	raw_spin_unlock_irqrestore(&oracles->lock, flags);
}

static void stamp(const struct torture *t, struct violation *violation)
{
	violation->seen_ns = ktime_get_mono_fast_ns();
	violation->seen_migrations =
		atomic64_read(&t->watch.moved_with_buffers);
}

/**
 * oracle_report() - Count, record, trace and print one violation.
 * @t: The torture.
 * @violation: What was seen.
 *
 * Any context. The first ORACLE_RECORDS are kept in full.
 */
void oracle_report(struct torture *t, const struct violation *violation)
{
	struct violation_record what = {
		.violation = *violation,
		.cpu = raw_smp_processor_id(),
	};

	if (!violation->seen_ns)
		stamp(t, &what.violation);
	what.ms = div_u64(what.violation.seen_ns - t->began_ns, NSEC_PER_MSEC);
	what.migrations = what.violation.seen_migrations;
	if (!violation->dev) {
		what.violation.dev = t->target.bdev->bd_dev;
		what.violation.index = target_index(&t->target,
						    violation->block);
	}
	memcpy(what.thread, current->comm, sizeof(what.thread));
	what.thread[sizeof(what.thread) - 1] = '\0';

	record(t, &what);
	trace_bhtorture_violation(what.violation.dev, violation->oracle,
				  what.violation.index, violation->block,
				  violation->expected, violation->found,
				  violation->offset, violation->age_ms);
	if (__ratelimit(&t->oracles.ratelimit))
		pr_err("violation %s: device %d:%d block %llu (page index %lu, offset %u) expected %llu found %llu, written or vacated %u ms ago, by %s on CPU %d, %llu ms and %llu migrations into the torture\n",
		       oracle_names[violation->oracle],
		       MAJOR(what.violation.dev), MINOR(what.violation.dev),
		       violation->block, what.violation.index,
		       violation->offset, violation->expected,
		       violation->found, violation->age_ms, what.thread,
		       what.cpu, what.ms, what.migrations);
}

static unsigned int block_age_ms(const struct ledger_entry *entry)
{
	return jiffies_to_msecs((u32)jiffies - entry->written_jiffies);
}

/*
 * Look again until the block is right or settle_ms have passed. Other threads
 * of ours keep off, the caller has claimed the block.
 */
static enum stamp_state settle(struct hammer_thread *ht, u64 block, u64 *found)
{
	struct torture *t = ht->torture;
	unsigned long deadline = jiffies +
		msecs_to_jiffies(t->params->settle_ms) + 1;
	enum stamp_state state = STAMP_OTHER;
	struct buffer_head *bh;

	do {
		bh = hammer_lookup(ht, block, LOOKUP_ATOMIC);
		if (!bh)
			bh = hammer_populate(ht, block);
		if (bh) {
			state = target_read(&t->target, READ_ONCE(bh->b_data),
					    block, found);
			brelse(bh);
			if (state == STAMP_RIGHT)
				return state;
		}
		usleep_range(200, 500);
	} while (time_before(jiffies, deadline));
	return state;
}

/**
 * oracle_heal() - Start a block afresh, so that one loss is told once.
 * @ht: The thread that has claimed the block.
 * @block: The block.
 */
void oracle_heal(struct hammer_thread *ht, u64 block)
{
	struct target *target = &ht->torture->target;
	struct buffer_head *bh = hammer_populate(ht, block);

	if (!bh)
		return;
	target_write(target, bh->b_data, block,
		     ++target->ledger[block].generation);
	mark_buffer_dirty(bh);
	clear_bit(LEDGER_REREAD, &target->ledger[block].flags);
	brelse(bh);
}

/**
 * oracle_judge_block() - A generation written and released must be found.
 * @ht: The thread that read the block; it has claimed it.
 * @block: The block.
 * @state: What it read.
 * @found: The generation it read.
 *
 * Wrong now but right within settle_ms: the new page was visible before its
 * copy (stale_read; torn if head and tail disagreed). Wrong for longer: the
 * update is lost; unless the block came from a device that has failed to take
 * writes, which is an I/O error. May sleep.
 */
void oracle_judge_block(struct hammer_thread *ht, u64 block,
			enum stamp_state state, u64 found)
{
	const struct ledger_entry *entry = &ht->torture->target.ledger[block];
	struct violation violation = {
		.block = block,
		.expected = entry->generation,
		.found = found,
		.age_ms = block_age_ms(entry),
	};

	if (likely(state == STAMP_RIGHT))
		return;
	stamp(ht->torture, &violation);
	violation.oracle = state == STAMP_TORN ? ORACLE_TORN
					       : ORACLE_STALE_READ;
	if (settle(ht, block, &found) != STAMP_RIGHT) {
		violation.oracle = ORACLE_LOST_UPDATE;
		violation.found = found;
		if (test_bit(LEDGER_REREAD, &entry->flags) &&
		    target_write_failed(&ht->torture->target)) {
			ht->counters.io_errors++;
			oracle_heal(ht, block);
			return;
		}
		oracle_heal(ht, block);
	}
	oracle_report(ht->torture, &violation);
}

/**
 * oracle_judge_reference() - A referenced buffer must not move.
 * @ht: The thread that holds the reference.
 * @bh: The buffer.
 * @block: Its block.
 * @folio: b_folio (b_page) when the reference was taken.
 * @data: b_data when the reference was taken.
 *
 * Norefs migration moves buffers only while b_count is 0.
 */
void oracle_judge_reference(struct hammer_thread *ht, struct buffer_head *bh,
			    u64 block, struct folio *folio, char *data)
{
	struct folio *folio_now = compat_buffer_folio(bh);
	struct violation violation = {
		.oracle = ORACLE_REF_MOVED,
		.block = block,
	};

	if (likely(folio_now == folio && READ_ONCE(bh->b_data) == data) &&
	    !oracle_injects(ht, ORACLE_REF_MOVED))
		return;
	violation.expected = folio_pfn(folio);
	violation.found = folio_pfn(folio_now);
	violation.age_ms = block_age_ms(&ht->torture->target.ledger[block]);
	oracle_report(ht->torture, &violation);
}

/**
 * oracle_judge_probe() - The same for the prober, on anybody's device.
 * @ht: The prober.
 * @bh: The buffer it holds a reference on.
 * @block: Its block.
 * @folio: b_folio (b_page) when the reference was taken.
 * @data: b_data when the reference was taken.
 * @dev: The device.
 * @index: The page's index.
 */
void oracle_judge_probe(struct hammer_thread *ht, struct buffer_head *bh,
			u64 block, struct folio *folio, char *data, dev_t dev,
			unsigned long index)
{
	struct folio *folio_now = compat_buffer_folio(bh);
	struct violation violation = {
		.oracle = ORACLE_REF_MOVED,
		.dev = dev,
		.index = index,
		.block = block,
		.expected = folio_pfn(folio),
		.found = folio_pfn(folio_now),
	};

	ht->counters.checks++;
	if (folio_now != folio || READ_ONCE(bh->b_data) != data ||
	    oracle_injects(ht, ORACLE_REF_MOVED))
		oracle_report(ht->torture, &violation);
}

/**
 * oracle_judge_null() - A lookup must find a cached block.
 * @ht: The thread that got NULL; it has claimed the block.
 * @block: The block.
 * @drops: watch_drops() of its page after the lookup.
 * @oracle: ORACLE_NULL_ATOMIC or ORACLE_NULL_SLEEPING.
 * @quiet: Nothing migrated from before the lookup until after it.
 *
 * Cached for sure: it was found before, and no buffer near it can have been
 * dropped since. Kernels with BH_Migrate may answer an atomic lookup with NULL
 * during a migration (counted as tolerated); others never, and a sleeping lookup
 * waits for the migration on every kernel.
 */
void oracle_judge_null(struct hammer_thread *ht, u64 block, u32 drops,
		       enum oracle oracle, bool quiet)
{
	const struct ledger_entry *entry = &ht->torture->target.ledger[block];
	struct violation violation = {
		.oracle = oracle,
		.block = block,
		.expected = entry->generation,
	};

	if (drops == DROPS_UNKNOWN || drops != entry->cached_drops)
		return;
	if (COMPAT_HAS_MIGRATE_FLAG && oracle == ORACLE_NULL_ATOMIC && !quiet) {
		ht->counters.null_tolerated++;
		return;
	}
	violation.age_ms = block_age_ms(entry);
	oracle_report(ht->torture, &violation);
}

/**
 * oracle_injects() - Is it time to break something on purpose?
 * @ht: The thread.
 * @oracle: The oracle that is to notice.
 *
 * For the debug parameter `inject`: true once in a few hundred calls.
 */
bool oracle_injects(struct hammer_thread *ht, enum oracle oracle)
{
	return unlikely(ht->torture->params->injected == oracle) &&
	       !hammer_random(ht, 256);
}
