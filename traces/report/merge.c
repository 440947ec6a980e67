// SPDX-License-Identifier: GPL-2.0
/*
 * Parts of a report become one: recordings of several tests, a recording and a
 * histogram of one test.
 */
#include "lib/tools.h"
#include "report/contention.h"
#include "report/facts.h"
#include "report/merge.h"
#include "report/protocol.h"

/**
 * merge_series() - Add a part's holds and waits to the report.
 * @report: The report.
 * @part: The part.
 */
void merge_series(struct report *report, const struct report *part)
{
	size_t i;

	for (i = 0; i < part->nr_series; i++) {
		struct report_series *series = report_series(report, part->series[i].what,
							     part->series[i].holder,
							     part->series[i].outcome);

		series->exact |= part->series[i].exact;
		dist_merge(&series->dist, &part->series[i].dist);
	}
	report->seconds += part->seconds;
}

/*
 * Recordings of several tests follow each other on the timeline. The time between
 * them is left out: nothing is known of it.
 */
static void merge_marks(struct report *report, const struct report *part)
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

/**
 * merge_rest() - Add all else that is known from a part: marks, notes, facts.
 * @report: The report.
 * @part: The part.
 */
void merge_rest(struct report *report, const struct report *part)
{
	size_t i;

	merge_marks(report, part);
	contention_merge(report, part);
	protocol_merge(report, part);
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
