// SPDX-License-Identifier: GPL-2.0
/*
 * Which step of a migration has met which step of a lookup of the same folio. A step begins
 * when its place is reached and lasts until the thread's next one. A place is within what
 * it tells: the lock is still held where it is about to be dropped, a reference still there
 * where it is about to be given up. So steps that exclude each other do not seem to meet.
 *
 * What a pair means is for bht-report to say: see report/protocol.c.
 */
#include <string.h>

#include "exact/machine.h"
#include "exact/pairs.h"
#include "exact/places.h"
#include "exact/threads.h"

#define BH_FOLIO	16	/* b_page or b_folio in struct buffer_head, always */

static const char *const migration_names[MIGRATION_STEPS] = {
	[MIGRATION_ENTERED] = "entered",
	[MIGRATION_BUFFERS_LOCKED] = "buffers_locked",
	[MIGRATION_LOCK_TAKEN] = "lock_taken",
	[MIGRATION_CHECKED] = "checked",
	[MIGRATION_MAPPING_MOVED] = "mapping_moved",
	[MIGRATION_BUFFERS_MOVED] = "buffers_moved",
	[MIGRATION_COPIED] = "copied",
	[MIGRATION_FLAGS] = "flags",
	[MIGRATION_LOCK_RELEASED] = "lock_released",
	[MIGRATION_FLAG_CLEARED] = "flag_cleared",
};

static const char *const lookup_names[LOOKUP_STEPS] = {
	[LOOKUP_FOLIO_FOUND] = "folio_found",
	[LOOKUP_LOCK_TAKEN] = "lock_taken",
	[LOOKUP_REF_TAKEN] = "ref_taken",
	[LOOKUP_LOCK_RELEASED] = "lock_released",
	[LOOKUP_RETURNED] = "returned",
};

static uint64_t met[MIGRATION_STEPS][LOOKUP_STEPS];
static uint64_t first[MIGRATION_STEPS][LOOKUP_STEPS];	/* after so many migrations */
static uint64_t visits[MIGRATION_STEPS], lookup_visits[LOOKUP_STEPS];

/**
 * pairs_clear() - Begin anew.
 */
void pairs_clear(void)
{
	memset(met, 0, sizeof(met));
	memset(first, 0, sizeof(first));
	memset(visits, 0, sizeof(visits));
	memset(lookup_visits, 0, sizeof(lookup_visits));
}

/*
 * What has returned may have been given up where nobody looked, and its folio be another one
 * by now. Only a reference that is there, on a buffer of this folio, counts.
 */
static bool has_reference(const struct thread *migration, const struct thread *lookup)
{
	uint64_t folio = machine_word(lookup->lookup_bh + BH_FOLIO);
	int32_t count = 0;

	return place_facts.bh_count && lookup->lookup_folio == migration->migration_folio &&
	       (folio == migration->migration_folio || folio == migration->migration_new) &&
	       machine_memory(lookup->lookup_bh + place_facts.bh_count, &count, sizeof(count)) &&
	       count > 0;
}

static void meet(const struct thread *migration, const struct thread *lookup)
{
	int m = migration->migration_step, l = lookup->lookup_step;

	if (!m || !l || !lookup->lookup_folio ||
	    (lookup->lookup_folio != migration->migration_folio &&
	     lookup->lookup_folio != migration->migration_new))
		return;
	if (l == LOOKUP_RETURNED && !has_reference(migration, lookup))
		return;
	if (!met[m][l]++)
		first[m][l] = visits[MIGRATION_ENTERED];
}

/**
 * pairs_migration() - A migration is at its next step.
 * @thread: The thread.
 * @step: The step; none: it is over.
 */
void pairs_migration(struct thread *thread, enum migration_step step)
{
	struct thread *other;
	unsigned int i;

	thread->migration_step = step;
	visits[step]++;
	for (i = 0; step && (other = threads_each(i)); i++)
		if (other != thread && other->lookup_step)
			meet(thread, other);
}

/**
 * pairs_lookup() - A lookup is at its next step; its folio is known.
 * @thread: The thread.
 * @step: The step; none: it is over.
 */
void pairs_lookup(struct thread *thread, enum lookup_step step)
{
	struct thread *other;
	unsigned int i;

	thread->lookup_step = step;
	lookup_visits[step]++;
	for (i = 0; step && (other = threads_each(i)); i++)
		if (other != thread && other->migration_step)
			meet(other, thread);
}

/**
 * pairs_write() - All of it, as a JSON object.
 * @out: Where to.
 */
void pairs_write(FILE *out)
{
	const char *separator = "";
	int m, l;

	fprintf(out, "{\"migration_steps\": {");
	for (m = 1; m < MIGRATION_STEPS; m++)
		fprintf(out, "%s\"%s\": %llu", m > 1 ? ", " : "", migration_names[m],
			(unsigned long long)visits[m]);
	fprintf(out, "},\n \"lookup_steps\": {");
	for (l = 1; l < LOOKUP_STEPS; l++)
		fprintf(out, "%s\"%s\": %llu", l > 1 ? ", " : "", lookup_names[l],
			(unsigned long long)lookup_visits[l]);
	fprintf(out, "},\n \"met\": [");
	for (m = 1; m < MIGRATION_STEPS; m++) {
		for (l = 1; l < LOOKUP_STEPS; l++) {
			if (!met[m][l])
				continue;
			fprintf(out, "%s\n  {\"migration\": \"%s\", \"lookup\": \"%s\", \"count\": %llu, \"first_migrations\": %llu}",
				separator, migration_names[m], lookup_names[l],
				(unsigned long long)met[m][l], (unsigned long long)first[m][l]);
			separator = ",";
		}
	}
	fprintf(out, "]}");
}
