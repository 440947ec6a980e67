// SPDX-License-Identifier: GPL-2.0
/*
 * Lookups of blocks of the wanted device, and migrations of its folios. A function that
 * ends by a jump into another one has the same stack pointer when that returns.
 *
 * A lookup is slow when it asks the page cache, and migrating when the folio that its
 * block is in was inside a migration when it was found, or when the lookup returned.
 */
#include "exact/clock.h"
#include "exact/events.h"
#include "exact/lookups.h"
#include "exact/machine.h"
#include "exact/pairs.h"
#include "exact/tally.h"
#include "exact/threads.h"
#include "exact/wanted.h"

#define ERRORS_FROM	((uint64_t)-4095)
#define BH_FOLIO	16	/* b_page or b_folio in struct buffer_head, always */
#define FOLIO_INDEX	32	/* index in struct page and struct folio */

/**
 * lookups_migration() - A migration callback is entered: (mapping, dst, src, mode).
 * @thread: The thread.
 * @callback: Its name.
 */
void lookups_migration(struct thread *thread, const char *callback)
{
	if (thread->migration_sp ||
	    (wanted.mapping && machine_argument(GUEST_FIRST) != wanted.mapping))
		return;
	thread->migration_sp = machine_stack();
	thread->migration_folio = machine_argument(GUEST_THIRD);
	thread->migration_new = machine_argument(GUEST_SECOND);
	thread->migration_own = thread_own(thread);
	thread->migration_all = clock_all();
	thread->migration_index = machine_word(thread->migration_folio + FOLIO_INDEX);
	thread->part_sp = 0;
	pairs_callback(callback);
	pairs_migration(thread, MIGRATION_ENTERED);
}

/**
 * lookups_migration_over() - Does a return end the migration?
 * @thread: The thread.
 * @outcome: What is returned: 0 or an error.
 */
bool lookups_migration_over(struct thread *thread, int outcome)
{
	if (!thread->migration_sp || thread->migration_sp != machine_stack())
		return false;
	events_migration(thread, outcome);
	thread->migration_sp = 0;
	thread->migration_folio = 0;
	thread->migration_new = 0;
	pairs_migration(thread, MIGRATION_NONE);
	if (!outcome)
		pairs_moved();
	tally_add("latency", "migration", "insn", thread_own(thread) - thread->migration_own,
		  clock_cpu(), true, outcome);
	return true;
}

static bool migrates(uint64_t folio)
{
	struct thread *thread;
	unsigned int i;

	for (i = 0; folio && (thread = threads_each(i)); i++)
		if (thread->migration_folio == folio)
			return true;
	return false;
}

/**
 * lookups_enter() - A lookup begins.
 * @thread: The thread.
 * @sleeping: It may wait for the folio lock.
 */
void lookups_enter(struct thread *thread, bool sleeping)
{
	uint64_t sp = machine_stack();

	if (thread->lookup_sp && thread->lookup_sp >= sp)
		return;		/* part of one */
	if (wanted.bdev && machine_argument(GUEST_FIRST) != wanted.bdev)
		return;
	thread->lookup_sp = sp;
	thread->lookup_own = thread_own(thread);
	thread->lookup_sleeping = sleeping;
	thread->lookup_slow = false;
	thread->lookup_migrating = false;
	thread->lookup_folio = 0;
	thread->lookup_bh = 0;
	thread->cache_sp = 0;
	pairs_lookup(thread, LOOKUP_NONE);
}

/**
 * lookups_slow() - It asks the page cache.
 * @thread: The thread.
 */
void lookups_slow(struct thread *thread)
{
	if (thread->lookup_sp)
		thread->lookup_slow = true;
}

/**
 * lookups_cache() - The page cache is asked.
 * @thread: The thread.
 */
void lookups_cache(struct thread *thread)
{
	if (!thread->lookup_sp || thread->cache_sp)
		return;
	thread->lookup_slow = true;
	thread->cache_sp = machine_stack();
}

/**
 * lookups_cache_return() - It may have answered.
 * @thread: The thread.
 */
void lookups_cache_return(struct thread *thread)
{
	uint64_t folio;

	if (!thread->cache_sp || thread->cache_sp != machine_stack())
		return;
	thread->cache_sp = 0;
	folio = machine_result();
	if (!folio || folio >= ERRORS_FROM)
		return;
	thread->lookup_folio = folio;
	pairs_lookup(thread, LOOKUP_FOLIO_FOUND);
	thread->lookup_migrating |= migrates(folio);
}

static const char *kind_of(const struct thread *thread)
{
	static const char *const kinds[2][3] = {
		{ "lookup_fast", "lookup_slow", "lookup_sleeping" },
		{ "lookup_fast_migrating", "lookup_slow_migrating", "lookup_sleeping_migrating" },
	};

	return kinds[thread->lookup_migrating]
		    [!thread->lookup_slow ? 0 : 1 + thread->lookup_sleeping];
}

/**
 * lookups_return() - A lookup, or a part of one, returns.
 * @thread: The thread.
 */
void lookups_return(struct thread *thread)
{
	uint64_t bh;

	if (!thread->lookup_sp || thread->lookup_sp != machine_stack())
		return;
	thread->lookup_sp = 0;
	bh = machine_result();
	thread->lookup_bh = bh;
	if (bh && !thread->lookup_folio)
		thread->lookup_folio = machine_word(bh + BH_FOLIO);
	thread->lookup_migrating |= migrates(thread->lookup_folio);
	pairs_lookup(thread, bh ? LOOKUP_RETURNED : LOOKUP_NONE);
	tally_add("latency", kind_of(thread), "insn", thread_own(thread) - thread->lookup_own,
		  clock_cpu(), false, 0);
}

/**
 * lookups_lock() - A thread is about to take the lock, has it, or is about to drop it.
 * @thread: The thread.
 * @kind: Which of these.
 * @migration: In a migration's function.
 */
void lookups_lock(struct thread *thread, enum place_kind kind, bool migration)
{
	if (migration && thread->migration_sp) {
		pairs_migration(thread, kind == PLACE_WANT ? MIGRATION_BUFFERS_LOCKED :
					kind == PLACE_ACQUIRED ? MIGRATION_LOCK_TAKEN :
					MIGRATION_LOCK_RELEASED);
	} else if (!migration && thread->lookup_sp && thread->lookup_folio) {
		if (kind == PLACE_ACQUIRED)
			pairs_lookup(thread, LOOKUP_LOCK_TAKEN);
		/* Whoever leaves without a reference is of no interest any more. */
		if (kind == PLACE_RELEASED)
			pairs_lookup(thread, thread->lookup_bh ? LOOKUP_LOCK_RELEASED :
								 LOOKUP_NONE);
	}
}

/**
 * lookups_mark() - A lookup has its reference, or a migration is about to clear the flag.
 * @thread: The thread.
 * @migration: The latter.
 * @bh: The lookup's buffer.
 */
void lookups_mark(struct thread *thread, bool migration, uint64_t bh)
{
	if (migration && thread->migration_sp) {
		pairs_migration(thread, MIGRATION_FLAG_CLEARED);
	} else if (!migration && thread->lookup_sp) {
		thread->lookup_bh = bh;
		if (!thread->lookup_folio)
			thread->lookup_folio = machine_word(bh + BH_FOLIO);
		pairs_lookup(thread, LOOKUP_REF_TAKEN);
	}
}

/**
 * lookups_part() - A migration calls what moves a part of the folio.
 * @thread: The thread.
 * @role: Which part.
 */
void lookups_part(struct thread *thread, enum place_role role)
{
	if (!thread->migration_sp || thread->part_sp)
		return;
	thread->part_sp = machine_stack();
	if ((role == ROLE_MOVE || role == ROLE_COPY) &&
	    (thread->migration_step < MIGRATION_CHECKED ||
	     thread->migration_step == MIGRATION_LOCK_RELEASED ||
	     thread->migration_step == MIGRATION_FLAG_CLEARED))
		pairs_migration(thread, MIGRATION_CHECKED);
}

/**
 * lookups_part_return() - It returns.
 * @thread: The thread.
 * @role: Which part.
 */
void lookups_part_return(struct thread *thread, enum place_role role)
{
	if (!thread->part_sp || thread->part_sp != machine_stack())
		return;
	thread->part_sp = 0;
	switch (role) {
	case ROLE_MOVE:
		if (!(int)machine_result())
			pairs_migration(thread, MIGRATION_MAPPING_MOVED);
		break;
	case ROLE_COPY:
		pairs_migration(thread, MIGRATION_COPIED);
		break;
	case ROLE_FLAGS:
		pairs_migration(thread, MIGRATION_FLAGS);
		break;
	default:
		pairs_migration(thread, MIGRATION_BUFFERS_MOVED);
	}
}

/**
 * lookups_put() - A reference to a buffer is given up.
 * @thread: The thread.
 */
void lookups_put(struct thread *thread)
{
	if (thread->lookup_step == LOOKUP_RETURNED &&
	    machine_argument(GUEST_FIRST) == thread->lookup_bh)
		pairs_lookup(thread, LOOKUP_NONE);
}
