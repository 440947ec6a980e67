// SPDX-License-Identifier: GPL-2.0
/*
 * One lookup, with all accounting. Exposures are counted here.
 *
 * The caller has waited for the moment (aim.c), and judges the result (block.c).
 */
#include "bhtorture.h"
#include "compat.h"
#include "hammer/lookup.h"
#include "judge/inject.h"
#include "observe/drops.h"
#include "observe/exposure.h"
#include "observe/norefs.h"
#include "observe/slots.h"
#include "report/latency.h"
#include "target/target.h"
#include "trace.h"

static struct buffer_head *lookup_find(struct hammer_thread *ht, u64 block,
				       enum lookup lookup)
{
	const struct target *target = ht->torture->target;
	struct buffer_head *bh;

	if (lookup == LOOKUP_SLEEPING)
		bh = compat_find_get_block_sleeping(target->bdev, block,
						    target->block_size);
	else
		bh = __find_get_block(target->bdev, block, target->block_size);

	if (unlikely(inject_now(ht, lookup == LOOKUP_SLEEPING ?
				ORACLE_NULL_SLEEPING : ORACLE_NULL_ATOMIC))) {
		brelse(bh);
		bh = NULL;
	}
	return bh;
}

/*
 * Timed are one lookup in latency_every, and each whose folio is inside the migrate
 * callback when it begins. While the tracepoint is on, all are. The intervals are
 * random, so as not to fall into step with anything.
 */
static bool lookup_is_timed(struct hammer_thread *ht, bool exposed)
{
	struct torture *t = ht->torture;

	if (!t->latency->fast_path)
		return false;
	if (unlikely(exposed || trace_bhtorture_lookup_enabled()))
		return true;
	if (likely(ht->untimed)) {
		ht->untimed--;
		return false;
	}
	ht->untimed = thread_random(ht, 2 * t->params->latency_every - 1);
	return true;
}

/* As slots_quiet(), and sure that no migration went by unseen. */
static u64 lookup_quiet(const struct torture *t)
{
	unsigned long missed = missed_count(&t->norefs->missed);
	u64 quiet = norefs_seen(t->norefs) ? slots_quiet(t->slots) : 0;

	return quiet ? quiet + missed : 0;
}

/*
 * Count the lookups that can be judged if they give NULL, and those that cannot because
 * not all is seen that would excuse it.
 */
static void lookup_count_judged(struct hammer_thread *ht, enum lookup lookup,
				u32 drops, u64 quiet)
{
	struct torture *t = ht->torture;
	struct hammer_counters *counters = &ht->counters;
	bool blind = !drops_seen(t->drops);

	if (lookup == LOOKUP_SLEEPING) {
		counters->sleeps_judged += drops != DROPS_UNKNOWN;
		counters->sleeps_unjudged += blind;
		return;
	}
	if (COMPAT_HAS_MIGRATE_FLAG)
		blind |= !slots_seen(t->slots) || !norefs_seen(t->norefs);
	counters->nulls_judged += drops != DROPS_UNKNOWN &&
				  (quiet || !COMPAT_HAS_MIGRATE_FLAG);
	counters->nulls_unjudged += blind;
}

/**
 * lookup_block() - Look a block up, with all accounting.
 * @ht: The thread; it has claimed @block.
 * @block: The block.
 * @lookup: By which of the kernel's functions.
 *
 * An exposure is a lookup during which the block's folio was, at its begin or
 * its end, inside the migrate callback, see observe/exposure.c.
 *
 * Context: task. May be in an RCU read section if @lookup is LOOKUP_ATOMIC.
 *
 * Return: the buffer with a reference, or NULL with what tells whether that is right.
 */
struct lookup_result lookup_block(struct hammer_thread *ht, u64 block,
				  enum lookup lookup)
{
	struct torture *t = ht->torture;
	pgoff_t index = target_index(t->target, block);
	u32 drops = drops_count(t->drops, index);
	u64 quiet = lookup_quiet(t);
	struct lookup_result result = {};
	struct exposure exposure;
	bool timed, exposed;
	u64 ns = 0;

	exposure_begin(t->slots, index, &exposure);
	timed = lookup_is_timed(ht, exposure.slot);
	if (timed)
		ns = latency_begin(t, block, lookup);
	result.bh = lookup_find(ht, block, lookup);
	if (timed)
		ns = latency_end(lookup, ns);

	ht->counters.lookups++;
	exposed = exposure_end(t->slots, index, &exposure);
	ht->counters.exposures += exposed;
	if (timed)
		latency_lookup(t, block, lookup, ns, exposed, result.bh);
	lookup_count_judged(ht, lookup, drops, quiet);
	if (likely(result.bh)) {
		t->target->ledger[block].cached_drops = drops;
		return result;
	}
	ht->counters.null_lookups++;
	result.drops = drops_count(t->drops, index);
	result.quiet = quiet && quiet == lookup_quiet(t);
	return result;
}

/**
 * lookup_populate() - Bring a block back that is not cached.
 * @ht: The thread; it has claimed @block.
 * @block: The block.
 *
 * Context: task. Reads from the device if need be, may sleep.
 *
 * Return: the up-to-date buffer with a reference, or NULL when it cannot be read.
 */
struct buffer_head *lookup_populate(struct hammer_thread *ht, u64 block)
{
	const struct target *target = ht->torture->target;
	struct buffer_head *bh;

	ht->counters.populated++;
	bh = __bread(target->bdev, block, target->block_size);
	if (bh)
		set_bit(LEDGER_REREAD, &target->ledger[block].flags);
	else
		ht->counters.io_errors++;
	return bh;
}
