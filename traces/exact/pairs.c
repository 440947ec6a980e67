// SPDX-License-Identifier: GPL-2.0
/*
 * Which step of a migration has met which step of a lookup of the same folio. A step begins
 * when its place is reached and lasts until the thread's next one. A place is within what
 * it tells: the lock is still held where it is about to be dropped, a reference still there
 * where it is about to be given up. So steps that exclude each other do not seem to meet.
 *
 * What a pair means is told by eras.c.
 */
#include <string.h>

#include "exact/clock.h"
#include "exact/eras.h"
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

/* A pair: how often it was met, and when first. */
static struct meeting {
	uint64_t count;
	uint64_t ns, moved;		/* since the torture began */
	bool before;			/* the first violation that an oracle has seen */
} met[MIGRATION_STEPS][LOOKUP_STEPS];

static uint64_t visits[MIGRATION_STEPS], lookup_visits[LOOKUP_STEPS];
static uint64_t began, moved, violations;
static const char *strategy, *era;
static bool known;			/* these two */

/**
 * pairs_clear() - Begin anew.
 */
void pairs_clear(void)
{
	memset(met, 0, sizeof(met));
	memset(visits, 0, sizeof(visits));
	memset(lookup_visits, 0, sizeof(lookup_visits));
	began = clock_all();
	moved = 0;
	violations = 0;
	known = false;
}

/**
 * pairs_callback() - A migration begins.
 * @name: The function that does it.
 */
void pairs_callback(const char *name)
{
	if (!known)
		era = era_of(name, place_facts.flagged, &strategy);
	known = true;
}

/**
 * pairs_moved() - A migration has moved its folio.
 */
void pairs_moved(void)
{
	moved++;
}

/**
 * pairs_violation() - The module reports what one of its oracles has seen.
 */
void pairs_violation(void)
{
	violations++;
}

static bool is_of(uint64_t folio, const struct thread *migration)
{
	return folio && (folio == migration->migration_folio ||
			 folio == migration->migration_new);
}

/*
 * What has returned may have been given up where nobody looked, and its folio be another one
 * by now. Only a reference that is there, on a buffer of this folio, counts. Who looked when
 * the mapping had moved has found the new one.
 */
static bool has_reference(const struct thread *migration, const struct thread *lookup)
{
	int32_t count = 0;

	return place_facts.bh_count &&
	       is_of(machine_word(lookup->lookup_bh + BH_FOLIO), migration) &&
	       machine_memory(lookup->lookup_bh + place_facts.bh_count, &count, sizeof(count)) &&
	       count > 0;
}

static void meet(const struct thread *migration, const struct thread *lookup)
{
	int m = migration->migration_step, l = lookup->lookup_step;

	if (!m || !l || !is_of(lookup->lookup_folio, migration))
		return;
	if (l == LOOKUP_RETURNED && !has_reference(migration, lookup))
		return;
	if (!met[m][l].count++) {
		met[m][l].ns = clock_ns(clock_all() - began);
		met[m][l].moved = moved;
		met[m][l].before = !violations;
	}
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

static void write_steps(FILE *out, const char *side, const char *const *names,
			const uint64_t *counts, int steps)
{
	int i;

	fprintf(out, " \"%s\": {", side);
	for (i = 1; i < steps; i++)
		fprintf(out, "%s\"%s\": %llu", i > 1 ? ", " : "", names[i],
			(unsigned long long)counts[i]);
	fprintf(out, "},\n");
}

static void write_pair(FILE *out, int m, int l)
{
	const struct meeting *pair = &met[m][l];
	const char *reason;
	enum pair_kind kind = era_pair(era, migration_names[m], lookup_names[l], &reason);

	fprintf(out, "{\"migration\": \"%s\", \"lookup\": \"%s\", \"kind\": \"%s\", \"reason\": \"%s\", \"count\": %llu",
		migration_names[m], lookup_names[l], pair_kind_names[kind], reason,
		(unsigned long long)pair->count);
	if (pair->count)
		fprintf(out, ", \"first_ms\": %llu, \"first_migrations\": %llu, \"before_violation\": %s",
			(unsigned long long)pair->ns / 1000000, (unsigned long long)pair->moved,
			pair->before ? "true" : "false");
	fprintf(out, "}");
}

static void write_name(FILE *out, const char *key, const char *name)
{
	if (name)
		fprintf(out, " \"%s\": \"%s\",\n", key, name);
	else
		fprintf(out, " \"%s\": null,\n", key);
}

/**
 * pairs_write() - All of it, as a JSON object.
 * @out: Where to.
 */
void pairs_write(FILE *out)
{
	int m, l;

	fprintf(out, "{\n");
	write_name(out, "strategy", known ? strategy : NULL);
	write_name(out, "era", known ? era : NULL);
	write_steps(out, "migration_steps", migration_names, visits, MIGRATION_STEPS);
	write_steps(out, "lookup_steps", lookup_names, lookup_visits, LOOKUP_STEPS);
	fprintf(out, " \"pairs\": [");
	for (m = 1; m < MIGRATION_STEPS; m++)
		for (l = 1; l < LOOKUP_STEPS; l++) {
			fprintf(out, "%s\n  ", m > 1 || l > 1 ? "," : "");
			write_pair(out, m, l);
		}
	fprintf(out, "]}");
}
