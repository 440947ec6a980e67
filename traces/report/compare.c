// SPDX-License-Identifier: GPL-2.0
/*
 * Runs side by side: each figure of each run, its ratio to the first run's, and how
 * sure that ratio is. The generator's seed is fixed: same runs, same intervals. Where all
 * runs are exact, so is each ratio: such guests do the same again.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/bootstrap.h"
#include "report/compare.h"

#define SEED		0x6268746f72747572ULL

struct row {
	char *name;
	int digits;
	bool *known;
	double *value;
	struct report_interval *interval;
};

static struct row *add_row(struct row **rows, size_t *nr, size_t runs, char *name,
			   int digits)
{
	struct row *row;

	*rows = must(realloc(*rows, (*nr + 1) * sizeof(**rows)));
	row = &(*rows)[(*nr)++];
	row->name = name;
	row->digits = digits;
	row->known = must(calloc(runs, sizeof(*row->known)));
	row->value = must(calloc(runs, sizeof(*row->value)));
	row->interval = must(calloc(runs, sizeof(*row->interval)));
	return row;
}

static bool all_exact(struct report **reports, size_t runs)
{
	size_t i;

	for (i = 0; i < runs; i++)
		if (!report_has_exact(reports[i]))
			return false;
	return true;
}

/* Where figures are exact, so is their ratio. */
static void set_ratio(struct row *row, size_t i)
{
	if (row->known[i] && row->known[0] && row->value[0] > 0)
		row->interval[i].ratio = row->value[i] / row->value[0];
}

static void add_rates(struct row **rows, size_t *nr, struct report **reports, size_t runs)
{
	const bool exact = all_exact(reports, runs);
	struct report_random random = { SEED };
	int which;
	size_t i;

	for (which = 0; which < SCALARS; which++) {
		struct row *row = add_row(rows, nr, runs, copy(report_scalars[which].title),
					  report_scalars[which].digits);

		for (i = 0; i < runs; i++) {
			struct report_rates rates;

			report_rates(reports[i], &rates);
			row->known[i] = rates_scalar(&rates, which, &row->value[i]);
			if (!i || !row->known[i] || !row->known[0] || row->value[0] == 0)
				continue;
			set_ratio(row, i);
			if (!exact)
				compare_rates(reports[0], reports[i], which, &random,
					      &row->interval[i]);
		}
	}
}

/*
 * The figures of one distribution of each run. Those of an empty one are unknown.
 * @all: more figures, for holds of migrations.
 * @exact: so there is no interval.
 */
static void add_dists(struct row **rows, size_t *nr, struct report **reports, size_t runs,
		      bool all, bool insn, bool exact, const char *title,
		      struct report_dist *dists)
{
	const char *unit = insn ? "insn" : "us";
	double scale = insn ? 1 : 1000;
	static const enum report_quantile shown[] = { P50, P99, P999 };
	size_t nr_shown = all ? ARRAY_SIZE(shown) : ARRAY_SIZE(shown) - 1;
	struct report_random random = { SEED };
	struct row *row;
	size_t i, q;

	for (q = 0; q < nr_shown; q++) {
		row = add_row(rows, nr, runs, printed("%s %s %s", title,
						      report_quantile_names[shown[q]], unit),
			      insn ? 0 : 2);
		for (i = 0; i < runs; i++) {
			row->known[i] = dists[i].count > 0;
			row->value[i] = dist_quantile(&dists[i], shown[q]) / scale;
			if (i && exact)
				set_ratio(row, i);
			else if (i)
				compare_quantile(&dists[0], &dists[i],
						 report_quantiles[shown[q]], &random,
						 &row->interval[i]);
		}
	}
	row = add_row(rows, nr, runs, printed("%s max %s", title, unit), insn ? 0 : 1);
	for (i = 0; i < runs; i++) {
		row->known[i] = dists[i].count > 0;
		row->value[i] = dists[i].max_ns / scale;
	}
	if (insn) {
		row = add_row(rows, nr, runs, printed("%s mean insn", title), 1);
		for (i = 0; i < runs; i++) {
			row->known[i] = dists[i].count > 0;
			row->value[i] = dists[i].count ? dists[i].sum_ns / dists[i].count : 0;
			if (i)
				set_ratio(row, i);
		}
	}
	/* There are as many of them in either unit. */
	if (!all || insn)
		return;
	row = add_row(rows, nr, runs, printed("%s count", title), 0);
	for (i = 0; i < runs; i++) {
		row->value[i] = dists[i].count;
		row->known[i] = dists[i].count > 0;
	}
	row = add_row(rows, nr, runs, printed("%s %% of the time", title), 3);
	for (i = 0; i < runs; i++) {
		row->value[i] = 100 * report_share(reports[i], &dists[i]);
		row->known[i] = dists[i].count > 0 && row->value[i] >= 0;
		if (i)
			set_ratio(row, i);
	}
}

/* A holder of any run; NULL: the migration side, whoever it is in each run. */
static void add_holder(struct row **rows, size_t *nr, struct report **reports, size_t runs,
		       enum report_what what, const char *holder)
{
	struct report_dist *dists = must(calloc(runs, sizeof(*dists)));
	const bool exact = all_exact(reports, runs);
	size_t i, with = 0;
	char *title;

	for (i = 0; i < runs; i++) {
		report_merged(reports[i], what, holder, &dists[i]);
		dist_sort(&dists[i]);
		with += dists[i].count > 0;
	}
	title = holder ? printed("%s %s", report_what_names[what], holder) :
			 printed("%s of migrations", report_what_names[what]);
	if (with)
		add_dists(rows, nr, reports, runs, !holder, what_is_insn(what), exact, title,
			  dists);
	for (i = 0; i < runs; i++)
		dist_free(&dists[i]);
	free(dists);
	free(title);
}

static void add_all(struct row **rows, size_t *nr, struct report **reports, size_t runs)
{
	struct report_strings seen = { 0 };
	size_t i, j;

	add_rates(rows, nr, reports, runs);
	add_holder(rows, nr, reports, runs, WHAT_HOLD_INSN, NULL);
	add_holder(rows, nr, reports, runs, WHAT_HOLD, NULL);
	for (i = 0; i < runs; i++) {
		for (j = 0; j < reports[i]->nr_series; j++) {
			struct report_series *series = &reports[i]->series[j];
			char *key = printed("%d %s", series->what, series->holder);

			if (strings_have(&seen, key)) {
				free(key);
				continue;
			}
			strings_add(&seen, key);
			add_holder(rows, nr, reports, runs, series->what, series->holder);
		}
	}
	strings_free(&seen);
}

static void free_rows(struct row *rows, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		free(rows[i].name);
		free(rows[i].known);
		free(rows[i].value);
		free(rows[i].interval);
	}
	free(rows);
}

static bool row_is_known(const struct row *row, size_t runs)
{
	size_t i;

	for (i = 0; i < runs; i++)
		if (row->known[i])
			return true;
	return false;
}

static void write_cell(FILE *out, const struct row *row, size_t i)
{
	char ratio[64] = "";

	if (row->known[i])
		fprintf(out, " %12.*f", row->digits, row->value[i]);
	else
		fprintf(out, " %12s", "-");
	if (!i)
		return;
	if (row->interval[i].known)
		snprintf(ratio, sizeof(ratio), "%.2f (%.2f-%.2f)", row->interval[i].ratio,
			 row->interval[i].low, row->interval[i].high);
	else if (row->known[i] && row->known[0] && row->interval[i].ratio > 0)
		snprintf(ratio, sizeof(ratio), "%.2f", row->interval[i].ratio);
	else
		snprintf(ratio, sizeof(ratio), "-");
	fprintf(out, " %-18s", ratio);
}

/**
 * compare_text() - The table.
 * @out: Where to.
 * @reports: The runs, in order; the first is what the others are compared with.
 * @nr: How many.
 */
void compare_text(FILE *out, struct report **reports, size_t nr)
{
	const char *ratio = all_exact(reports, nr) ? "ratio" : "ratio (95 %)";
	struct row *rows = NULL;
	size_t i, j, nr_rows = 0;
	int width = 24;

	add_all(&rows, &nr_rows, reports, nr);
	for (i = 0; i < nr_rows; i++)
		if ((int)strlen(rows[i].name) > width)
			width = strlen(rows[i].name);
	fprintf(out, "%-*s %12s", width, "", reports[0]->label ?: reports[0]->path);
	for (j = 1; j < nr; j++)
		fprintf(out, " %12s %-18s", reports[j]->label ?: reports[j]->path, ratio);
	fprintf(out, "\n");
	for (i = 0; i < nr_rows; i++) {
		if (!row_is_known(&rows[i], nr))
			continue;
		fprintf(out, "%-*s", width, rows[i].name);
		for (j = 0; j < nr; j++)
			write_cell(out, &rows[i], j);
		fprintf(out, "\n");
	}
	free_rows(rows, nr_rows);
}

static json_t *cell_json(const struct row *row, size_t i)
{
	json_t *cell = json_pack("{s:o}", "value",
				 row->known[i] ? json_real(row->value[i]) : json_null());

	if (i && row->known[i] && row->known[0] && row->interval[i].ratio > 0)
		json_object_set_new(cell, "ratio", json_real(row->interval[i].ratio));
	if (i && row->interval[i].known)
		json_object_set_new(cell, "ratio_95", json_pack("[f,f]", row->interval[i].low,
								row->interval[i].high));
	return cell;
}

/**
 * compare_json() - The same for programs.
 * @out: Where to.
 * @reports: The runs, in order.
 * @nr: How many.
 */
void compare_json(FILE *out, struct report **reports, size_t nr)
{
	json_t *runs = json_array(), *figures = json_array(), *object;
	struct row *rows = NULL;
	size_t i, j, nr_rows = 0;

	add_all(&rows, &nr_rows, reports, nr);
	for (j = 0; j < nr; j++) {
		const char *verdict = report_verdict(reports[j]);

		object = json_pack("{s:s,s:s}", "label", reports[j]->label ?: reports[j]->path,
				   "path", reports[j]->path);
		json_object_set_new(object, "kernel", reports[j]->kernel ?
				    json_string(reports[j]->kernel) : json_null());
		json_object_set_new(object, "verdict", verdict ? json_string(verdict) :
				    json_null());
		json_array_append_new(runs, object);
	}
	for (i = 0; i < nr_rows; i++) {
		json_t *cells = json_array();

		for (j = 0; j < nr; j++)
			json_array_append_new(cells, cell_json(&rows[i], j));
		json_array_append_new(figures, json_pack("{s:s,s:o}", "name", rows[i].name,
							 "runs", cells));
	}
	object = json_pack("{s:i,s:o,s:o}", "schema", 1, "runs", runs, "figures", figures);
	json_dumpf(object, out, JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));
	fprintf(out, "\n");
	json_decref(object);
	free_rows(rows, nr_rows);
}
