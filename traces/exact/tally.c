// SPDX-License-Identifier: GPL-2.0
/*
 * How often which value was met. Nothing is rounded. It is written as tracefs prints its
 * histograms, in a fixed order, so that equal runs give equal files.
 */
#include <stdlib.h>
#include <string.h>

#include "exact/tally.h"

#define SLOTS_FIRST	4096	/* a power of two */

struct entry {
	const char *what, *name, *unit;	/* NULL: a free slot */
	uint64_t value, hits;
	unsigned int cpu;
	bool has_outcome;
	int outcome;
};

static struct entry *slots;
static size_t slot_count, used;
static uint64_t total;

static int by_value(const void *a, const void *b)
{
	const struct entry *one = a, *two = b;
	int order;

	if (!one->what || !two->what)
		return !one->what - !two->what;
	order = strcmp(one->what, two->what);
	if (!order)
		order = strcmp(one->name, two->name);
	if (!order)
		order = strcmp(one->unit, two->unit);
	if (order)
		return order;
	if (one->value != two->value)
		return one->value < two->value ? -1 : 1;
	if (one->has_outcome != two->has_outcome)
		return one->has_outcome - two->has_outcome;
	if (one->outcome != two->outcome)
		return one->outcome < two->outcome ? -1 : 1;
	return one->cpu < two->cpu ? -1 : one->cpu > two->cpu;
}

static uint64_t hash(const struct entry *entry)
{
	uint64_t hash = entry->value * 0x9e3779b97f4a7c15ULL;

	hash ^= (uintptr_t)entry->name * 31 + (uintptr_t)entry->unit * 7 +
		(uintptr_t)entry->what + entry->cpu * 131 + (unsigned int)entry->outcome * 8191;
	return hash ^ hash >> 29;
}

static struct entry *find(const struct entry *key)
{
	size_t i = hash(key) & (slot_count - 1);

	while (slots[i].what && by_value(&slots[i], key))
		i = (i + 1) & (slot_count - 1);
	return &slots[i];
}

static void grow(void)
{
	struct entry *old = slots;
	size_t i, count = slot_count;

	slot_count = count ? 2 * count : SLOTS_FIRST;
	slots = calloc(slot_count, sizeof(*slots));
	for (i = 0; i < count; i++)
		if (old[i].what)
			*find(&old[i]) = old[i];
	free(old);
}

/**
 * tally_clear() - Begin anew.
 */
void tally_clear(void)
{
	free(slots);
	slots = NULL;
	slot_count = 0;
	used = 0;
	total = 0;
}

/**
 * tally_add() - A value was met.
 * @what: Hold, wait or latency. All strings must stay.
 * @name: Of what.
 * @unit: Of the value.
 * @value: The value.
 * @cpu: Where.
 * @has_outcome: It is part of a migration that returned:
 * @outcome: 0 or an error.
 */
void tally_add(const char *what, const char *name, const char *unit, uint64_t value,
	       unsigned int cpu, bool has_outcome, int outcome)
{
	struct entry *entry, key = {
		.what = what, .name = name, .unit = unit, .value = value, .cpu = cpu,
		.has_outcome = has_outcome, .outcome = has_outcome ? outcome : 0,
	};

	if (2 * used >= slot_count)
		grow();
	entry = find(&key);
	used += !entry->what;
	key.hits = entry->hits + 1;
	*entry = key;
	total++;
}

/**
 * tally_total() - How many values were met.
 */
uint64_t tally_total(void)
{
	return total;
}

static bool same_histogram(const struct entry *one, const struct entry *two)
{
	return !strcmp(one->what, two->what) && !strcmp(one->name, two->name) &&
	       !strcmp(one->unit, two->unit);
}

static void write_histogram(FILE *out, const struct entry *entries, size_t count)
{
	uint64_t hits = 0;
	size_t i;

	fprintf(out, "# event: exact/%s_%s\n# event histogram\n#\n", entries->what, entries->name);
	fprintf(out, "# trigger info: hist:keys=%s,ret,cpu:vals=hitcount [exact]\n#\n\n",
		entries->unit);
	for (i = 0; i < count; i++) {
		fprintf(out, "{ %s: %llu", entries[i].unit, (unsigned long long)entries[i].value);
		if (entries[i].has_outcome)
			fprintf(out, ", ret: %d", entries[i].outcome);
		fprintf(out, ", cpu: %u } hitcount: %llu\n", entries[i].cpu,
			(unsigned long long)entries[i].hits);
		hits += entries[i].hits;
	}
	fprintf(out, "\nTotals:\n    Hits: %llu\n    Entries: %zu\n    Dropped: 0\n\n",
		(unsigned long long)hits, count);
}

/**
 * tally_write() - All of it.
 * @out: Where to.
 */
void tally_write(FILE *out)
{
	struct entry *sorted = calloc(slot_count + 1, sizeof(*sorted));
	size_t i, begin = 0;

	memcpy(sorted, slots, slot_count * sizeof(*sorted));
	qsort(sorted, slot_count, sizeof(*sorted), by_value);
	for (i = 1; i <= used; i++) {
		if (i < used && same_histogram(&sorted[begin], &sorted[i]))
			continue;
		write_histogram(out, &sorted[begin], i - begin);
		begin = i;
	}
	free(sorted);
}
