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
#define DIRTIER_SYNC_EVERY	16

static struct buffer_head *get_block(struct hammer_thread *ht, u64 block)
{
	struct buffer_head *bh = hammer_lookup(ht, block);

	if (bh && unlikely(!buffer_uptodate(bh))) {
		brelse(bh);
		bh = NULL;
	}
	return bh ?: hammer_populate(ht, block);
}

/* Between getting a pointer into the buffer and using it, as filesystems do. */
static void hold_reference(struct hammer_thread *ht)
{
	if (ht->aimed && ht->torture->params->hold_us)
		udelay(hammer_random(ht, ht->torture->params->hold_us + 1));
}

static void write_next_generation(struct hammer_thread *ht, bool sync)
{
	struct target *target = &ht->torture->target;
	u64 block = hammer_pick(ht);
	struct ledger_entry *entry = &target->ledger[block];
	struct buffer_head *bh;
	struct folio *folio;
	char *data;

	if (!target_claim(target, block)) {
		ht->counters.claimed_by_other++;
		return;
	}
	bh = get_block(ht, block);
	if (bh) {
		folio = compat_buffer_folio(bh);
		data = READ_ONCE(bh->b_data);
		hold_reference(ht);
		target_write(target, data, block, ++entry->generation);
		entry->written_jiffies = jiffies;
		mark_buffer_dirty(bh);
		ht->counters.writes++;
		if (sync) {
			sync_dirty_buffer(bh);
			ht->counters.syncs++;
		}
		oracle_judge_reference(ht, bh, block, folio, data);
		brelse(bh);
	}
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

static void checker_step(struct hammer_thread *ht)
{
	struct target *target = &ht->torture->target;
	u64 block = hammer_pick(ht);
	enum stamp_state state;
	struct buffer_head *bh;
	struct folio *folio;
	char *data;
	u64 found;

	if (!target_claim(target, block)) {
		ht->counters.claimed_by_other++;
		return;
	}
	bh = get_block(ht, block);
	if (bh) {
		folio = compat_buffer_folio(bh);
		data = READ_ONCE(bh->b_data);
		hold_reference(ht);
		state = target_read(target, data, block, &found);
		ht->counters.checks++;
		oracle_judge_reference(ht, bh, block, folio, data);
		brelse(bh);
		oracle_judge_block(ht, block, state, found);
	}
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
	[PERSONALITY_DIRTIER] = { "dirtier", dirtier_step },
	[PERSONALITY_BARE] = { "bare", bare_step },
};
