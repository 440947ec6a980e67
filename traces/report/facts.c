// SPDX-License-Identifier: GPL-2.0
/*
 * What a reader must know besides the figures: notes, functions that could not be
 * measured, and what the recorder says about its recording. The recorder says the
 * same in the header of a hold.hist and in the markers of a trace.dat.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/facts.h"

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
	text = vprinted(format, arguments);
	va_end(arguments);
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
	value = value_after(text, "release");
	if (value && !strcmp(value, "late"))
		report_note(report, "releases were seen when they were done: a task preempted there counts as holding the lock");
	value = value_after(text, "sampled");
	if (value)
		report_note(report, "the probes were armed %d %% of the time: counts and seconds are of that part",
			    atoi(value));
	if (value_after(text, "exact"))
		report->exact = true;
	value = value_after(text, "unjoined");
	if (value && atoi(value))
		report_note(report,
			    "%s holds or releases of the lock went by unseen: counts are not all",
			    value);
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
