// SPDX-License-Identifier: GPL-2.0
/* A report: its series and marks. */
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/report.h"

const char * const report_what_names[WHATS] = {
	"hold", "wait", "latency", "hold", "wait", "latency"
};

const char * const report_measure_titles[MEASURES] = {
	"by a clock",
	"exact, in the guest's time (the turns of other CPUs are in it)",
	"exact, in instructions (no caches, no memory latency)",
};

/**
 * report_new() - An empty report.
 * @path: What it is about.
 * @label: Its name for people, or NULL.
 */
struct report *report_new(const char *path, const char *label)
{
	struct report *report = allocate(sizeof(*report));

	report->path = copy(path);
	report->label = copy(label);
	report->calibration_ns = NO_CALIBRATION;
	report->calibration_wait_ns = NO_CALIBRATION;
	report->tests = must(json_array());
	return report;
}

/**
 * report_free() - Give it back.
 * @report: The report.
 */
void report_free(struct report *report)
{
	size_t i;

	for (i = 0; i < report->nr_series; i++) {
		free(report->series[i].holder);
		free(report->series[i].outcome);
		dist_free(&report->series[i].dist);
	}
	free(report->series);
	free(report->marks);
	strings_free(&report->unmeasurable);
	strings_free(&report->notes);
	strings_free(&report->names);
	strings_free(&report->migration_side);
	json_decref(report->result);
	json_decref(report->tests);
	json_decref(report->contention);
	json_decref(report->pairs);
	free(report->path);
	free(report->label);
	free(report->kernel);
	free(report->clock);
	free(report);
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/**
 * report_find() - A series.
 * @report: The report.
 * @what: Hold, wait or latency.
 * @holder: The function.
 * @outcome: Of the migration, NULL: none.
 *
 * Return: the series, or NULL when there is none.
 */
struct report_series *report_find(struct report *report, enum report_what what,
				  const char *holder, const char *outcome)
{
	size_t i;

	for (i = 0; i < report->nr_series; i++) {
		struct report_series *series = &report->series[i];

		if (series->what == what && same(series->holder, holder) &&
		    same(series->outcome, outcome))
			return series;
	}
	return NULL;
}

/**
 * report_series() - A series, made when there is none.
 * @report: The report. Making one moves the others.
 * @what: Hold, wait or latency.
 * @holder: The function.
 * @outcome: Of the migration, NULL: none.
 */
struct report_series *report_series(struct report *report, enum report_what what,
				    const char *holder, const char *outcome)
{
	struct report_series *series = report_find(report, what, holder, outcome);

	if (series)
		return series;
	report->series = must(realloc(report->series, (report->nr_series + 1) *
				      sizeof(*report->series)));
	series = &report->series[report->nr_series++];
	*series = (struct report_series){
		.what = what, .holder = copy(holder), .outcome = copy(outcome),
		.exact = report->exact,
	};
	return series;
}

static bool is_migration_side(const struct report *report,
			      const struct report_series *series)
{
	return series->outcome || strings_have(&report->migration_side, series->holder);
}

/**
 * report_merged() - All outcomes of a holder in one distribution.
 * @report: The report.
 * @what: Hold, wait or latency.
 * @holder: The function; NULL: of the migration side.
 * @dist: Added to.
 */
void report_merged(struct report *report, enum report_what what,
		   const char *holder, struct report_dist *dist)
{
	size_t i;

	for (i = 0; i < report->nr_series; i++) {
		struct report_series *series = &report->series[i];

		if (series->what == what &&
		    (holder ? !strcmp(series->holder, holder) :
			      is_migration_side(report, series)))
			dist_merge(dist, &series->dist);
	}
}

/**
 * report_share() - The part of the recorded time that the lock was held.
 * @report: The report.
 * @dist: Holds.
 *
 * Return: 1 is all the time; with several locks it can be more. Negative: the
 * recorded time is not known.
 */
double report_share(const struct report *report, const struct report_dist *dist)
{
	if (report->seconds <= 0)
		return -1;
	return dist->sum_ns / 1e9 / report->seconds;
}

static int by_weight(const void *a, const void *b)
{
	const struct report_series *left = a, *right = b;
	int order;

	if (left->what != right->what)
		return left->what < right->what ? -1 : 1;
	/* The migration side is what this is about: it comes first. */
	if (!left->outcome != !right->outcome)
		return left->outcome ? -1 : 1;
	order = strcmp(left->holder, right->holder);
	if (order)
		return order;
	if (left->dist.count != right->dist.count)
		return left->dist.count > right->dist.count ? -1 : 1;
	return left->outcome ? strcmp(left->outcome, right->outcome) : 0;
}

/**
 * report_order() - Sort the series as they are shown; the empty ones go.
 * @report: The report.
 */
void report_order(struct report *report)
{
	size_t i, kept = 0;

	for (i = 0; i < report->nr_series; i++) {
		struct report_series *series = &report->series[i];

		dist_sort(&series->dist);
		if (series->dist.count) {
			report->series[kept++] = *series;
			continue;
		}
		free(series->holder);
		free(series->outcome);
		dist_free(&series->dist);
	}
	report->nr_series = kept;
	if (kept)
		qsort(report->series, kept, sizeof(*report->series), by_weight);
}

static void take_off(struct report_dist *dist, uint64_t cost)
{
	size_t i;

	for (i = 0; i < dist->nr; i++) {
		struct report_bin *bin = &dist->bins[i];

		bin->from -= bin->from < cost ? bin->from : cost;
		bin->to -= bin->to < cost ? bin->to : cost;
	}
	dist->sorted = false;
	dist_sort(dist);
	/* A shifted bin does not end at a power of two any more. */
	if (dist->resolution == RESOLUTION_LOG2) {
		dist->resolution = RESOLUTION_LINEAR;
		dist->width = 1;
	}
	dist->max_ns -= dist->max_ns < cost ? dist->max_ns : cost;
	dist->sum_ns -= (double)cost * dist->count;
	if (dist->sum_ns < 0)
		dist->sum_ns = 0;
}

/**
 * report_take_off_probe() - Subtract what the probes add.
 * @report: The report. Without a calibration nothing is done; the module's own
 *	latencies contain no probe.
 */
void report_take_off_probe(struct report *report)
{
	size_t i;

	if (report->calibration_ns <= 0 || report->net)
		return;
	report->net = true;
	for (i = 0; i < report->nr_series; i++) {
		struct report_series *series = &report->series[i];

		if (series->exact)
			continue;
		if (series->what == WHAT_HOLD)
			take_off(&series->dist, report->calibration_ns);
		else if (series->what == WHAT_WAIT && report->calibration_wait_ns > 0)
			take_off(&series->dist, report->calibration_wait_ns);
	}
}

/**
 * report_name() - A name that lives as long as the report.
 * @report: The report.
 * @name: What to copy, once.
 */
const char *report_name(struct report *report, const char *name)
{
	size_t i;

	for (i = 0; i < report->names.nr; i++)
		if (!strcmp(report->names.string[i], name))
			return report->names.string[i];
	strings_add(&report->names, copy(name));
	return report->names.string[report->names.nr - 1];
}

/**
 * report_mark() - Put something on the timeline.
 * @report: The report.
 * @mark: What; beyond MARKS_MAX it is only counted.
 */
void report_mark(struct report *report, const struct report_mark *mark)
{
	if (report->nr_marks >= MARKS_MAX) {
		report->dropped_marks++;
		return;
	}
	if (report->nr_marks == report->room_marks) {
		report->room_marks = report->room_marks ? 2 * report->room_marks : 1024;
		report->marks = must(realloc(report->marks, report->room_marks *
					     sizeof(*report->marks)));
	}
	report->marks[report->nr_marks++] = *mark;
}

/**
 * report_measure() - By what a series was measured.
 * @series: The series.
 */
enum report_measure report_measure(const struct report_series *series)
{
	if (what_is_insn(series->what))
		return MEASURE_INSN;
	return series->exact ? MEASURE_GUEST : MEASURE_CLOCK;
}

/**
 * report_has_exact() - Was anything measured from outside?
 * @report: The report.
 */
bool report_has_exact(const struct report *report)
{
	size_t i;

	for (i = 0; i < report->nr_series; i++)
		if (report->series[i].exact)
			return true;
	return false;
}

/**
 * report_first_of_holder() - Does a new holder begin with this series?
 * @report: The report, in order.
 * @i: The series.
 */
bool report_first_of_holder(const struct report *report, size_t i)
{
	const struct report_series *series = &report->series[i];

	return !i || series[-1].what != series->what ||
	       strcmp(series[-1].holder, series->holder);
}

/**
 * report_verdict() - The verdict of the run.
 * @report: The report.
 *
 * Return: NULL when it is not a run folder's.
 */
const char *report_verdict(const struct report *report)
{
	return json_string_value(json_object_get(report->result, "verdict"));
}

/**
 * outcome_name() - What a return code of a migration means.
 * @rc: The code.
 * @buffer: Used when it has no name.
 * @size: Of @buffer.
 */
const char *outcome_name(long long rc, char *buffer, size_t size)
{
	const char *name = rc < 0 && rc > -4096 ? strerrorname_np(-rc) : NULL;

	if (!rc)
		return "moved";
	if (name)
		snprintf(buffer, size, "-%s", name);
	else
		snprintf(buffer, size, "%lld", rc);
	return buffer;
}
