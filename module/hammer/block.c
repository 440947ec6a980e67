// SPDX-License-Identifier: GPL-2.0
/*
 * Gets a block, compares it with the ledger, and judges it.
 *
 * Each judgement states what a sound kernel guarantees: a cached block is found, and
 * what was written and released last is what a later lookup reads.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>

#include "bhtorture.h"
#include "compat.h"
#include "hammer/block.h"
#include "judge/inject.h"
#include "judge/reference.h"
#include "judge/violation.h"
#include "steer/aim.h"
#include "target/target.h"

/*
 * A lookup must find a cached block. It is cached for sure when it was found before
 * and no buffer near it can have been dropped since. Kernels with BH_Migrate may
 * answer an atomic lookup with NULL during a migration (counted as tolerated). Others
 * never do. A sleeping lookup waits for the migration on every kernel.
 */
static void block_judge_null(struct hammer_thread *ht, u64 block,
			     enum lookup lookup,
			     const struct lookup_result *result)
{
	const struct ledger_entry *entry = &ht->torture->target->ledger[block];
	struct violation violation = {
		.oracle = lookup == LOOKUP_SLEEPING ? ORACLE_NULL_SLEEPING :
						      ORACLE_NULL_ATOMIC,
		.block = block,
		.expected = entry->generation,
	};

	if (result->drops == DROPS_UNKNOWN ||
	    result->drops != entry->cached_drops)
		return;
	if (COMPAT_HAS_MIGRATE_FLAG && lookup == LOOKUP_ATOMIC &&
	    !result->quiet) {
		ht->counters.null_tolerated++;
		return;
	}
	violation.age_ms = target_age_ms(entry);
	violation_report(ht->torture, &violation);
}

/**
 * block_write_again() - A write has failed: an I/O error, and not a lost update.
 * @ht: The thread that has claimed the block.
 * @bh: Its buffer with a reference.
 *
 * The buffer says that it is not up to date (end_buffer_async_write()), but it still
 * holds the newest contents.
 */
void block_write_again(struct hammer_thread *ht, struct buffer_head *bh)
{
	ht->counters.io_errors++;
	clear_buffer_write_io_error(bh);
	set_buffer_uptodate(bh);
	mark_buffer_dirty(bh);
}

/**
 * block_bring_back() - Have a block in memory, up to date.
 * @ht: The thread that has claimed the block.
 * @block: The block.
 * @bh: Its buffer with a reference, or NULL.
 *
 * Context: task, may sleep.
 *
 * Return: the up-to-date buffer with a reference, or NULL when it cannot be read.
 */
struct buffer_head *block_bring_back(struct hammer_thread *ht, u64 block,
				     struct buffer_head *bh)
{
	if (likely(bh && buffer_uptodate(bh)))
		return bh;
	if (bh && buffer_write_io_error(bh)) {
		block_write_again(ht, bh);
		return bh;
	}
	brelse(bh);
	return lookup_populate(ht, block);
}

/**
 * block_complete() - Judge a lookup, and bring back what it has not found.
 * @ht: The thread that has claimed the block.
 * @block: The block.
 * @lookup: By which of the kernel's functions it was looked up.
 * @result: What lookup_block() gave.
 *
 * Context: task, may sleep.
 *
 * Return: as block_bring_back().
 */
struct buffer_head *block_complete(struct hammer_thread *ht, u64 block,
				   enum lookup lookup,
				   const struct lookup_result *result)
{
	if (!result->bh)
		block_judge_null(ht, block, lookup, result);
	return block_bring_back(ht, block, result->bh);
}

/**
 * block_get() - Get a block at the moment that it was picked for.
 * @ht: The thread that has claimed the block.
 * @block: The block.
 * @lookup: By which of the kernel's functions.
 *
 * Context: task, may sleep.
 *
 * Return: as block_bring_back().
 */
struct buffer_head *block_get(struct hammer_thread *ht, u64 block,
			      enum lookup lookup)
{
	struct lookup_result result;

	aim_wait(ht);
	result = lookup_block(ht, block, lookup);
	return block_complete(ht, block, lookup, &result);
}

/*
 * Look again until the block is right or settle_ms have passed, and the last time after
 * that: a sleep may last longer than all of settle_ms. The caller has claimed the
 * block, so no other thread of ours writes it meanwhile.
 */
static enum stamp_state block_settle(struct hammer_thread *ht, u64 block,
				     u64 *found)
{
	struct torture *t = ht->torture;
	unsigned long deadline = jiffies +
		msecs_to_jiffies(t->params->settle_ms) + 1;
	enum stamp_state state = STAMP_OTHER;
	struct lookup_result result;
	struct buffer_head *bh;
	bool last;

	do {
		last = time_after_eq(jiffies, deadline);
		result = lookup_block(ht, block, LOOKUP_ATOMIC);
		bh = result.bh ?: block_complete(ht, block, LOOKUP_ATOMIC,
						 &result);
		if (bh) {
			state = target_read(t->target, READ_ONCE(bh->b_data),
					    block, found);
			brelse(bh);
			if (state == STAMP_RIGHT)
				return state;
		}
		if (!last)
			usleep_range(200, 500);
	} while (!last);
	return state;
}

/**
 * block_heal() - Start a block afresh, so that one loss is reported once.
 * @ht: The thread that has claimed the block.
 * @block: The block.
 *
 * Context: task, may sleep.
 */
void block_heal(struct hammer_thread *ht, u64 block)
{
	struct target *target = ht->torture->target;
	struct buffer_head *bh = lookup_populate(ht, block);

	if (!bh)
		return;
	target_write(target, bh->b_data, block,
		     ++target->ledger[block].generation);
	target->ledger[block].written_jiffies = jiffies;
	mark_buffer_dirty(bh);
	clear_bit(LEDGER_REREAD, &target->ledger[block].flags);
	brelse(bh);
}

/*
 * A generation written and released must be found. Wrong now but right within
 * settle_ms: the new page was visible before its copy (stale_read; torn if head and
 * tail disagreed). Wrong for longer: the update is lost. Except when the block came
 * from a device that has failed to take writes since: that is an I/O error.
 */
static void block_judge(struct hammer_thread *ht, u64 block,
			enum stamp_state state, u64 found)
{
	const struct ledger_entry *entry = &ht->torture->target->ledger[block];
	struct violation violation = {
		.block = block,
		.expected = entry->generation,
		.found = found,
		.age_ms = target_age_ms(entry),
	};

	if (likely(state == STAMP_RIGHT))
		return;
	violation_stamp(ht->torture, &violation);
	violation.oracle = state == STAMP_TORN ? ORACLE_TORN
					       : ORACLE_STALE_READ;
	if (block_settle(ht, block, &found) != STAMP_RIGHT) {
		violation.oracle = ORACLE_LOST_UPDATE;
		violation.found = found;
		if (test_bit(LEDGER_REREAD, &entry->flags) &&
		    target_write_failed(ht->torture->target, entry)) {
			ht->counters.io_errors++;
			block_heal(ht, block);
			return;
		}
		block_heal(ht, block);
	}
	violation_report(ht->torture, &violation);
}

/* Let the next look see an older or a torn block, just once. */
static void block_inject(struct hammer_thread *ht, char *data, u64 block,
			 enum stamp_state *state, u64 *found)
{
	const struct target *target = ht->torture->target;
	u64 generation = target->ledger[block].generation;

	if (*state != STAMP_RIGHT)
		return;
	if (inject_now(ht, ORACLE_STALE_READ))
		target_write(target, data, block, generation - 1);
	else if (inject_now(ht, ORACLE_TORN))
		((struct block_stamp *)data)->generation = generation - 1;
	else
		return;
	*state = target_read(target, data, block, found);
	target_write(target, data, block, generation);
}

/**
 * block_hold() - Hold the reference on an aimed block for a while.
 * @ht: The thread.
 *
 * Filesystems, too, get a pointer into the buffer and use it later.
 */
void block_hold(struct hammer_thread *ht)
{
	if (ht->aimed)
		aim_hold(ht);
}

/**
 * block_check() - Compare a block with the ledger, judge it, release it.
 * @ht: The thread that has claimed the block.
 * @block: The block.
 * @bh: Its buffer with a reference, up to date.
 *
 * Context: task, may sleep.
 */
void block_check(struct hammer_thread *ht, u64 block, struct buffer_head *bh)
{
	struct target *target = ht->torture->target;
	struct folio *folio = compat_buffer_folio(bh);
	char *data = READ_ONCE(bh->b_data);
	enum stamp_state state;
	u64 found;

	block_hold(ht);
	state = target_read(target, data, block, &found);
	if (unlikely(ht->torture->injected >= 0))
		block_inject(ht, data, block, &state, &found);
	ht->counters.checks++;
	reference_judge(ht, bh, block, folio, data);
	brelse(bh);
	block_judge(ht, block, state, found);
}
