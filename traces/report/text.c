// SPDX-License-Identifier: GPL-2.0
/*
 * The report for people and mails: one table of holds, waits and latencies, then the
 * histogram of 2019 of each holder, then all side by side by powers of two.
 */
#include <stdlib.h>
#include <string.h>

#include "report/contention.h"
#include "report/format.h"
#include "report/histogram_2019.h"
#include "report/protocol.h"
#include "report/rates.h"
#include "report/text.h"

#define COLUMN		15	/* of the log2 table */
#define COLUMNS_MAX	6

static void write_header(FILE *out, const struct report *report)
{
	const char *verdict = report_verdict(report);
	const char *era = json_string_value(json_object_get(json_object_get(report->result,
									    "kernel"), "era"));
	const char *strategy = json_string_value(json_object_get(report->result, "strategy"));
	size_t i;

	fprintf(out, "%s", report->label ?: report->path);
	if (report->kernel)
		fprintf(out, ", kernel %s", report->kernel);
	if (era)
		fprintf(out, ", era %s", era);
	if (strategy)
		fprintf(out, ", strategy %s", strategy);
	if (verdict)
		fprintf(out, ", verdict %s", verdict);
	fprintf(out, "\n");
	if (report->seconds > 0)
		fprintf(out, "recorded: %.1f s", report->seconds);
	if (report->events)
		fprintf(out, ", %llu events, %llu lost", (unsigned long long)report->events,
			(unsigned long long)report->lost);
	if (report->seconds > 0)
		fprintf(out, "%s%s\n", report->clock ? ", clock " : "", report->clock ?: "");
	if (report->calibration_ns != NO_CALIBRATION)
		fprintf(out, "probes: an empty hold measures %lld ns", report->calibration_ns);
	if (report->calibration_wait_ns != NO_CALIBRATION)
		fprintf(out, ", an empty wait %lld ns", report->calibration_wait_ns);
	if (report->calibration_ns != NO_CALIBRATION)
		fprintf(out, "; %s\n", report->net ? "taken off all figures" :
			"contained in all figures (--net takes it off)");
	for (i = 0; i < report->unmeasurable.nr; i++)
		fprintf(out, "not measured: %s\n", report->unmeasurable.string[i]);
	for (i = 0; i < report->notes.nr; i++)
		fprintf(out, "note: %s\n", report->notes.string[i]);
}

static void write_rates(FILE *out, const struct report *report)
{
	const char *separator = "";
	struct report_rates rates;
	double value;
	int i;

	report_rates(report, &rates);
	for (i = 0; i < SCALARS; i++) {
		if (!rates_scalar(&rates, i, &value))
			continue;
		fprintf(out, "%s%s %.*f", separator, report_scalars[i].title,
			report_scalars[i].digits, value);
		separator = ", ";
	}
	if (*separator)
		fprintf(out, "\n");
}

static int name_width(const struct report *report)
{
	size_t i, width = 24;

	for (i = 0; i < report->nr_series; i++)
		if (strlen(report->series[i].holder) > width)
			width = strlen(report->series[i].holder);
	return width;
}

static void write_row(FILE *out, const struct report *report, int width,
		      enum report_what what, const char *holder, const char *outcome,
		      struct report_dist *dist)
{
	double share = report_share(report, dist);
	char text[32];
	int i;

	fprintf(out, "%-8s %-*s %-9s %9llu", report_what_names[what], width, holder,
		outcome ?: "-", (unsigned long long)dist->count);
	for (i = 0; i < QUANTILES; i++) {
		format_cell(dist_quantile(dist, i), what_is_insn(what), dist, text, sizeof(text));
		fprintf(out, " %8s", text);
	}
	format_cell(dist->max_ns, what_is_insn(what), dist, text, sizeof(text));
	fprintf(out, " %9s", text);
	if (what == WHAT_HOLD && share >= 0)
		fprintf(out, " %7.3f%%\n", 100 * share);
	else
		fprintf(out, " %8s\n", "-");
}

static bool has_more_outcomes(const struct report *report, size_t i)
{
	return i + 1 < report->nr_series && !report_first_of_holder(report, i + 1);
}

static bool has_measure(const struct report *report, enum report_measure measure)
{
	size_t i;

	for (i = 0; i < report->nr_series; i++)
		if (report_measure(&report->series[i]) == measure)
			return true;
	return false;
}

/* What was measured in the same way, which is said where there is more than one. */
static void write_table(FILE *out, struct report *report, enum report_measure measure)
{
	int width = name_width(report);
	size_t i;

	if (!has_measure(report, measure))
		return;
	if (report_has_exact(report))
		fprintf(out, "\n%s:", report_measure_titles[measure]);
	fprintf(out, "\n%-8s %-*s %-9s %9s %8s %8s %8s %8s %9s %8s\n",
		measure == MEASURE_INSN ? "insn" : "us", width,
		"holder", "outcome", "count", "p50", "p90", "p99", "p99.9", "max", "held");
	for (i = 0; i < report->nr_series; i++) {
		struct report_series *series = &report->series[i];

		if (report_measure(series) != measure)
			continue;
		if (report_first_of_holder(report, i) && has_more_outcomes(report, i)) {
			struct report_dist all = { 0 };

			report_merged(report, series->what, series->holder, &all);
			write_row(out, report, width, series->what, series->holder, "all",
				  &all);
			dist_free(&all);
		}
		write_row(out, report, width, series->what, series->holder,
			  series->outcome, &series->dist);
	}
}

static void write_histograms(FILE *out, struct report *report, uint64_t bucket_ns)
{
	size_t i;

	for (i = 0; i < report->nr_series; i++) {
		struct report_series *series = &report->series[i];
		struct report_dist all = { 0 };

		if (series->what != WHAT_HOLD || !report_first_of_holder(report, i))
			continue;
		report_merged(report, WHAT_HOLD, series->holder, &all);
		fprintf(out, "\nhold times of %s, in seconds%s:\n", series->holder,
			all.resolution == RESOLUTION_LOG2 ?
			" (edges as recorded, powers of two)" : "");
		write_buckets(out, &all, bucket_ns);
		dist_free(&all);
	}
}

struct column {
	char title[64];
	uint64_t counts[LOG2_BUCKETS];
};

static size_t log2_columns(struct report *report, struct column *columns)
{
	size_t i, nr = 0;

	for (i = 0; i < report->nr_series && nr < COLUMNS_MAX; i++) {
		struct report_series *series = &report->series[i];
		struct report_dist all = { 0 };

		if (!report_first_of_holder(report, i) || what_is_insn(series->what))
			continue;
		report_merged(report, series->what, series->holder, &all);
		dist_log2(&all, columns[nr].counts);
		dist_free(&all);
		snprintf(columns[nr++].title, sizeof(columns[0].title), "%s %s",
			 report_what_names[series->what], series->holder);
	}
	return nr;
}

/* Holds, and next to them what the lookups waited. */
static void write_log2(FILE *out, struct report *report)
{
	struct column columns[COLUMNS_MAX];
	size_t i, nr = log2_columns(report, columns);
	int k, first = LOG2_BUCKETS, last = -1;

	for (i = 0; i < nr; i++) {
		for (k = 0; k < LOG2_BUCKETS; k++) {
			if (!columns[i].counts[k])
				continue;
			first = k < first ? k : first;
			last = k > last ? k : last;
		}
	}
	if (last < 0)
		return;
	fprintf(out, "\nby powers of two, up to ns:\n");
	for (i = 0; i < nr; i++)
		fprintf(out, "  [%zu] %s\n", i + 1, columns[i].title);
	fprintf(out, "%12s", "ns");
	for (i = 0; i < nr; i++)
		fprintf(out, " %*s[%zu]", COLUMN - 4, "", i + 1);
	fprintf(out, "\n");
	for (k = first; k <= last; k++) {
		fprintf(out, "%12llu", 1ULL << k);
		for (i = 0; i < nr; i++) {
			if (columns[i].counts[k])
				fprintf(out, " %*llu", COLUMN - 1,
					(unsigned long long)columns[i].counts[k]);
			else
				fprintf(out, " %*s", COLUMN - 1, "-");
		}
		fprintf(out, "\n");
	}
}

/**
 * write_text() - The report as text.
 * @out: Where to.
 * @report: The report, in order.
 * @bucket_ns: Width of the buckets of histograms, 0: chosen.
 */
void write_text(FILE *out, struct report *report, uint64_t bucket_ns)
{
	int measure;

	write_header(out, report);
	write_rates(out, report);
	if (!report->nr_series) {
		fprintf(out, "no holds, waits or latencies were recorded (TRACE=hold records them; with ACCEL=icount, TRACE=exact)\n");
		return;
	}
	for (measure = MEASURES; measure-- > 0;)
		write_table(out, report, measure);
	contention_text(out, report);
	protocol_text(out, report);
	write_histograms(out, report, bucket_ns);
	write_log2(out, report);
}
