// SPDX-License-Identifier: GPL-2.0
/*
 * Lookups of blocks of the wanted device, and migrations of its folios. A function that
 * ends by a jump into another one has the same stack pointer when that returns.
 *
 * A lookup is slow when it asks the page cache, and migrating when the folio that its
 * block is in was inside a migration when it was found, or when the lookup returned.
 */
#include "exact/clock.h"
#include "exact/lookups.h"
#include "exact/machine.h"
#include "exact/tally.h"
#include "exact/threads.h"
#include "exact/wanted.h"

#define ERRORS_FROM	((uint64_t)-4095)
#define BH_FOLIO	16	/* b_page or b_folio in struct buffer_head, always */

/**
 * lookups_migration() - A migration callback is entered: (mapping, dst, src, mode).
 * @thread: The thread.
 */
void lookups_migration(struct thread *thread)
{
	if (thread->migration_sp ||
	    (wanted.mapping && machine_read(MACHINE_DI) != wanted.mapping))
		return;
	thread->migration_sp = machine_read(MACHINE_SP);
	thread->migration_folio = machine_read(MACHINE_DX);
	thread->migration_own = thread_own(thread);
}

/**
 * lookups_migration_over() - Does a return end the migration?
 * @thread: The thread.
 * @outcome: What is returned: 0 or an error.
 */
bool lookups_migration_over(struct thread *thread, int outcome)
{
	if (!thread->migration_sp || thread->migration_sp != machine_read(MACHINE_SP))
		return false;
	thread->migration_sp = 0;
	thread->migration_folio = 0;
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
	uint64_t sp = machine_read(MACHINE_SP);

	if (thread->lookup_sp && thread->lookup_sp >= sp)
		return;		/* part of one */
	if (wanted.bdev && machine_read(MACHINE_DI) != wanted.bdev)
		return;
	thread->lookup_sp = sp;
	thread->lookup_own = thread_own(thread);
	thread->lookup_sleeping = sleeping;
	thread->lookup_slow = false;
	thread->lookup_migrating = false;
	thread->lookup_folio = 0;
	thread->cache_sp = 0;
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
	thread->cache_sp = machine_read(MACHINE_SP);
}

/**
 * lookups_cache_return() - It may have answered.
 * @thread: The thread.
 */
void lookups_cache_return(struct thread *thread)
{
	uint64_t folio;

	if (!thread->cache_sp || thread->cache_sp != machine_read(MACHINE_SP))
		return;
	thread->cache_sp = 0;
	folio = machine_read(MACHINE_AX);
	if (folio >= ERRORS_FROM)
		return;
	thread->lookup_folio = folio;
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

	if (!thread->lookup_sp || thread->lookup_sp != machine_read(MACHINE_SP))
		return;
	thread->lookup_sp = 0;
	bh = machine_read(MACHINE_AX);
	if (bh && !thread->lookup_folio)
		thread->lookup_folio = machine_word(bh + BH_FOLIO);
	thread->lookup_migrating |= migrates(thread->lookup_folio);
	tally_add("latency", kind_of(thread), "insn", thread_own(thread) - thread->lookup_own,
		  clock_cpu(), false, 0);
}
