// SPDX-License-Identifier: GPL-2.0
/*
 * What a hammer thread does with a block.
 *
 * Blind writing and pure checking are separate on purpose. A thread that checks first
 * and then writes repairs the loss it looks for.
 */
#include "bhtorture.h"
#include "compat.h"
#include "hammer/block.h"
#include "hammer/lookup.h"
#include "hammer/personality.h"
#include "hammer/prober.h"
#include "judge/inject.h"
#include "judge/reference.h"
#include "judge/violation.h"
#include "steer/aim.h"
#include "target/target.h"
#include "thread.h"

/* One in this many of the dirtier's writes waits for the device. */
#define DIRTIER_SYNC_EVERY	64

/* One in this many of the reader's rounds goes to the device. */
#define READER_REREAD_EVERY	64

/* One in this many of those empties the bh LRUs of all CPUs. */
#define READER_INVALIDATE_EVERY	16

/* One in this many of the nowait threads' rounds reads ahead, which may sleep. */
#define NOWAIT_AHEAD_EVERY	32

/*
 * For a lookup that may neither sleep nor reclaim, nor touch the reserves that
 * others need to make progress. A failure is an answer and needs no warning. These
 * flags were agreed on in "Memory allocation on speculative fastpaths" (linux-mm, 2022).
 */
#define GETBLK_NOWAIT	(GFP_NOWAIT | __GFP_MOVABLE | __GFP_NOMEMALLOC | \
			 __GFP_NOWARN)

/* Choose a block and claim it; pairs with target_release(). */
static bool personality_pick(struct hammer_thread *ht, u64 *block)
{
	*block = aim_pick(ht);
	WRITE_ONCE(ht->block, *block);
	if (target_claim(ht->torture->target, *block)) {
		ht->counters.aimed += ht->aimed;
		return true;
	}
	ht->counters.claimed_by_other++;
	return false;
}

static bool personality_sync(struct hammer_thread *ht, struct buffer_head *bh)
{
	ht->counters.syncs++;
	if (!sync_dirty_buffer(bh) && buffer_uptodate(bh))
		return true;
	block_write_again(ht, bh);
	return false;
}

/* The same by way of writeback, which finds the folio by its dirty tag. */
static bool personality_sync_folio(struct hammer_thread *ht, u64 block,
				   struct buffer_head *bh)
{
	const struct target *target = ht->torture->target;
	loff_t start = (loff_t)block * target->block_size;
	errseq_t since = errseq_sample(&target->mapping->wb_err);

	ht->counters.syncs++;
	if (!filemap_write_and_wait_range(target->mapping, start,
					  start + target->block_size - 1) &&
	    !errseq_check(&target->mapping->wb_err, since) &&
	    !buffer_write_io_error(bh) && buffer_uptodate(bh))
		return true;
	/* It is not known whose write failed. It may be this block's. */
	return personality_sync(ht, bh);
}

/*
 * A block that was written while its folio moved is looked at as soon as the folio has
 * moved. Otherwise other threads would meet it by chance, many migrations later. The
 * caller has claimed it.
 */
static void personality_look_again(struct hammer_thread *ht, u64 block)
{
	struct buffer_head *bh;

	ht->aimed = false;
	bh = block_get(ht, block, LOOKUP_ATOMIC);
	if (bh)
		block_check(ht, block, bh);
}

static void personality_write(struct hammer_thread *ht, bool sync)
{
	struct target *target = ht->torture->target;
	struct ledger_entry *entry;
	struct buffer_head *bh;
	struct folio *folio;
	char *data;
	u64 block;

	if (!personality_pick(ht, &block))
		return;
	entry = &target->ledger[block];
	bh = block_get(ht, block, LOOKUP_ATOMIC);
	if (bh) {
		folio = compat_buffer_folio(bh);
		data = READ_ONCE(bh->b_data);
		block_hold(ht);
		target_write(target, data, block, ++entry->generation);
		if (inject_now(ht, ORACLE_LOST_UPDATE))
			target_write(target, data, block,
				     entry->generation - 1);
		entry->written_jiffies = jiffies;
		mark_buffer_dirty(bh);
		clear_bit(LEDGER_REREAD, &entry->flags);
		ht->counters.writes++;
		if (sync)
			personality_sync(ht, bh);
		reference_judge(ht, bh, block, folio, data);
		brelse(bh);
	}
	/* Check again after the write. Checking first would repair the loss. */
	if (bh && ht->aimed && aim_wait_over(ht))
		personality_look_again(ht, block);
	target_release(target, block);
}

static void personality_writer_blind(struct hammer_thread *ht)
{
	personality_write(ht, false);
}

static void personality_dirtier(struct hammer_thread *ht)
{
	personality_write(ht, !(ht->counters.writes % DIRTIER_SYNC_EVERY));
}

static void personality_check(struct hammer_thread *ht, enum lookup lookup)
{
	struct buffer_head *bh;
	u64 block;

	if (!personality_pick(ht, &block))
		return;
	bh = block_get(ht, block, lookup);
	if (bh)
		block_check(ht, block, bh);
	target_release(ht->torture->target, block);
}

static void personality_checker(struct hammer_thread *ht)
{
	personality_check(ht, LOOKUP_ATOMIC);
}

static void personality_sleeper(struct hammer_thread *ht)
{
	personality_check(ht, LOOKUP_SLEEPING);
}

/*
 * Write the block to the device, mark its buffer as not up to date, release it, empty
 * the bh LRUs now and then, and read the block anew, maybe ahead. What comes back must
 * be what was synced (media_loss).
 */
static void personality_reread(struct hammer_thread *ht, bool ahead)
{
	struct target *target = ht->torture->target;
	struct violation violation = { .oracle = ORACLE_MEDIA_LOSS };
	struct buffer_head *bh;
	u64 block;

	if (!personality_pick(ht, &block))
		return;
	bh = block_get(ht, block, LOOKUP_ATOMIC);
	if (!bh)
		goto release;
	if (!(thread_random(ht, 2) ? personality_sync(ht, bh) :
				     personality_sync_folio(ht, block, bh))) {
		brelse(bh);
		goto release;
	}
	lock_buffer(bh);
	clear_buffer_uptodate(bh);
	unlock_buffer(bh);
	brelse(bh);
	if (!thread_random(ht, READER_INVALIDATE_EVERY))
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
			violation_report(ht->torture, &violation);
			block_heal(ht, block);
		}
		brelse(bh);
	} else {
		ht->counters.io_errors++;
	}
release:
	target_release(target, block);
}

static void personality_reader(struct hammer_thread *ht)
{
	if (ht->steps % READER_REREAD_EVERY)
		personality_check(ht, LOOKUP_ATOMIC);
	else
		personality_reread(ht, false);
}

/*
 * Look up in an RCU read section, as callers do that must not sleep. A lookup that
 * sleeps all the same is seen by DEBUG_ATOMIC_SLEEP, and on any kernel by the count of
 * voluntary context switches.
 */
static void personality_nowait(struct hammer_thread *ht)
{
	struct lookup_result result;
	struct buffer_head *bh;
	unsigned long switches;
	u64 block;

	if (!(ht->steps % NOWAIT_AHEAD_EVERY)) {
		personality_reread(ht, true);
		return;
	}
	if (!personality_pick(ht, &block))
		return;
	aim_wait(ht);
	rcu_read_lock();
	switches = current->nvcsw;
	result = lookup_block(ht, block, LOOKUP_ATOMIC);
	/* Real-time kernels' spinlocks sleep. */
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		ht->counters.nowait_slept += current->nvcsw - switches;
	rcu_read_unlock();
	bh = block_complete(ht, block, LOOKUP_ATOMIC, &result);
	if (bh)
		block_check(ht, block, bh);
	target_release(ht->torture->target, block);
}

/* In turn as most callers do it, and as callers do that must not sleep. */
static void personality_getblk(struct hammer_thread *ht)
{
	struct target *target = ht->torture->target;
	bool may_sleep = !COMPAT_HAS_NOWAIT_GETBLK || ht->counters.checks & 1;
	unsigned long switches;
	struct buffer_head *bh;
	u64 block;

	if (!personality_pick(ht, &block))
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
		ht->counters.checks++;	/* so that the other kind is next */
	}
	bh = block_bring_back(ht, block, bh);
	if (bh)
		block_check(ht, block, bh);
	target_release(target, block);
}

/* A lookup and nothing else: what `make bench` compares with. */
static void personality_bare(struct hammer_thread *ht)
{
	const struct target *target = ht->torture->target;
	u64 block = thread_random(ht, target->blocks);

	brelse(__find_get_block(target->bdev, block, target->block_size));
	ht->counters.lookups++;
}

const struct personality_ops personalities[PERSONALITY_COUNT] = {
	[PERSONALITY_WRITER_BLIND] = { "writer_blind", personality_writer_blind },
	[PERSONALITY_CHECKER] = { "checker", personality_checker },
	[PERSONALITY_READER] = { "reader", personality_reader },
	[PERSONALITY_GETBLK] = { "getblk", personality_getblk },
	[PERSONALITY_SLEEPER] = { "sleeper", personality_sleeper },
	[PERSONALITY_DIRTIER] = { "dirtier", personality_dirtier },
	[PERSONALITY_NOWAIT] = { "nowait", personality_nowait },
	[PERSONALITY_PROBER] = { "prober", prober_step },
	[PERSONALITY_BARE] = { "bare", personality_bare },
};
