// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a result.json: the verdict, the tests with their rates, and the latencies
 * that the module measured itself.
 */
#include "lib/tools.h"
#include "report/result.h"
#include "report/watch.h"

/*
 * The module's histogram: [from, count] in ns, bins without durations left out.
 * Each power of two has LATENCY_STEPS bins, see module/report/histogram.h.
 */
#define LATENCY_STEPS	16

static void add_histogram(struct report_dist *dist, json_t *histogram)
{
	json_t *pair;
	size_t i;

	json_array_foreach(histogram, i, pair) {
		json_int_t first = json_integer_value(json_array_get(pair, 0));
		json_int_t count = json_integer_value(json_array_get(pair, 1));
		uint64_t from = first, width = 1;

		if (first < 0 || count <= 0)
			continue;
		while (from / width >= 2 * LATENCY_STEPS)
			width *= 2;
		dist_add(dist, from, from + (width - 1), count);
	}
}

static void add_latency(struct report *report, const char *name, json_t *latency)
{
	static const char * const keys[QUANTILES] = {
		"p50_ns", "p90_ns", "p99_ns", "p999_ns"
	};
	json_t *max = json_object_get(latency, "max_ns");
	struct report_series *series;
	struct report_dist dist = { 0 };
	int i;

	add_histogram(&dist, json_object_get(latency, "histogram"));
	if (!dist.count) {
		dist_free(&dist);
		return;
	}
	dist.has_given = true;
	for (i = 0; i < QUANTILES; i++) {
		json_t *given = json_object_get(latency, keys[i]);

		dist.has_given = dist.has_given && json_is_number(given);
		dist.given[i] = json_number_value(given);
	}
	if (json_is_integer(max))
		dist.max_ns = json_integer_value(max);
	if (json_is_number(json_object_get(latency, "total_ns")))
		dist.sum_ns = json_number_value(json_object_get(latency, "total_ns"));
	series = report_series(report, WHAT_LATENCY, name, NULL);
	dist_merge(&series->dist, &dist);
	dist_free(&dist);
}

/* All durations of a guest whose clock was wrong are: see scripts/result/result.jq. */
static void refuse_wrong_clock(const char *path, json_t *clock)
{
	if (json_is_false(json_object_get(clock, "agree")))
		die(EXIT_INPUT, "%s: the guest's clock ran %g times as fast as the host's: its times are wrong, run it again",
		    path, json_number_value(json_object_get(clock, "factor")));
}

/**
 * load_result() - Read a result.json into the report.
 * @report: The report.
 * @path: The file. When it is damaged or foreign, this ends the program.
 */
void load_result(struct report *report, const char *path)
{
	const char *release;
	json_error_t error;
	const char *name;
	json_t *test, *latency;
	size_t i;

	json_decref(report->result);
	report->result = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (!report->result)
		die(EXIT_INPUT, "%s: line %d: %s", path, error.line, error.text);
	if (!json_is_integer(json_object_get(report->result, "schema")) ||
	    !json_is_array(json_object_get(report->result, "tests")))
		die(EXIT_INPUT, "%s: not a result.json: no schema, no tests", path);
	refuse_wrong_clock(path, json_object_get(report->result, "clock"));
	release = json_string_value(json_object_get(json_object_get(report->result, "kernel"),
						    "release"));
	if (release && !report->kernel)
		report->kernel = copy(release);
	json_array_foreach(json_object_get(report->result, "tests"), i, test) {
		if (!json_is_object(test))
			die(EXIT_INPUT, "%s: not a result.json: a test is no object", path);
		json_array_append(report->tests, test);
		json_object_foreach(json_object_get(test, "latency"), name, latency)
			add_latency(report, name, latency);
	}
	load_watch(report, json_object_get(report->result, "watch"));
}
