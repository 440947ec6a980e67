// SPDX-License-Identifier: GPL-2.0
/*
 * Each migration, each hold of one and each violation, with its time, for the timeline of
 * the report. Only when it was asked for: a line each, so that nothing has to be kept.
 *
 *   migration BEGIN END CPU THREAD OUTCOME INDEX    of the folio, in its mapping
 *   hold BEGIN END CPU THREAD FUNCTION
 *   violation NOW CPU THREAD
 *
 * Times are the guest's own, in ns. While no CPU has anything to do, its clock jumps, which
 * nobody tells: such times are missing.
 */
#include "exact/clock.h"
#include "exact/events.h"
#include "exact/places.h"
#include "exact/threads.h"

static FILE *out;
static uint64_t began_ns, began_all;

/**
 * events_begin() - A torture begins.
 * @file: Where to; NULL: it was not asked for.
 * @now_ns: The guest's time.
 */
void events_begin(FILE *file, uint64_t now_ns)
{
	out = file;
	began_ns = now_ns;
	began_all = clock_all();
}

/**
 * events_end() - It ends.
 *
 * Return: not 0 when something could not be written.
 */
int events_end(void)
{
	FILE *file = out;

	out = NULL;
	return file ? fclose(file) : 0;
}

static unsigned long long at(uint64_t all)
{
	return began_ns + clock_ns(all - began_all);
}

/**
 * events_migration() - A migration returns.
 * @thread: The thread; it still has all that is known of it.
 * @outcome: 0 or an error.
 */
void events_migration(const struct thread *thread, int outcome)
{
	if (out)
		fprintf(out, "migration %llu %llu %u %u %d %llu\n", at(thread->migration_all),
			at(clock_all()), clock_cpu(), thread->number, outcome,
			(unsigned long long)thread->migration_index);
}

/**
 * events_hold() - A migration is about to drop the lock.
 * @thread: The thread; it still has all that is known of it.
 */
void events_hold(const struct thread *thread)
{
	if (out && thread->hold.holder->migration)
		fprintf(out, "hold %llu %llu %u %u %s\n", at(thread->hold.all), at(clock_all()),
			clock_cpu(), thread->number, thread->hold.holder->name);
}

/**
 * events_violation() - The module reports one.
 * @thread: The thread.
 */
void events_violation(const struct thread *thread)
{
	if (out)
		fprintf(out, "violation %llu %u %u\n", at(clock_all()), clock_cpu(),
			thread->number);
}
