// SPDX-License-Identifier: GPL-2.0
/*
 * The table for people: who moves folios of which device and why, what refuses, what
 * lookups take meanwhile, and the verdict.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "watch/kernel.h"
#include "watch/probes.h"
#include "watch/symbols.h"
#include "watch/table.h"

#define LINES_MAX	40	/* device and reason */

struct line {
	__u32 device, reason, of_file;
	struct counts counts;
};

static struct line *line_of(struct line *lines, size_t *nr, const struct count_key *key)
{
	size_t i;

	for (i = 0; i < *nr; i++)
		if (lines[i].device == key->device && lines[i].reason == key->reason &&
		    lines[i].of_file == key->of_file)
			return &lines[i];
	if (*nr == LINES_MAX)
		return NULL;
	lines[*nr] = (struct line){ key->device, key->reason, key->of_file, { 0 } };
	return &lines[(*nr)++];
}

static void print_refusals(FILE *out, const struct counts *counts)
{
	const char *separator = "";
	int i;

	for (i = 0; i < REFUSALS; i++) {
		if (!counts->refused[i])
			continue;
		fprintf(out, "%s%s %llu", separator, refusal_names[i],
			(unsigned long long)counts->refused[i]);
		separator = ", ";
	}
	fprintf(out, "%s\n", *separator ? "" : "-");
}

static void print_stacks(FILE *out, const struct options *options, const struct totals *totals,
			 const struct line *line, struct watch_bpf *bpf)
{
	size_t i, shown = 0;

	for (i = 0; i < totals->nr_rows && shown < options->stacks; i++) {
		const struct count_row *row = &totals->rows[i];
		struct stack stack;

		if (row->key.device != line->device || row->key.reason != line->reason ||
		    row->key.of_file != line->of_file || row->key.stack < 0)
			continue;
		stack_read(&stack, bpf, row->key.stack);
		fprintf(out, "    %llu moved, %llu refused by\n",
			(unsigned long long)row->counts.moved,
			(unsigned long long)counts_refused(&row->counts));
		stack_print(out, &stack, "      ");
		stack_free(&stack);
		shown++;
	}
}

static void print_migrations(FILE *out, const struct options *options,
			     const struct totals *totals, const struct found *found,
			     double seconds, bool last)
{
	struct line lines[LINES_MAX];
	size_t i, nr = 0;

	for (i = 0; i < totals->nr_rows; i++) {
		struct line *line = line_of(lines, &nr, &totals->rows[i].key);

		if (line)
			counts_add(&line->counts, &totals->rows[i].counts);
	}
	fprintf(out, "%-12s %-18s %10s %8s %10s %12s %9s  %s\n", "device", "reason", "moved", "/s",
		"pages", "lru_dropped", "refused", "why refused");
	for (i = 0; i < nr; i++) {
		const struct counts *counts = &lines[i].counts;
		char *name = printed("%s%s", device_name(lines[i].device),
				     lines[i].of_file ? " (file)" : "");

		fprintf(out, "%-12s %-18s %10llu %8.0f %10llu %12llu %9llu  ", name,
			reason_name(lines[i].reason), (unsigned long long)counts->moved,
			counts->moved / seconds, (unsigned long long)counts->pages,
			(unsigned long long)counts->lru_dropped,
			(unsigned long long)counts_refused(counts));
		print_refusals(out, counts);
		free(name);
		if (last)
			print_stacks(out, options, totals, &lines[i], found->bpf);
	}
	if (!nr)
		fprintf(out, "%-12s no folio with buffers was tried to move\n", "-");
}

static void print_durations(FILE *out, const struct totals *totals)
{
	int kind;

	fprintf(out, "%-27s %12s %10s %10s %10s %10s   us\n", "duration", "count", "p50", "p99",
		"p99.9", "max");
	for (kind = 0; kind < KINDS; kind++) {
		const struct histogram *histogram = &totals->histograms[kind];

		if (!histogram->count)
			continue;
		fprintf(out, "%-27s %12llu %10.2f %10.2f %10.2f %10.2f\n", kind_names[kind],
			(unsigned long long)histogram->count,
			histogram_quantile(histogram, 0.5) / 1e3,
			histogram_quantile(histogram, 0.99) / 1e3,
			histogram_quantile(histogram, 0.999) / 1e3, histogram->max_ns / 1e3);
	}
}

static void print_nulls(FILE *out, const struct totals *totals, const struct found *found,
			bool last)
{
	size_t i;

	if (!kernel_has_migrate_flag())
		return;
	fprintf(out, "false NULLs of atomic lookups: %llu\n",
		(unsigned long long)totals->scalars.false_nulls);
	for (i = 0; last && i < totals->nr_nulls && i < 5; i++) {
		struct stack stack;

		stack_read(&stack, found->bpf, totals->nulls[i].key.stack);
		fprintf(out, "  %llu of %s, got by\n", (unsigned long long)totals->nulls[i].count,
			device_name(totals->nulls[i].key.device));
		stack_print(out, &stack, "    ");
		stack_free(&stack);
	}
}

/**
 * verdict_name() - race, clean, not_judged (moved, but a moment could not be seen), or
 * nothing_moved.
 * @totals: All counts.
 * @found: What was found.
 */
const char *verdict_name(const struct totals *totals, const struct found *found)
{
	if (found->nr_races)
		return "race";
	if (!totals->all.moved)
		return "nothing_moved";
	return totals->scalars.judged ? "clean" : "not_judged";
}

static void print_verdict(FILE *out, const struct totals *totals, const struct found *found)
{
	const struct scalars *s = &totals->scalars;
	unsigned long long lost = s->lost + s->uncounted + s->events_lost;

	fprintf(out, "verdict: %s (%llu races, %llu ref_moved; %llu migrations judged, %llu not judged",
		verdict_name(totals, found), found->nr_races, found->nr_ref_moved,
		(unsigned long long)s->judged, (unsigned long long)s->not_judged);
	if (s->untaken)
		fprintf(out, ", %llu with a reference of a list of metadata buffers: not judged",
			(unsigned long long)s->untaken);
	if (s->null_sleeping)
		fprintf(out, ", %llu NULLs of sleeping lookups",
			(unsigned long long)s->null_sleeping);
	if (lost)
		fprintf(out, ", %llu calls or events lost", lost);
	fprintf(out, ")\n");
}

static const char *function_of(const char *role)
{
	return place_of(role)->function;
}

/**
 * print_places() - What is probed, and how both moments of the verdict are seen.
 * @out: Where to.
 */
void print_places(FILE *out)
{
	const char *copies = function_of("check_copy"), *mapping = function_of("check_mapping");
	const char *buffer = function_of("late_buffer"), *flags = function_of("late_flags");
	const char *separator = "probed: ";
	size_t i;

	for (i = 0; i < nr_places; i++) {
		if (!places[i].function)
			continue;
		fprintf(out, "%s%s (%s)", separator, places[i].function, places[i].how);
		separator = ", ";
	}
	fprintf(out, "\n");
	for (i = 0; i < nr_places; i++)
		if (!places[i].function && places[i].without)
			fprintf(out, "absent: %s, so it cannot be told: %s\n", places[i].names[0],
				places[i].without);
	if (copies || mapping)
		fprintf(out, "check: passed when %s%s%s is called\n", copies ? copies : "",
			copies && mapping ? " or " : "", mapping ? mapping : "");
	else
		fprintf(out, "check: not seen\n");
	if (buffer || flags)
		fprintf(out, "release: not before %s of the last buffer%s%s is called\n",
			buffer ? buffer : flags, buffer && flags ? ", or " : "",
			buffer && flags ? flags : "");
	else
		fprintf(out, "release: not seen, so nothing is judged\n");
	fprintf(out, "BH_Migrate: %s\n", kernel_has_migrate_flag() ? "yes" : "no");
}

/**
 * print_table() - All that was counted until now.
 * @out: Where to.
 * @options: How much of it.
 * @totals: All counts.
 * @found: What was found.
 * @seconds: Since the watch began.
 * @last: With stacks and stalls.
 */
void print_table(FILE *out, const struct options *options, const struct totals *totals,
		 const struct found *found, double seconds, bool last)
{
	size_t i;

	fprintf(out, "\nafter %.1f s:\n", seconds);
	print_migrations(out, options, totals, found, seconds, last);
	print_durations(out, totals);
	print_nulls(out, totals, found, last);
	for (i = 0; last && i < found->nr_stalls; i++) {
		if (!i)
			fprintf(out, "longest stalls:\n");
		print_stall(out, found->bpf, &found->stalls[i]);
	}
	print_verdict(out, totals, found);
	fflush(out);
}
