// SPDX-License-Identifier: GPL-2.0
/*
 * What a hammer thread does with a block.
 *
 * Blind writing and pure checking are separate on purpose: a thread that checks
 * first and then writes heals the very loss it looks for.
 */
#include <linux/delay.h>

#include "bhtorture.h"

/* One in this many of the dirtier's writes waits for the device. */
#define DIRTIER_SYNC_EVERY	64

/* One in this many of the reader's rounds goes to the device. */
#define READER_REREAD_EVERY	64

/* One in this many of those empties the bh LRUs of all CPUs. */
#define READER_INVALIDATE_EVERY	16

/* One in this many rounds of those that may not sleep reads ahead, which may. */
#define NOWAIT_AHEAD_EVERY	32

/*
 * For a lookup that may neither sleep nor reclaim, nor touch the reserves that
 * others need to make progress; a failure is an answer, not a warning. The flags
 * agreed on in "Memory allocation on speculative fastpaths" (linux-mm, 2022).
 */
#define GETBLK_NOWAIT	(GFP_NOWAIT | __GFP_MOVABLE | __GFP_NOMEMALLOC | \
			 __GFP_NOWARN)

/*
 * Have the block in memory, up to date. After a failed write the buffer says it
 * is not (end_buffer_async_write()), but what it holds is still the newest.
 */
static struct buffer_head *bring_back(struct hammer_thread *ht, u64 block,
				      struct buffer_head *bh)
{
	if (likely(bh && buffer_uptodate(bh)))
		return bh;
	if (bh && buffer_write_io_error(bh)) {
		ht->counters.io_errors++;
		clear_buffer_write_io_error(bh);
		set_buffer_uptodate(bh);
		mark_buffer_dirty(bh);
		return bh;
	}
	brelse(bh);
	return hammer_populate(ht, block);
}

static struct buffer_head *get_block(struct hammer_thread *ht, u64 block,
				     enum lookup lookup)
{
	return bring_back(ht, block, hammer_lookup(ht, block, lookup));
}

/* Between getting a pointer into the buffer and using it, as filesystems do. */
static void hold_reference(struct hammer_thread *ht)
{
	if (ht->aimed && ht->torture->params->hold_us)
		udelay(hammer_random(ht, ht->torture->params->hold_us + 1));
}

/* Choose a block and claim it; pairs with target_release(). */
static bool pick_and_claim(struct hammer_thread *ht, u64 *block)
{
	*block = aim_pick(ht);
	WRITE_ONCE(ht->block, *block);
	if (target_claim(&ht->torture->target, *block))
		return true;
	ht->counters.claimed_by_other++;
	return false;
}

/* A failed write is an I/O error and not a lost update: write it again. */
static bool sync_block(struct hammer_thread *ht, struct buffer_head *bh)
{
	ht->counters.syncs++;
	if (!sync_dirty_buffer(bh) && buffer_uptodate(bh))
		return true;
	ht->counters.io_errors++;
	clear_buffer_write_io_error(bh);
	set_buffer_uptodate(bh);
	mark_buffer_dirty(bh);
	return false;
}

/* The same as writeback does it, which finds the folio by its dirty tag. */
static bool sync_block_by_folio(struct hammer_thread *ht, u64 block,
				struct buffer_head *bh)
{
	const struct target *target = &ht->torture->target;
	loff_t start = (loff_t)block * target->block_size;

	ht->counters.syncs++;
	if (!filemap_write_and_wait_range(target->mapping, start,
					  start + target->block_size - 1) &&
	    !target_write_failed(target) && !buffer_write_io_error(bh) &&
	    buffer_uptodate(bh))
		return true;
	/* Whose write it was is not known; this block's may be missing. */
	return sync_block(ht, bh);
}

/* Let the next look see an older or a torn block, just once. */
static void inject_wrong_sight(struct hammer_thread *ht, char *data, u64 block,
			       enum stamp_state *state, u64 *found)
{
	const struct target *target = &ht->torture->target;
	u64 generation = target->ledger[block].generation;

	if (*state != STAMP_RIGHT)
		return;
	if (oracle_injects(ht, ORACLE_STALE_READ))
		target_write(target, data, block, generation - 1);
	else if (oracle_injects(ht, ORACLE_TORN))
		((struct block_stamp *)data)->generation = generation - 1;
	else
		return;
	*state = target_read(target, data, block, found);
	target_write(target, data, block, generation);
}

/* Compare, judge, release. The caller has claimed the block. */
static void check_block(struct hammer_thread *ht, u64 block,
			struct buffer_head *bh)
{
	struct target *target = &ht->torture->target;
	struct folio *folio = compat_buffer_folio(bh);
	char *data = READ_ONCE(bh->b_data);
	enum stamp_state state;
	u64 found;

	hold_reference(ht);
	state = target_read(target, data, block, &found);
	if (unlikely(ht->torture->params->injected >= 0))
		inject_wrong_sight(ht, data, block, &state, &found);
	ht->counters.checks++;
	oracle_judge_reference(ht, bh, block, folio, data);
	brelse(bh);
	oracle_judge_block(ht, block, state, found);
}

/*
 * What was written while the folio moved is looked at as soon as it has moved: others
 * would meet the block by chance, many migrations later. The caller has claimed it.
 */
static void look_again(struct hammer_thread *ht, u64 block)
{
	struct buffer_head *bh;

	ht->aimed = false;
	bh = get_block(ht, block, LOOKUP_ATOMIC);
	if (bh)
		check_block(ht, block, bh);
}

static void write_next_generation(struct hammer_thread *ht, bool sync)
{
	struct target *target = &ht->torture->target;
	struct ledger_entry *entry;
	struct buffer_head *bh;
	struct folio *folio;
	char *data;
	u64 block;

	if (!pick_and_claim(ht, &block))
		return;
	entry = &target->ledger[block];
	bh = get_block(ht, block, LOOKUP_ATOMIC);
	if (bh) {
		folio = compat_buffer_folio(bh);
		data = READ_ONCE(bh->b_data);
		hold_reference(ht);
		target_write(target, data, block, ++entry->generation);
		if (oracle_injects(ht, ORACLE_LOST_UPDATE))
			target_write(target, data, block,
				     entry->generation - 1);
		entry->written_jiffies = jiffies;
		mark_buffer_dirty(bh);
		clear_bit(LEDGER_REREAD, &entry->flags);
		ht->counters.writes++;
		if (sync)
			sync_block(ht, bh);
		oracle_judge_reference(ht, bh, block, folio, data);
		brelse(bh);
	}
	/* Whoever only looks after writing heals nothing. */
	if (bh && ht->aimed && aim_wait_over(ht))
		look_again(ht, block);
	target_release(target, block);
}

static void writer_blind_step(struct hammer_thread *ht)
{
	write_next_generation(ht, false);
}

static void dirtier_step(struct hammer_thread *ht)
{
	write_next_generation(ht, !(ht->counters.writes % DIRTIER_SYNC_EVERY));
}

static void look_and_check(struct hammer_thread *ht, enum lookup lookup)
{
	struct buffer_head *bh;
	u64 block;

	if (!pick_and_claim(ht, &block))
		return;
	bh = get_block(ht, block, lookup);
	if (bh)
		check_block(ht, block, bh);
	target_release(&ht->torture->target, block);
}

static void checker_step(struct hammer_thread *ht)
{
	look_and_check(ht, LOOKUP_ATOMIC);
}

static void sleeper_step(struct hammer_thread *ht)
{
	look_and_check(ht, LOOKUP_SLEEPING);
}

/*
 * After the block has been written to the device its buffer is marked as not up
 * to date and released, the bh LRUs give it up now and then, and the block is
 * read anew, maybe ahead: what comes back must be what was synced (media_loss).
 */
static void reread_block(struct hammer_thread *ht, bool ahead)
{
	struct target *target = &ht->torture->target;
	struct violation violation = { .oracle = ORACLE_MEDIA_LOSS };
	struct buffer_head *bh;
	u64 block;

	if (!pick_and_claim(ht, &block))
		return;
	bh = get_block(ht, block, LOOKUP_ATOMIC);
	if (!bh)
		goto release;
	if (!(hammer_random(ht, 2) ? sync_block(ht, bh) :
				     sync_block_by_folio(ht, block, bh))) {
		brelse(bh);
		goto release;
	}
	lock_buffer(bh);
	clear_buffer_uptodate(bh);
	unlock_buffer(bh);
	brelse(bh);
	if (!hammer_random(ht, READER_INVALIDATE_EVERY))
		invalidate_bh_lrus();

	if (ahead)
		__breadahead(target->bdev, block, target->block_size);
	bh = __bread(target->bdev, block, target->block_size);
	if (bh) {
		ht->counters.rereads++;
		if (target_read(target, bh->b_data, block,
				&violation.found) != STAMP_RIGHT) {
			violation.block = block;
			violation.expected = target->ledger[block].generation;
			oracle_report(ht->torture, &violation);
			oracle_heal(ht, block);
		}
		brelse(bh);
	} else {
		ht->counters.io_errors++;
	}
release:
	target_release(target, block);
}

static void reader_step(struct hammer_thread *ht)
{
	if (ht->steps % READER_REREAD_EVERY)
		look_and_check(ht, LOOKUP_ATOMIC);
	else
		reread_block(ht, false);
}

/*
 * As those look up who hold a spinlock or are in an RCU read section: whoever
 * sleeps then is told by DEBUG_ATOMIC_SLEEP, and gave the CPU away of its own will.
 */
static void nowait_step(struct hammer_thread *ht)
{
	struct buffer_head *bh;
	unsigned long switches;
	u64 block;

	if (!(ht->steps % NOWAIT_AHEAD_EVERY)) {
		reread_block(ht, true);
		return;
	}
	if (!pick_and_claim(ht, &block))
		return;
	rcu_read_lock();
	switches = current->nvcsw;
	bh = hammer_lookup(ht, block, LOOKUP_ATOMIC);
	/* Real-time kernels' spinlocks sleep. */
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		ht->counters.nowait_slept += current->nvcsw - switches;
	rcu_read_unlock();
	bh = bring_back(ht, block, bh);
	if (bh)
		check_block(ht, block, bh);
	target_release(&ht->torture->target, block);
}

/* Alternately as most callers do and as those do that must not sleep. */
static void getblk_step(struct hammer_thread *ht)
{
	struct target *target = &ht->torture->target;
	bool may_sleep = !COMPAT_HAS_NOWAIT_GETBLK || ht->counters.checks & 1;
	unsigned long switches;
	struct buffer_head *bh;
	u64 block;

	if (!pick_and_claim(ht, &block))
		return;
	aim_wait(ht);
	switches = current->nvcsw;
	bh = compat_getblk(target->bdev, block, target->block_size,
			   may_sleep ? GFP_KERNEL | __GFP_MOVABLE :
				       GETBLK_NOWAIT);
	if (!may_sleep)
		ht->counters.getblk_slept += current->nvcsw - switches;
	ht->counters.lookups++;
	if (!bh) {
		ht->counters.getblk_failed++;
		ht->counters.checks++;	/* it is the other kind's turn */
	}
	bh = bring_back(ht, block, bh);
	if (bh)
		check_block(ht, block, bh);
	target_release(target, block);
}

/* The yardstick of `make bench`: a lookup and nothing else. */
static void bare_step(struct hammer_thread *ht)
{
	const struct target *target = &ht->torture->target;
	u64 block = hammer_random(ht, target->blocks);

	brelse(__find_get_block(target->bdev, block, target->block_size));
	ht->counters.lookups++;
}

const struct personality_ops personalities[PERSONALITY_COUNT] = {
	[PERSONALITY_WRITER_BLIND] = { "writer_blind", writer_blind_step },
	[PERSONALITY_CHECKER] = { "checker", checker_step },
	[PERSONALITY_READER] = { "reader", reader_step },
	[PERSONALITY_GETBLK] = { "getblk", getblk_step },
	[PERSONALITY_SLEEPER] = { "sleeper", sleeper_step },
	[PERSONALITY_DIRTIER] = { "dirtier", dirtier_step },
	[PERSONALITY_NOWAIT] = { "nowait", nowait_step },
	[PERSONALITY_PROBER] = { "prober", prober_step },
	[PERSONALITY_BARE] = { "bare", bare_step },
};
