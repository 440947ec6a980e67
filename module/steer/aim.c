// SPDX-License-Identifier: GPL-2.0
/*
 * Chooses which block a thread looks up next, and when.
 *
 * The block is any, or one of a folio that is being moved right now or is likely to
 * be moved next. Then the lookup waits for a moment that may matter. Nothing else is
 * steered here: a sound kernel answers right whatever is asked, and whenever.
 */
#include <linux/delay.h>

#include "bhtorture.h"
#include "compat.h"
#include "observe/slots.h"
#include "steer/aim.h"
#include "steer/gap.h"
#include "steer/widen.h"
#include "target/target.h"
#include "thread.h"

/* Longest wait for a migration, or inside one for the right moment to look up. */
#define AIM_LIMIT_NS	200000

/* Longest wait for the end of a migration, its delays included. */
#define AIM_OVER_NS	1000000

/* Aimed lookups in sixteen that are for the next folio, after a hit and a miss. */
#define AIM_AHEAD_HIT	12
#define AIM_AHEAD_MISS	1

/* The moments of aim_wait(), in sixteenths. */
#define AIM_AT_ONCE	1
#define AIM_ANY_MOMENT	4
#define AIM_GAP		3

/* Of those for the next folio: lookups in sixteen that linger until it is moved. */
#define AIM_LINGER	8

/* A lookup aimed at a migration in progress may be late. So wait for one to begin. */
static struct slot *aim_wait_for_begin(struct hammer_thread *ht)
{
	struct slots *slots = ht->torture->slots;
	u64 until = ktime_get_mono_fast_ns() + AIM_LIMIT_NS;
	struct slot *slot;
	unsigned long index;

	do {
		slot = slots_newest(slots, &index);
		ht->ahead_hit = slot && index == ht->aim_index;
		if (ht->ahead_hit)
			return slot;
		cpu_relax();
	} while (ktime_get_mono_fast_ns() < until);
	return NULL;
}

/* Something that a probe sees happen to a migration, and then delays it. */
struct aim_event {
	const bool *happened;		/* in its slot; NULL: there is no such probe */
	u32 delay_us;
};

static struct aim_event aim_event(struct torture *t, struct slot *slot, u32 chance)
{
	struct aim_event event = {};

	if (chance < AIM_AT_ONCE + AIM_ANY_MOMENT)
		return event;
	if (chance < AIM_AT_ONCE + AIM_ANY_MOMENT + AIM_GAP && gap_meets(t->gap)) {
		event.happened = &slot->released;
		event.delay_us = t->params->gap_us;
	} else if (t->params->widen_us && widen_meets(t->widen)) {
		event.happened = &slot->moving;
		event.delay_us = t->params->widen_us;
	}
	return event;
}

/* Any moment of a delay: a reference must last until the delay is over to matter. */
static void aim_wait_in_delay(struct hammer_thread *ht, struct slot *slot,
			      u32 delay_us)
{
	u64 until = ktime_get_mono_fast_ns() +
		    thread_random(ht, delay_us * NSEC_PER_USEC + 1);

	while (READ_ONCE(slot->index) == ht->aim_index &&
	       ktime_get_mono_fast_ns() < until)
		cpu_relax();
}

/* See aim_wait(). */
static void aim_wait_for_moment(struct hammer_thread *ht, struct slot *slot,
				u32 chance)
{
	struct torture *t = ht->torture;
	struct aim_event event = aim_event(t, slot, chance);
	u32 limit_ns = READ_ONCE(t->slots->typical_ns);
	u64 until;

	if (chance >= AIM_AT_ONCE + AIM_ANY_MOMENT)
		limit_ns = READ_ONCE(t->widen->typical_ns) ?: limit_ns;
	until = READ_ONCE(slot->begin_ns) + (event.happened ? AIM_LIMIT_NS :
		thread_random(ht, min_t(u32, AIM_LIMIT_NS, limit_ns) + 1));
	while (READ_ONCE(slot->index) == ht->aim_index &&
	       !(event.happened && READ_ONCE(*event.happened)) &&
	       ktime_get_mono_fast_ns() < until)
		cpu_relax();
	if (event.happened && READ_ONCE(*event.happened))
		aim_wait_in_delay(ht, slot, event.delay_us);
}

/**
 * aim_wait() - Wait for the moment to look the picked block up.
 * @ht: The thread, which has picked and claimed it. Waits once for each aim, and not
 * at all when the block was not aimed.
 *
 * To be called right before the lookup, because the moment is short. A reference must
 * be taken after the check, which would see it, and before the folio is replaced.
 * Later lookups find the new folio, which has no buffers yet. The moments, of sixteen:
 *
 *  ====  ========================================  ================================
 *    8   in the delay of widen_us; else any        the window between check and move
 *        moment until the move
 *    3   in a delay of gap_us; else as above       gaps in the locking after the check
 *    4   any moment of the callback                what nobody has thought of
 *    1   at once                                   seldom: most checks fail then
 *  ====  ========================================  ================================
 *
 * Half of the lookups for the next folio do not wait, while another folio migrates, and
 * linger inside (linger.c).
 * Nobody waits for a probe that has met nothing yet.
 *
 * Context: task, may spin for thrice AIM_LIMIT_NS and a delay. Takes no lock.
 */
void aim_wait(struct hammer_thread *ht)
{
	struct torture *t = ht->torture;
	struct slot *slot = ht->aim_slot;
	u32 chance;

	if (!slot && !ht->aim_ahead)
		return;
	chance = thread_random(ht, 16);
	ht->lingers = ht->aim_ahead && slot && t->params->linger_us &&
		      thread_random(ht, 16) < AIM_LINGER;
	if (ht->aim_ahead && !ht->lingers)
		slot = aim_wait_for_begin(ht);
	ht->aim_ahead = false;
	ht->aim_slot = NULL;
	if (ht->lingers || !slot)
		return;
	if (chance >= AIM_AT_ONCE)
		aim_wait_for_moment(ht, slot, chance);
	ht->counters.aims_met += READ_ONCE(slot->index) == ht->aim_index;
}

/* Folios of one call move in the order of their pages, more often than not. */
static bool aim_at_folio(struct hammer_thread *ht)
{
	struct slots *slots = ht->torture->slots;
	u64 begun = atomic64_read(&slots->begun);
	bool active = begun != ht->begun_seen;

	ht->begun_seen = begun;
	ht->aim_slot = slots_newest(slots, &ht->aim_index);
	if (!active && !ht->aim_slot)
		return false;
	if (thread_random(ht, 100) >= ht->torture->params->aim_percent)
		return false;
	ht->aim_ahead = thread_random(ht, 16) <
			(ht->ahead_hit ? AIM_AHEAD_HIT : AIM_AHEAD_MISS);
	if (ht->aim_ahead)
		ht->aim_index = READ_ONCE(slots->next_index);
	return ht->aim_ahead || ht->aim_slot;
}

/**
 * aim_pick() - Choose the next block.
 * @ht: The thread.
 *
 * While folios migrate, with aim_percent probability a block of one that does, or
 * is likely to be the next: aim_wait() before it is looked up. Else any block.
 */
u64 aim_pick(struct hammer_thread *ht)
{
	const struct target *target = ht->torture->target;
	unsigned long pages = 1;
	u64 block;

	ht->aim_ahead = false;
	ht->lingers = false;
	ht->lingered = false;
	ht->aimed = aim_at_folio(ht);
	if (ht->aimed) {
		if (ht->aim_slot && !ht->aim_ahead)
			pages = READ_ONCE(ht->aim_slot->pages);
		block = target_block(target, ht->aim_index) +
			thread_random(ht, max_t(u32, target_block(target, pages), 1));
		if (block < target->blocks)
			return block;
	}
	ht->aimed = false;
	ht->aim_ahead = false;
	ht->aim_slot = NULL;
	return thread_random(ht, target->blocks);
}

/**
 * aim_hold() - Hold the reference on an aimed block for a while.
 * @ht: The thread; it has the reference.
 *
 * Those that lingered, and half of the others whose folio migrates meanwhile, hold it
 * until that is over: only then does it matter how early they came. The rest, at most
 * for hold_us.
 */
void aim_hold(struct hammer_thread *ht)
{
	u32 hold_us = ht->torture->params->hold_us;

	if (!hold_us)
		return;
	ht->counters.holds++;
	if ((ht->lingered || thread_random(ht, 2)) && slots_find(ht->torture->slots, ht->aim_index))
		aim_wait_over(ht);
	else
		udelay(thread_random(ht, hold_us + 1));
}

/**
 * aim_wait_over() - Wait until the migration that was aimed at has ended.
 * @ht: The thread; its last block was aimed.
 *
 * Return: false when it takes longer than AIM_OVER_NS.
 */
bool aim_wait_over(struct hammer_thread *ht)
{
	struct slots *slots = ht->torture->slots;
	u64 until = ktime_get_mono_fast_ns() + AIM_OVER_NS;

	while (slots_find(slots, ht->aim_index)) {
		if (ktime_get_mono_fast_ns() > until)
			return false;
		cpu_relax();
	}
	return true;
}
