// SPDX-License-Identifier: GPL-2.0
/*
 * The report as a thing: its series, marks and notes; and the few helpers that
 * every part of bht-report shares.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

const char * const report_what_names[WHATS] = { "hold", "wait", "latency" };

/**
 * die() - End with one line.
 * @status: Exit status.
 * @format: As printf's, for the line.
 */
void die(int status, const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fprintf(stderr, "bht-report: ");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n");
	exit(status);
}

/**
 * must() - End when there was no memory.
 * @memory: What an allocation returned.
 *
 * Return: the same, never NULL.
 */
void *must(void *memory)
{
	if (!memory)
		die(EXIT_ENVIRONMENT, "out of memory");
	return memory;
}

/**
 * copy() - strdup() that cannot fail.
 * @text: What to copy, or NULL.
 *
 * Return: the copy, NULL of NULL.
 */
char *copy(const char *text)
{
	return text ? must(strdup(text)) : NULL;
}

/**
 * printed() - A new string, as printf() would print it.
 * @format: As printf's.
 */
char *printed(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return must(text);
}

/**
 * strings_add() - Append to a list of strings.
 * @strings: The list, which now owns @string.
 * @string: The string.
 */
void strings_add(struct report_strings *strings, char *string)
{
	strings->string = must(realloc(strings->string, (strings->nr + 1) *
				       sizeof(*strings->string)));
	strings->string[strings->nr++] = string;
}

/**
 * strings_have() - Is it in the list?
 * @strings: The list.
 * @string: What to look for.
 */
bool strings_have(const struct report_strings *strings, const char *string)
{
	size_t i;

	for (i = 0; i < strings->nr; i++)
		if (!strcmp(strings->string[i], string))
			return true;
	return false;
}

static void strings_free(struct report_strings *strings)
{
	size_t i;

	for (i = 0; i < strings->nr; i++)
		free(strings->string[i]);
	free(strings->string);
}

/**
 * report_new() - An empty report.
 * @path: What it is about.
 * @label: Its name for people, or NULL.
 */
struct report *report_new(const char *path, const char *label)
{
	struct report *report = must(calloc(1, sizeof(*report)));

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
	/* The migration side first, it is what this is about. */
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
	/* A shifted bin of powers of two is none any more. */
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
 * report_note() - Something that a reader of the figures must know.
 * @report: The report.
 * @format: As printf's.
 */
void report_note(struct report *report, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	must(text);
	if (strings_have(&report->notes, text))
		free(text);
	else
		strings_add(&report->notes, text);
}

/**
 * report_unmeasurable() - A function that could not be measured, and why.
 * @report: The report.
 * @text: "FUNCTION: REASON".
 */
void report_unmeasurable(struct report *report, const char *text)
{
	if (!strings_have(&report->unmeasurable, text))
		strings_add(&report->unmeasurable, copy(text));
}

/* "KEY: VALUE" and "KEY=VALUE" are the same. */
static const char *value_after(const char *text, const char *key)
{
	size_t length = strlen(key);

	if (strncmp(text, key, length))
		return NULL;
	if (text[length] == '=')
		return text + length + 1;
	if (text[length] == ':' && text[length + 1] == ' ')
		return text + length + 2;
	return NULL;
}

/**
 * report_fact() - What the recorder says about its recording.
 * @report: The report.
 * @text: "KEY=VALUE", or several, or "KEY: VALUE"; unknown keys are ignored.
 */
void report_fact(struct report *report, const char *text)
{
	const char *value, *word;
	char function[256];

	value = value_after(text, "unmeasurable");
	if (value) {
		report_unmeasurable(report, value);
		return;
	}
	value = value_after(text, "function");
	if (value) {
		if (strstr(value, " side=migration") && sscanf(value, "%255s", function) == 1 &&
		    !strings_have(&report->migration_side, function))
			strings_add(&report->migration_side, copy(function));
		return;
	}
	value = value_after(text, "kernel");
	if (value && !report->kernel)
		report->kernel = copy(value);
	value = value_after(text, "clock");
	if (value && !report->clock)
		report->clock = copy(value);
	for (word = text; word; word = strchr(word, ' ')) {
		word += *word == ' ';
		value = value_after(word, "calibration_ns");
		if (value)
			report->calibration_ns = atoll(value);
		value = value_after(word, "calibration_wait_ns");
		if (value)
			report->calibration_wait_ns = atoll(value);
		value = value_after(word, "seconds");
		if (value && atof(value) > 0)
			report->seconds += atof(value);
	}
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
