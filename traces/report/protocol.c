// SPDX-License-Identifier: GPL-2.0
/*
 * Interleavings: which steps of a migration have met which steps of a lookup of the same
 * folio. That says what a run has tried. The plugin writes them, and what each pair means
 * (exact/eras.c), for each torture. Here they are added up.
 *
 * A step that no migration has reached has no place in this kernel's code; its pairs do not
 * count.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/format.h"
#include "report/protocol.h"

#define COLUMN		14

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const char *string(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void add_numbers(json_t *into, const json_t *from)
{
	json_t *value;
	const char *key;

	json_object_foreach((json_t *)from, key, value)
		json_object_set_new(into, key,
				    json_integer(number(into, key) + json_integer_value(value)));
}

/* The first test that has met a pair says when. */
static void add_pair(json_t *into, const json_t *from, const char *test)
{
	json_int_t count = number(into, "count") + number(from, "count");

	if (!number(into, "count") && number(from, "count")) {
		json_object_update(into, (json_t *)from);
		if (test)
			json_object_set_new(into, "first_test", json_string(test));
	}
	json_object_set_new(into, "count", json_integer(count));
}

static void add_pairs(json_t *into, const json_t *from, const char *test)
{
	json_t *pair, *same;
	size_t i;

	json_array_foreach((json_t *)from, i, pair) {
		same = json_array_get(into, i);
		if (!same) {
			same = must(json_object());
			json_object_update(same, pair);
			json_object_set_new(same, "count", json_integer(0));
			json_array_append_new(into, same);
		}
		add_pair(same, pair, test);
	}
}

static void add(struct report *report, const char *strategy, const json_t *from,
		const char *test)
{
	json_t *of;

	if (!report->pairs)
		report->pairs = must(json_object());
	of = json_object_get(report->pairs, strategy);
	if (!of) {
		of = must(json_pack("{s:O?,s:{},s:{},s:[]}", "era", json_object_get(from, "era"),
				    "migration_steps", "lookup_steps", "pairs"));
		json_object_set_new(report->pairs, strategy, of);
	}
	add_numbers(json_object_get(of, "migration_steps"),
		    json_object_get(from, "migration_steps"));
	add_numbers(json_object_get(of, "lookup_steps"), json_object_get(from, "lookup_steps"));
	add_pairs(json_object_get(of, "pairs"), json_object_get(from, "pairs"), test);
}

/**
 * protocol_load() - Add what the plugin wrote of one torture.
 * @report: The report.
 * @pairs: What it wrote.
 * @test: The test.
 */
void protocol_load(struct report *report, json_t *pairs, const char *test)
{
	/* Without one, nothing was migrated. */
	if (string(pairs, "strategy"))
		add(report, string(pairs, "strategy"), pairs, test);
}

/**
 * protocol_merge() - Add a part's.
 * @report: The report.
 * @part: The part.
 */
void protocol_merge(struct report *report, const struct report *part)
{
	const char *strategy;
	json_t *of;

	json_object_foreach(part->pairs, strategy, of)
		add(report, strategy, of, NULL);
}

/* One pair of the matrix. */
struct cell {
	const json_t *pair;
	const char *migration, *lookup, *kind, *reason;
	json_int_t count;
	bool possible, forbidden, meaningless;
};

/* The pairs that the run's own strategy has met. A test's may be another on purpose. */
static const json_t *matrix_of(const struct report *report)
{
	const char *strategy = string(report->result, "strategy") ?: "kernel";
	const json_t *of = json_object_get(report->pairs, strategy);

	return string(of, "era") ? of : NULL;
}

static bool cell_of(const json_t *matrix, size_t i, struct cell *cell)
{
	const json_t *pair = json_array_get(json_object_get(matrix, "pairs"), i);

	if (!pair)
		return false;
	*cell = (struct cell){
		.pair = pair, .migration = string(pair, "migration") ?: "?",
		.lookup = string(pair, "lookup") ?: "?", .count = number(pair, "count"),
		.kind = string(pair, "kind") ?: "?", .reason = string(pair, "reason") ?: "",
	};
	if (!number(json_object_get(matrix, "migration_steps"), cell->migration)) {
		cell->kind = "meaningless";
		cell->reason = "no migration has reached this step: not in this kernel's code";
	}
	cell->possible = !strcmp(cell->kind, "possible");
	cell->forbidden = !strcmp(cell->kind, "forbidden");
	cell->meaningless = !cell->possible && !cell->forbidden;
	return true;
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
	const json_t *matrix = matrix_of(report);
	struct cell cell;
	size_t i;

	memset(protocol, 0, sizeof(*protocol));
	for (i = 0; cell_of(matrix, i, &cell); i++) {
		protocol->possible += cell.possible;
		protocol->met += cell.possible && cell.count;
		protocol->violations += cell.forbidden ? cell.count : 0;
	}
	return matrix;
}

/**
 * protocol_json() - For programs.
 * @report: The report.
 *
 * Return: a new reference; null when nothing is known.
 */
json_t *protocol_json(const struct report *report)
{
	const json_t *matrix = matrix_of(report);
	struct protocol protocol;
	struct cell cell;
	json_t *pairs, *pair;
	size_t i;

	if (!protocol_judge(report, &protocol))
		return json_null();
	pairs = must(json_array());
	for (i = 0; cell_of(matrix, i, &cell); i++) {
		pair = must(json_copy((json_t *)cell.pair));
		json_object_set_new(pair, "kind", json_string(cell.kind));
		json_object_set_new(pair, "reason", json_string(cell.reason));
		json_array_append_new(pairs, pair);
	}
	return json_pack("{s:s,s:i,s:i,s:I,s:o}", "era", string(matrix, "era"), "met",
			 (int)protocol.met, "possible", (int)protocol.possible, "violations",
			 (json_int_t)protocol.violations, "pairs", pairs);
}

/* How a matrix is written. */
struct style {
	void (*heading)(FILE *out, const char *lookup);	/* NULL: of the first column */
	void (*row)(FILE *out, const char *migration);
	void (*cell)(FILE *out, const struct cell *cell, const char *text);
	const char *row_end;
};

static void cell_text(const struct cell *cell, char *text, size_t size)
{
	if (!cell->count && !cell->possible)
		snprintf(text, size, "%s", cell->forbidden ? "x" : " ");
	else
		snprintf(text, size, "%s%lld%s", cell->forbidden ? "!" : cell->meaningless ? "(" : "",
			 (long long)cell->count, cell->meaningless ? ")" : "");
}

static void write_matrix(FILE *out, const json_t *matrix, const struct style *style)
{
	const char *row = NULL;
	struct cell cell;
	char text[32];
	size_t i;

	style->heading(out, NULL);
	for (i = 0; cell_of(matrix, i, &cell) && (!i || !strcmp(row, cell.migration)); i++) {
		style->heading(out, cell.lookup);
		row = cell.migration;
	}
	fputs(style->row_end, out);
	for (i = 0, row = NULL; cell_of(matrix, i, &cell); i++) {
		if (!row || strcmp(row, cell.migration)) {
			fputs(row ? style->row_end : "", out);
			style->row(out, cell.migration);
		}
		row = cell.migration;
		cell_text(&cell, text, sizeof(text));
		style->cell(out, &cell, text);
	}
	fputs(style->row_end, out);
}

static void text_row(FILE *out, const char *migration)
{
	fprintf(out, "%-16s", migration);
}

static void text_heading(FILE *out, const char *lookup)
{
	if (lookup)
		fprintf(out, " %*s", COLUMN, lookup);
	else
		text_row(out, "");
}

static void text_cell(FILE *out, const struct cell *cell, const char *text)
{
	fprintf(out, " %*s", COLUMN, text);
}

static void write_missing(FILE *out, const json_t *matrix)
{
	const char *separator = "missing: ";
	struct cell cell;
	size_t i;

	for (i = 0; cell_of(matrix, i, &cell); i++) {
		if (!cell.possible || cell.count)
			continue;
		fprintf(out, "%s%s x %s", separator, cell.migration, cell.lookup);
		separator = ", ";
	}
	if (*separator == ',')
		fprintf(out, "\n");
}

static void write_violations(FILE *out, const json_t *matrix)
{
	const char *test;
	struct cell cell;
	size_t i;

	for (i = 0; cell_of(matrix, i, &cell); i++) {
		if (!cell.forbidden || !cell.count)
			continue;
		test = string(cell.pair, "first_test");
		fprintf(out, "protocol: %s x %s met %lld times, first after %lld migrations%s%s: %s\n",
			cell.migration, cell.lookup, (long long)cell.count,
			(long long)number(cell.pair, "first_migrations"), test ? " of " : "",
			test ?: "", cell.reason);
	}
}

/**
 * protocol_text() - As text: the matrix, what is missing, what must not be.
 * @out: Where to.
 * @report: The report.
 */
void protocol_text(FILE *out, const struct report *report)
{
	static const struct style style = { text_heading, text_row, text_cell, "\n" };
	const json_t *matrix = matrix_of(report);
	struct protocol protocol;

	if (!protocol_judge(report, &protocol))
		return;
	fprintf(out, "\ninterleavings of a migration and a lookup of the same folio, rules of era %s (x: must not be):\n",
		string(matrix, "era"));
	write_matrix(out, matrix, &style);
	fprintf(out, "coverage: %u of the %u possible pairs\n", protocol.met, protocol.possible);
	write_missing(out, matrix);
	write_violations(out, matrix);
}

static void html_heading(FILE *out, const char *lookup)
{
	if (lookup)
		fprintf(out, "<th>%s</th>", lookup);
	else
		fputs("<tr><th class=\"t\">migration</th>", out);
}

static void html_row(FILE *out, const char *migration)
{
	fprintf(out, "<tr><td class=\"t\">%s</td>", migration);
}

static void html_cell(FILE *out, const struct cell *cell, const char *text)
{
	fputs("<td title=\"", out);
	html_text(out, cell->reason);
	fprintf(out, "\">%s</td>", text);
}

/**
 * protocol_html() - As a table of the page.
 * @out: Where to.
 * @report: The report.
 */
void protocol_html(FILE *out, const struct report *report)
{
	static const struct style style = { html_heading, html_row, html_cell, "</tr>\n" };
	const json_t *matrix = matrix_of(report);
	struct protocol protocol;

	if (!protocol_judge(report, &protocol))
		return;
	fprintf(out, "<h2>Interleavings, rules of era %s</h2>\n<p class=\"note\">Coverage: %u of the %u possible pairs. x: must not be; met %llu times.</p>\n",
		string(matrix, "era"), protocol.met, protocol.possible, protocol.violations);
	fputs("<div class=\"scroll\"><table>\n", out);
	write_matrix(out, matrix, &style);
	fputs("</table></div>\n", out);
}
