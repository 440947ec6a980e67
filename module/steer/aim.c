// SPDX-License-Identifier: GPL-2.0
/*
 * Which block is next: any, or one of a folio that is being moved right now, or is
 * next in order to be moved, at a moment that may matter.
 */
#include "bhtorture.h"

/* Longest wait for a migration, or inside one for the right moment to look up. */
#define AIM_LIMIT_NS	200000

/* Aimed lookups in sixteen that are for the next folio, after a hit and a miss. */
#define AIM_AHEAD_HIT	12
#define AIM_AHEAD_MISS	1

/* Aimed lookups in sixteen that do not wait, and that come at any moment. */
#define AIM_AT_ONCE	1
#define AIM_ANY_MOMENT	4

/* Of those for the next folio: lookups in sixteen that linger until it is moved. */
#define AIM_LINGER	2

/* Whoever finds a migration under way is late for its check: be there before it. */
static struct watch_slot *wait_for_begin(struct hammer_thread *ht)
{
	struct watch *watch = &ht->torture->watch;
	u64 until = ktime_get_mono_fast_ns() + AIM_LIMIT_NS;
	struct watch_slot *slot;
	unsigned long index;

	do {
		slot = watch_newest(watch, &index);
		ht->ahead_hit = slot && index == ht->aim_index;
		if (ht->ahead_hit)
			return slot;
		cpu_relax();
	} while (ktime_get_mono_fast_ns() < until);
	return NULL;
}

/**
 * aim_wait() - Wait for the moment to look the picked block up.
 * @ht: The thread, which has picked and claimed it. Waits once for each aim.
 *
 * A reference must be taken after the check, which would see it, and before the
 * folio is replaced: who comes later finds the new one, without buffers as yet.
 * Without widening that is over before anybody could tell, so any moment before
 * the move is tried. But also any moment at all, for what nobody has thought of;
 * and, seldom because it makes most checks fail, at once. As seldom, and for the
 * same reason, the lookup goes ahead and lingers inside (linger.c).
 */
void aim_wait(struct hammer_thread *ht)
{
	struct torture *t = ht->torture;
	struct watch_slot *slot = ht->aim_slot;
	u32 chance = hammer_random(ht, 16);
	u32 limit_ns = READ_ONCE(t->watch.typical_ns);
	bool moving = false;
	u64 until;

	ht->linger = ht->aim_ahead && t->params->linger_us &&
		     hammer_random(ht, 16) < AIM_LINGER;
	if (ht->aim_ahead && !ht->linger)
		slot = wait_for_begin(ht);
	ht->aim_ahead = false;
	ht->aim_slot = NULL;
	if (ht->linger || !slot || chance < AIM_AT_ONCE)
		return;
	until = READ_ONCE(slot->begin_ns);
	if (chance >= AIM_AT_ONCE + AIM_ANY_MOMENT) {
		moving = t->params->widen_us;
		limit_ns = READ_ONCE(t->steering.typical_ns) ?: limit_ns;
	}
	if (moving)
		until += AIM_LIMIT_NS;
	else
		until += hammer_random(ht, min_t(u32, AIM_LIMIT_NS, limit_ns) + 1);
	while (READ_ONCE(slot->index) == ht->aim_index &&
	       !(moving && READ_ONCE(slot->moving)) &&
	       ktime_get_mono_fast_ns() < until)
		cpu_relax();
}

/* Folios of one call move in the order of their pages, more often than not. */
static bool aim_at_folio(struct hammer_thread *ht)
{
	struct watch *watch = &ht->torture->watch;
	u64 begun = atomic64_read(&watch->begun);
	bool active = begun != ht->begun_seen;

	ht->begun_seen = begun;
	ht->aim_slot = watch_newest(watch, &ht->aim_index);
	if (!active && !ht->aim_slot)
		return false;
	if (hammer_random(ht, 100) >= ht->torture->params->aim_percent)
		return false;
	ht->aim_ahead = hammer_random(ht, 16) <
			(ht->ahead_hit ? AIM_AHEAD_HIT : AIM_AHEAD_MISS);
	if (ht->aim_ahead)
		ht->aim_index = READ_ONCE(watch->last_index) +
				READ_ONCE(watch->stride);
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
	const struct target *target = &ht->torture->target;
	unsigned long pages = 1;
	u64 block;

	ht->aim_ahead = false;
	ht->linger = false;
	ht->aimed = aim_at_folio(ht);
	if (ht->aimed) {
		if (ht->aim_slot && !ht->aim_ahead)
			pages = READ_ONCE(ht->aim_slot->pages);
		block = ((u64)ht->aim_index << target->folio_shift) +
			hammer_random(ht, pages << target->folio_shift);
		if (block < target->blocks) {
			ht->counters.aimed++;
			return block;
		}
	}
	ht->aimed = false;
	ht->aim_ahead = false;
	ht->aim_slot = NULL;
	return hammer_random(ht, target->blocks);
}

/**
 * aim_wait_over() - Wait until the migration that was aimed at has ended.
 * @ht: The thread; its last block was aimed.
 *
 * Return: false when it takes longer than AIM_LIMIT_NS.
 */
bool aim_wait_over(struct hammer_thread *ht)
{
	struct watch *watch = &ht->torture->watch;
	u64 until = ktime_get_mono_fast_ns() + AIM_LIMIT_NS;

	while (watch_find(watch, ht->aim_index)) {
		if (ktime_get_mono_fast_ns() > until)
			return false;
		cpu_relax();
	}
	return true;
}
