// SPDX-License-Identifier: GPL-2.0
/*
 * Runs side by side: each figure of each run, its ratio to the first run's, and in
 * which interval that ratio is with 95 % confidence.
 *
 * Quantiles are bootstrapped: of n durations drawn again from the measured ones,
 * the k-th smallest is the measured one of rank n * Beta(k, n + 1 - k), so a draw
 * costs two gamma variates however large n is. That takes durations for
 * independent of each other. Rates are bootstrapped over the tests of a run, which
 * needs at least three of them. The generator's seed is fixed: same runs, same
 * intervals.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define DRAWS		2000
#define LEAST_TESTS	3
#define SEED		0x6268746f72747572ULL

struct row {
	char *name;
	int digits;
	bool *known;
	double *value;
	struct report_interval *interval;
};

/* xorshift64*; in (0, 1) */
static double uniform(struct report_random *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return ((random->state * 0x2545f4914f6cdd1dULL >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(struct report_random *random)
{
	return sqrt(-2 * log(uniform(random))) * cos(2 * M_PI * uniform(random));
}

/* Marsaglia and Tsang; shape >= 1. */
static double gamma_variate(struct report_random *random, double shape)
{
	double d = shape - 1 / 3.0, c = 1 / sqrt(9 * d);

	for (;;) {
		double x = normal(random), v = 1 + c * x;

		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(uniform(random)) < 0.5 * x * x + d - d * v + d * log(v))
			return d * v;
	}
}

static double drawn_quantile(struct report_dist *dist, double q,
			     struct report_random *random)
{
	double n = dist->count, k = quantile_rank(q, n), a, b;

	a = gamma_variate(random, k);
	b = gamma_variate(random, n + 1 - k);
	return dist_rank(dist, ceil(n * a / (a + b)));
}

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static void interval_of(double *ratios, size_t nr, struct report_interval *interval)
{
	qsort(ratios, nr, sizeof(*ratios), by_value);
	interval->low = ratios[(size_t)(0.025 * nr)];
	interval->high = ratios[(size_t)(0.975 * nr)];
	interval->known = isfinite(interval->low) && isfinite(interval->high);
}

/**
 * compare_quantile() - The ratio of two quantiles, and how sure it is.
 * @base: The denominator.
 * @other: The numerator.
 * @q: Which quantile.
 * @random: The generator.
 * @interval: Filled in.
 */
void compare_quantile(struct report_dist *base, struct report_dist *other, double q,
		      struct report_random *random, struct report_interval *interval)
{
	double ratios[DRAWS];
	size_t i;

	memset(interval, 0, sizeof(*interval));
	if (!base->count || !other->count)
		return;
	interval->ratio = dist_rank(other, quantile_rank(q, other->count)) /
			  dist_rank(base, quantile_rank(q, base->count));
	for (i = 0; i < DRAWS; i++)
		ratios[i] = drawn_quantile(other, q, random) /
			    drawn_quantile(base, q, random);
	interval_of(ratios, DRAWS, interval);
}

/* A rate of tests drawn again from those of the run. */
static bool drawn_rate(const struct report *report, enum report_scalar which,
		       struct report_random *random, double *value)
{
	size_t i, nr = json_array_size(report->tests);
	struct report_rates rates = { 0 };

	for (i = 0; i < nr; i++)
		rates_add(&rates, json_array_get(report->tests,
						 (size_t)(uniform(random) * nr)));
	return rates_scalar(&rates, which, value);
}

static void compare_rates(const struct report *base, const struct report *other,
			  enum report_scalar which, struct report_random *random,
			  struct report_interval *interval)
{
	double ratios[DRAWS], below, above;
	size_t i;

	if (json_array_size(base->tests) < LEAST_TESTS ||
	    json_array_size(other->tests) < LEAST_TESTS)
		return;
	for (i = 0; i < DRAWS; i++) {
		if (!drawn_rate(base, which, random, &below) ||
		    !drawn_rate(other, which, random, &above) || below <= 0)
			return;
		ratios[i] = above / below;
	}
	interval_of(ratios, DRAWS, interval);
}

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

static void add_rates(struct row **rows, size_t *nr, struct report **reports, size_t runs)
{
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
			row->interval[i].ratio = row->value[i] / row->value[0];
			compare_rates(reports[0], reports[i], which, &random,
				      &row->interval[i]);
		}
	}
}

/*
 * The figures of one distribution of each run; those of empty ones are unknown. All
 * of them only of what the comparison is about.
 */
static void add_dists(struct row **rows, size_t *nr, struct report **reports, size_t runs,
		      bool all, const char *title, struct report_dist *dists)
{
	static const enum report_quantile shown[] = { P50, P99, P999 };
	size_t nr_shown = all ? ARRAY_SIZE(shown) : ARRAY_SIZE(shown) - 1;
	struct report_random random = { SEED };
	struct row *row;
	size_t i, q;

	for (q = 0; q < nr_shown; q++) {
		row = add_row(rows, nr, runs, printed("%s %s us", title,
						      report_quantile_names[shown[q]]), 2);
		for (i = 0; i < runs; i++) {
			row->known[i] = dists[i].count > 0;
			row->value[i] = dist_quantile(&dists[i], shown[q]) / 1000;
			if (i)
				compare_quantile(&dists[0], &dists[i],
						 report_quantiles[shown[q]], &random,
						 &row->interval[i]);
		}
	}
	row = add_row(rows, nr, runs, printed("%s max us", title), 1);
	for (i = 0; i < runs; i++) {
		row->known[i] = dists[i].count > 0;
		row->value[i] = dists[i].max_ns / 1000.0;
	}
	if (!all)
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
		if (i && row->known[i] && row->known[0] && row->value[0] > 0)
			row->interval[i].ratio = row->value[i] / row->value[0];
	}
}

/* A holder of any run; NULL: the migration side, whoever it is in each run. */
static void add_holder(struct row **rows, size_t *nr, struct report **reports, size_t runs,
		       enum report_what what, const char *holder)
{
	struct report_dist *dists = must(calloc(runs, sizeof(*dists)));
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
		add_dists(rows, nr, reports, runs, !holder, title, dists);
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
	struct row *rows = NULL;
	size_t i, j, nr_rows = 0;
	int width = 24;

	add_all(&rows, &nr_rows, reports, nr);
	for (i = 0; i < nr_rows; i++)
		if ((int)strlen(rows[i].name) > width)
			width = strlen(rows[i].name);
	fprintf(out, "%-*s %12s", width, "", reports[0]->label ?: reports[0]->path);
	for (j = 1; j < nr; j++)
		fprintf(out, " %12s %-18s", reports[j]->label ?: reports[j]->path,
			"ratio (95 %)");
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
