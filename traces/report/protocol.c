// SPDX-License-Identifier: GPL-2.0
/*
 * Interleavings: which steps of a migration have met which steps of a lookup of the same
 * folio. That says what a run has tried. eras.c says what may meet.
 *
 * A step that no migration has reached has no place in this kernel's code; its pairs do not
 * count.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/eras.h"
#include "report/format.h"
#include "report/protocol.h"

#define COLUMN		14

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void add_numbers(json_t *into, const json_t *from)
{
	json_t *value;
	const char *key;

	json_object_foreach((json_t *)from, key, value)
		json_object_set_new(into, key,
				    json_integer(number(into, key) + json_integer_value(value)));
}

static json_t *part_of(struct report *report, const char *key)
{
	json_t *part;

	if (!report->pairs)
		report->pairs = must(json_object());
	part = json_object_get(report->pairs, key);
	if (part)
		return part;
	json_object_set_new(report->pairs, key, json_object());
	return json_object_get(report->pairs, key);
}

/* By "MIGRATION x LOOKUP". The first test that has met a pair says when. */
static void add_pair(json_t *met, const char *name, json_int_t count, json_int_t first,
		     const char *test)
{
	json_t *pair = json_object_get(met, name);

	if (!count)
		return;
	if (!pair) {
		pair = json_pack("{s:I,s:I,s:s*}", "count", (json_int_t)0,
				 "first_migrations", first, "first_test", test);
		json_object_set_new(met, name, pair);
	}
	json_object_set_new(pair, "count", json_integer(number(pair, "count") + count));
}

/**
 * protocol_load() - Add what the plugin wrote of one torture.
 * @report: The report.
 * @pairs: What it wrote.
 * @test: The test.
 */
void protocol_load(struct report *report, json_t *pairs, const char *test)
{
	json_t *one;
	char *name;
	size_t i;

	add_numbers(part_of(report, "migration_steps"), json_object_get(pairs, "migration_steps"));
	add_numbers(part_of(report, "lookup_steps"), json_object_get(pairs, "lookup_steps"));
	json_array_foreach(json_object_get(pairs, "met"), i, one) {
		name = printed("%s x %s",
			       json_string_value(json_object_get(one, "migration")) ?: "?",
			       json_string_value(json_object_get(one, "lookup")) ?: "?");
		add_pair(part_of(report, "met"), name, number(one, "count"),
			 number(one, "first_migrations"), test);
		free(name);
	}
}

/**
 * protocol_merge() - Add a part's.
 * @report: The report.
 * @part: The part.
 */
void protocol_merge(struct report *report, const struct report *part)
{
	const char *name;
	json_t *pair;

	if (!part->pairs)
		return;
	add_numbers(part_of(report, "migration_steps"),
		    json_object_get(part->pairs, "migration_steps"));
	add_numbers(part_of(report, "lookup_steps"), json_object_get(part->pairs, "lookup_steps"));
	json_object_foreach(json_object_get(part->pairs, "met"), name, pair)
		add_pair(part_of(report, "met"), name, number(pair, "count"),
			 number(pair, "first_migrations"),
			 json_string_value(json_object_get(pair, "first_test")));
}

/* Return: NULL when it is not known what may meet: buffers do not move with their folio. */
static const char *era_of(const struct report *report)
{
	const char *era = json_string_value(json_object_get(json_object_get(report->result,
									    "kernel"), "era"));
	const char *strategy = json_string_value(json_object_get(report->result, "strategy"));

	if (strategy && !strcmp(strategy, "held"))
		return "held";
	if (strategy && !strcmp(strategy, "busted"))
		return "open";
	if (strategy && strcmp(strategy, "kernel"))
		return NULL;
	return era && (!strcmp(era, "held") || !strcmp(era, "flag") || !strcmp(era, "open")) ?
	       era : NULL;
}

/* One pair of the matrix. */
struct cell {
	const char *migration, *lookup, *reason;
	enum pair_kind kind;
	json_int_t count, first;
	const char *test;
};

static struct cell cell_of(const struct report *report, const char *era, int m, int l)
{
	struct cell cell = {
		.migration = era_migration_steps[m], .lookup = era_lookup_steps[l],
	};
	char *name = printed("%s x %s", cell.migration, cell.lookup);
	const json_t *pair = json_object_get(json_object_get(report->pairs, "met"), name);

	free(name);
	cell.kind = era_pair(era, cell.migration, cell.lookup, &cell.reason);
	cell.count = number(pair, "count");
	cell.first = number(pair, "first_migrations");
	cell.test = json_string_value(json_object_get(pair, "first_test"));
	if (!number(json_object_get(report->pairs, "migration_steps"), cell.migration)) {
		cell.kind = PAIR_MEANINGLESS;
		cell.reason = "no migration has reached this step: not in this kernel's code";
	}
	return cell;
}

/**
 * protocol_judge() - How much was met, and what must not have been.
 * @report: The report.
 * @protocol: Filled in.
 *
 * Return: false when that is not known.
 */
bool protocol_judge(const struct report *report, struct protocol *protocol)
{
	const char *era = era_of(report);
	int m, l;

	memset(protocol, 0, sizeof(*protocol));
	if (!report->pairs || !era)
		return false;
	for (m = 0; m < ERA_MIGRATION_STEPS; m++) {
		for (l = 0; l < ERA_LOOKUP_STEPS; l++) {
			struct cell cell = cell_of(report, era, m, l);

			protocol->possible += cell.kind == PAIR_POSSIBLE;
			protocol->met += cell.kind == PAIR_POSSIBLE && cell.count;
			if (cell.kind == PAIR_FORBIDDEN)
				protocol->violations += cell.count;
		}
	}
	return true;
}

/**
 * protocol_json() - For programs.
 * @report: The report.
 *
 * Return: a new reference; null when nothing is known.
 */
json_t *protocol_json(const struct report *report)
{
	static const char * const kinds[] = { "possible", "forbidden", "meaningless" };
	const char *era = era_of(report);
	json_t *pairs = json_array();
	struct protocol protocol;
	int m, l;

	if (!protocol_judge(report, &protocol)) {
		json_decref(pairs);
		return json_null();
	}
	for (m = 0; m < ERA_MIGRATION_STEPS; m++) {
		for (l = 0; l < ERA_LOOKUP_STEPS; l++) {
			struct cell cell = cell_of(report, era, m, l);
			json_t *pair = json_pack("{s:s,s:s,s:s,s:I,s:s}", "migration",
						 cell.migration, "lookup", cell.lookup, "kind",
						 kinds[cell.kind], "count", cell.count, "reason",
						 cell.reason);

			if (cell.count)
				json_object_set_new(pair, "first_migrations",
						    json_integer(cell.first));
			json_array_append_new(pairs, pair);
		}
	}
	return json_pack("{s:s,s:i,s:i,s:I,s:o}", "era", era, "met", (int)protocol.met,
			 "possible", (int)protocol.possible, "violations",
			 (json_int_t)protocol.violations, "pairs", pairs);
}

static void write_cell(const struct cell *cell, char *text, size_t size)
{
	if (cell->kind == PAIR_MEANINGLESS)
		snprintf(text, size, cell->count ? "(%lld)" : " ", (long long)cell->count);
	else if (cell->kind == PAIR_FORBIDDEN)
		snprintf(text, size, cell->count ? "!%lld" : "x", (long long)cell->count);
	else
		snprintf(text, size, "%lld", (long long)cell->count);
}

static void write_missing(FILE *out, const struct report *report, const char *era)
{
	const char *separator = "missing: ";
	int m, l;

	for (m = 0; m < ERA_MIGRATION_STEPS; m++) {
		for (l = 0; l < ERA_LOOKUP_STEPS; l++) {
			struct cell cell = cell_of(report, era, m, l);

			if (cell.kind != PAIR_POSSIBLE || cell.count)
				continue;
			fprintf(out, "%s%s x %s", separator, cell.migration, cell.lookup);
			separator = ", ";
		}
	}
	if (*separator == ',')
		fprintf(out, "\n");
}

static void write_violations(FILE *out, const struct report *report, const char *era)
{
	int m, l;

	for (m = 0; m < ERA_MIGRATION_STEPS; m++) {
		for (l = 0; l < ERA_LOOKUP_STEPS; l++) {
			struct cell cell = cell_of(report, era, m, l);

			if (cell.kind == PAIR_FORBIDDEN && cell.count)
				fprintf(out, "protocol: %s x %s met %lld times, first in the %lldth migration%s%s: %s\n",
					cell.migration, cell.lookup, (long long)cell.count,
					(long long)cell.first, cell.test ? " of " : "",
					cell.test ?: "", cell.reason);
		}
	}
}

/**
 * protocol_text() - As text: the matrix, what is missing, what must not be.
 * @out: Where to.
 * @report: The report.
 */
void protocol_text(FILE *out, const struct report *report)
{
	const char *era = era_of(report);
	struct protocol protocol;
	char text[32];
	int m, l;

	if (!protocol_judge(report, &protocol))
		return;
	fprintf(out, "\ninterleavings of a migration and a lookup of the same folio, era %s (x: must not be):\n",
		era);
	fprintf(out, "%-16s", "");
	for (l = 0; l < ERA_LOOKUP_STEPS; l++)
		fprintf(out, " %*s", COLUMN, era_lookup_steps[l]);
	fprintf(out, "\n");
	for (m = 0; m < ERA_MIGRATION_STEPS; m++) {
		fprintf(out, "%-16s", era_migration_steps[m]);
		for (l = 0; l < ERA_LOOKUP_STEPS; l++) {
			struct cell cell = cell_of(report, era, m, l);

			write_cell(&cell, text, sizeof(text));
			fprintf(out, " %*s", COLUMN, text);
		}
		fprintf(out, "\n");
	}
	fprintf(out, "coverage: %u of the %u possible pairs\n", protocol.met, protocol.possible);
	write_missing(out, report, era);
	write_violations(out, report, era);
}

/**
 * protocol_html() - As a table of the page.
 * @out: Where to.
 * @report: The report.
 */
void protocol_html(FILE *out, const struct report *report)
{
	const char *era = era_of(report);
	struct protocol protocol;
	char text[32];
	int m, l;

	if (!protocol_judge(report, &protocol))
		return;
	fprintf(out, "<h2>Interleavings, era %s</h2>\n<p class=\"note\">Coverage: %u of the %u possible pairs. x: must not be; met %llu times.</p>\n",
		era, protocol.met, protocol.possible, protocol.violations);
	fputs("<div class=\"scroll\"><table>\n<tr><th class=\"t\">migration</th>", out);
	for (l = 0; l < ERA_LOOKUP_STEPS; l++)
		fprintf(out, "<th>%s</th>", era_lookup_steps[l]);
	fputs("</tr>\n", out);
	for (m = 0; m < ERA_MIGRATION_STEPS; m++) {
		fprintf(out, "<tr><td class=\"t\">%s</td>", era_migration_steps[m]);
		for (l = 0; l < ERA_LOOKUP_STEPS; l++) {
			struct cell cell = cell_of(report, era, m, l);

			write_cell(&cell, text, sizeof(text));
			fputs("<td title=\"", out);
			html_text(out, cell.reason);
			fprintf(out, "\">%s</td>", text);
		}
		fputs("</tr>\n", out);
	}
	fputs("</table></div>\n", out);
}
