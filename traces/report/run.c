// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a run folder: result.json (the verdict, the rates, the module's own
 * latencies), trace.dat and hold.hist. And what else can be given as an input.
 *
 * A recording knows each hold, a histogram only its bin, but a histogram loses
 * nothing. With both, the recording counts unless it lost events.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

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
		json_int_t from = json_integer_value(json_array_get(pair, 0));
		json_int_t count = json_integer_value(json_array_get(pair, 1));
		json_int_t width = 1;

		if (from < 0 || count <= 0)
			continue;
		while (from / width >= 2 * LATENCY_STEPS)
			width *= 2;
		dist_add(dist, from, from + width - 1, count);
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

static void load_result(struct report *report, const char *path)
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
}

static bool has_holds(const struct report *report)
{
	size_t i;

	for (i = 0; i < report->nr_series; i++)
		if (report->series[i].what != WHAT_LATENCY && report->series[i].dist.count)
			return true;
	return false;
}

/* Into a report of its own first: only one of two sources of holds counts. */
static struct report *load_part(const char *path, const char *test,
				void (*load)(struct report *, const char *))
{
	struct report *part = report_new(path, test);

	load(part, path);
	return part;
}

static void take_series(struct report *report, const struct report *part)
{
	size_t i;

	for (i = 0; i < part->nr_series; i++)
		dist_merge(&report_series(report, part->series[i].what,
					  part->series[i].holder,
					  part->series[i].outcome)->dist,
			   &part->series[i].dist);
	report->seconds += part->seconds;
}

/*
 * Recordings of several tests follow each other on the timeline, without the time
 * between them, of which nothing is known.
 */
static void take_marks(struct report *report, const struct report *part)
{
	uint64_t begin = UINT64_MAX, end = 0, last = 0;
	struct report_mark mark;
	size_t i;

	for (i = 0; i < report->nr_marks; i++)
		last = report->marks[i].end > last ? report->marks[i].end : last;
	for (i = 0; i < part->nr_marks; i++) {
		begin = part->marks[i].begin < begin ? part->marks[i].begin : begin;
		end = part->marks[i].end > end ? part->marks[i].end : end;
	}
	if (part->nr_marks)
		report_mark(report, &(struct report_mark){
			.begin = last, .end = last + end - begin, .kind = MARK_RECORDING,
			.name = report_name(report, part->label ?: "recording"),
		});
	for (i = 0; i < part->nr_marks; i++) {
		mark = part->marks[i];
		mark.name = report_name(report, mark.name);
		mark.begin += last - begin;
		mark.end += last - begin;
		report_mark(report, &mark);
	}
	report->dropped_marks += part->dropped_marks;
}

static void take_rest(struct report *report, const struct report *part)
{
	size_t i;

	take_marks(report, part);
	for (i = 0; i < part->notes.nr; i++)
		report_note(report, "%s", part->notes.string[i]);
	for (i = 0; i < part->unmeasurable.nr; i++)
		report_unmeasurable(report, part->unmeasurable.string[i]);
	report->events += part->events;
	report->lost += part->lost;
	if (part->calibration_ns != NO_CALIBRATION)
		report->calibration_ns = part->calibration_ns;
	if (part->calibration_wait_ns != NO_CALIBRATION)
		report->calibration_wait_ns = part->calibration_wait_ns;
	for (i = 0; i < part->migration_side.nr; i++)
		if (!strings_have(&report->migration_side, part->migration_side.string[i]))
			strings_add(&report->migration_side,
				    copy(part->migration_side.string[i]));
	if (!report->kernel)
		report->kernel = copy(part->kernel);
	if (!report->clock)
		report->clock = copy(part->clock);
}

/* What was recorded of one test, or of all: trace.dat and hold.hist of a folder. */
static bool load_recording(struct report *report, const char *folder, const char *test)
{
	struct report *recorded = NULL, *counted = NULL, *chosen;
	char *trace = printed("%s/trace.dat", folder);
	char *hist = printed("%s/hold.hist", folder);
	bool found;

	if (!access(trace, F_OK)) {
		if (!looks_like_trace(trace))
			die(EXIT_INPUT, "%s: not a trace.dat", trace);
		recorded = load_part(trace, test, load_trace);
	}
	if (!access(hist, F_OK))
		counted = load_part(hist, test, load_hist);
	chosen = recorded && has_holds(recorded) &&
		 !(recorded->lost && counted && has_holds(counted)) ? recorded : counted;
	if (recorded && counted && has_holds(recorded) && has_holds(counted))
		report_note(report, "holds and waits are from %s",
			    chosen == recorded ? "trace.dat, where each one is exact" :
			    "hold.hist, as trace.dat lost events");
	if (!chosen)
		chosen = recorded;
	if (chosen)
		take_series(report, chosen);
	found = recorded || counted;
	if (recorded) {
		take_rest(report, recorded);
		report_free(recorded);
	}
	if (counted) {
		take_rest(report, counted);
		report_free(counted);
	}
	free(trace);
	free(hist);
	return found;
}

/* Each test variant has a recording of its own, in results/. */
static bool load_recordings(struct report *report, const char *folder)
{
	char *results = printed("%s/results", folder);
	struct dirent **entries;
	int i, nr = scandir(results, &entries, NULL, alphasort);
	bool found = false;

	for (i = 0; i < nr; i++) {
		char *test = printed("%s/%s", results, entries[i]->d_name);

		if (entries[i]->d_name[0] != '.')
			found |= load_recording(report, test, entries[i]->d_name);
		free(test);
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
	free(results);
	/* Links to the last of those. */
	return found || load_recording(report, folder, "recording");
}

static void load_folder(struct report *report, const char *folder)
{
	char *result = printed("%s/result.json", folder);
	bool found = !access(result, F_OK);

	if (found)
		load_result(report, result);
	found |= load_recordings(report, folder);
	if (!found)
		die(EXIT_INPUT, "%s: not a run folder: no result.json, trace.dat or hold.hist in it",
		    folder);
	free(result);
}

static bool looks_like_result(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && !strcmp(dot, ".json");
}

/**
 * load_path() - Read a run folder, a trace.dat, a dump of histograms, a result.json.
 * @report: The report, added to.
 * @path: Of either.
 */
void load_path(struct report *report, const char *path)
{
	struct stat status;

	if (stat(path, &status))
		die(EXIT_INPUT, "%s: %s", path, strerror(errno));
	if (S_ISDIR(status.st_mode))
		load_folder(report, path);
	else if (!S_ISREG(status.st_mode))
		die(EXIT_INPUT, "%s: neither a file nor a run folder", path);
	else if (looks_like_trace(path))
		load_trace(report, path);
	else if (looks_like_hist(path))
		load_hist(report, path);
	else if (looks_like_result(path))
		load_result(report, path);
	else
		die(EXIT_INPUT, "%s: neither a trace.dat, nor a dump of histograms, nor a result.json",
		    path);
}
