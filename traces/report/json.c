// SPDX-License-Identifier: GPL-2.0
/*
 * The report for programs: JSON (schema 1) and CSV.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/histogram_2019.h"
#include "report/json.h"
#include "report/protocol.h"
#include "report/rates.h"

static json_t *optional(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *list(const struct report_strings *strings)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < strings->nr; i++)
		json_array_append_new(array, json_string(strings->string[i]));
	return array;
}

static json_t *triple(json_int_t from, json_int_t to, json_int_t count)
{
	return json_pack("[I,I,I]", from, to, count);
}

/* Of powers of two: [from, to, count], durations d with from < d <= to. */
static json_t *log2_histogram(struct report_dist *dist)
{
	json_t *array = json_array();
	uint64_t counts[LOG2_BUCKETS];
	int k;

	dist_log2(dist, counts);
	for (k = 0; k < LOG2_BUCKETS; k++)
		if (counts[k])
			json_array_append_new(array, triple(k ? 1ULL << (k - 1) : 0, 1ULL << k,
							    counts[k]));
	return array;
}

/* As printed: [from or null, to or null, count]. */
static json_t *bucket_histogram(struct report_dist *dist, uint64_t width)
{
	json_t *array = json_array();
	struct report_buckets buckets;
	unsigned int i;

	dist_buckets(dist, width, &buckets);
	for (i = 0; i < buckets.nr; i++) {
		json_t *bucket = json_array();

		json_array_append_new(bucket, i ? json_integer(buckets.edge[i - 1]) :
					      json_null());
		json_array_append_new(bucket, i + 1 < buckets.nr ?
					      json_integer(buckets.edge[i]) : json_null());
		json_array_append_new(bucket, json_integer(buckets.count[i]));
		json_array_append_new(array, bucket);
	}
	return array;
}

/* "p50_ns", "max_insn" */
static void set_in_unit(json_t *object, const char *name, const char *unit, json_t *value)
{
	char *key = printed("%s_%s", name, unit);

	json_object_set_new(object, key, value);
	free(key);
}

static json_t *series_json(struct report *report, struct report_series *series,
			   uint64_t bucket_ns)
{
	static const char * const resolutions[] = { "exact", "linear", "log2" };
	static const char * const names[QUANTILES] = { "p50", "p90", "p99", "p999" };
	const char *unit = what_is_insn(series->what) ? "insn" : "ns";
	struct report_dist *dist = &series->dist;
	double share = report_share(report, dist);
	json_t *object;
	int q;

	object = json_pack("{s:s,s:s,s:o,s:s,s:s,s:I,s:s}", "what", report_what_names[series->what],
			   "holder", series->holder, "outcome", optional(series->outcome),
			   "measure", series->exact ? "exact" : "clock",
			   "unit", unit, "count", (json_int_t)dist->count, "resolution",
			   resolutions[dist->resolution]);
	for (q = 0; q < QUANTILES; q++)
		set_in_unit(object, names[q], unit, json_real(dist_quantile(dist, q)));
	set_in_unit(object, "max", unit, json_integer(dist->max_ns));
	set_in_unit(object, "sum", unit, json_real(dist->sum_ns));
	json_object_set_new(object, "share", series->what == WHAT_HOLD && share >= 0 ?
					     json_real(share) : json_null());
	json_object_set_new(object, "buckets", bucket_histogram(dist, bucket_ns));
	json_object_set_new(object, "log2", log2_histogram(dist));
	return object;
}

static json_t *rates_json(const struct report *report)
{
	json_t *object = json_object();
	struct report_rates rates;
	double value;
	int i;

	report_rates(report, &rates);
	for (i = 0; i < SCALARS; i++)
		if (rates_scalar(&rates, i, &value))
			json_object_set_new(object, report_scalars[i].name, json_real(value));
	return object;
}

/**
 * write_json() - The report as JSON.
 * @out: Where to.
 * @report: The report, in order.
 * @bucket_ns: Width of the buckets of histograms, 0: chosen.
 */
void write_json(FILE *out, struct report *report, uint64_t bucket_ns)
{
	json_t *series = json_array();
	json_t *object;
	size_t i;

	for (i = 0; i < report->nr_series; i++)
		json_array_append_new(series, series_json(report, &report->series[i], bucket_ns));
	object = json_pack("{s:i,s:s,s:o,s:o,s:o,s:f,s:I,s:I}", "schema", 1,
			   "path", report->path, "kernel", optional(report->kernel),
			   "clock", optional(report->clock),
			   "verdict", optional(report_verdict(report)),
			   "seconds", report->seconds,
			   "events", (json_int_t)report->events,
			   "lost", (json_int_t)report->lost);
	if (!object)
		die(EXIT_INPUT, "%s: what it says is not UTF-8", report->path);
	json_object_set_new(object, "calibration_ns", report->calibration_ns == NO_CALIBRATION ?
			    json_null() : json_integer(report->calibration_ns));
	json_object_set_new(object, "calibration_wait_ns",
			    report->calibration_wait_ns == NO_CALIBRATION ? json_null() :
			    json_integer(report->calibration_wait_ns));
	json_object_set_new(object, "net", json_boolean(report->net));
	json_object_set_new(object, "unmeasurable", list(&report->unmeasurable));
	json_object_set_new(object, "notes", list(&report->notes));
	json_object_set_new(object, "rates", rates_json(report));
	json_object_set_new(object, "series", series);
	json_object_set_new(object, "interleavings", protocol_json(report));
	json_object_set(object, "contention", report->contention ?: json_null());
	json_dumpf(object, out, JSON_INDENT(1) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9));
	fprintf(out, "\n");
	json_decref(object);
}

/* Quoted, as RFC 4180 has it. */
static void csv_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

/**
 * write_csv() - The figures as comma-separated values, a series a line, in its own unit.
 * @out: Where to.
 * @report: The report, in order.
 */
void write_csv(FILE *out, struct report *report)
{
	size_t i;
	int q;

	fprintf(out, "what,holder,outcome,count,p50_ns,p90_ns,p99_ns,p999_ns,max_ns,sum_ns,share,unit,measure\n");
	for (i = 0; i < report->nr_series; i++) {
		struct report_series *series = &report->series[i];
		double share = report_share(report, &series->dist);

		fprintf(out, "%s,", report_what_names[series->what]);
		csv_text(out, series->holder);
		fputc(',', out);
		csv_text(out, series->outcome ?: "");
		fprintf(out, ",%llu", (unsigned long long)series->dist.count);
		for (q = 0; q < QUANTILES; q++)
			fprintf(out, ",%.0f", dist_quantile(&series->dist, q));
		fprintf(out, ",%llu,%.0f,", (unsigned long long)series->dist.max_ns,
			series->dist.sum_ns);
		if (series->what == WHAT_HOLD && share >= 0)
			fprintf(out, "%.9f", share);
		fprintf(out, ",%s,%s\n", what_is_insn(series->what) ? "insn" : "ns",
			series->exact ? "exact" : "clock");
	}
}
