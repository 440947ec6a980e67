// SPDX-License-Identifier: GPL-2.0
/*
 * The close-up of the page: the first violation, or else the longest hold, and what
 * happened around it, CPU by CPU. It draws each migration, hold and violation.
 */
#include <stdlib.h>

#include "lib/tools.h"
#include "report/axis.h"
#include "report/closeup.h"
#include "report/format.h"

#define ROW_H		54
#define DRAWN_MAX	400	/* marks, of a kind */
#define LEAST_NS	200000.0	/* shown on either side */
#define US_UP_TO_NS	5000000.0	/* milliseconds beyond */
#define CPUS_MAX	16

/* The first violation, else the longest hold, else nothing. */
static const struct report_mark *most_telling(const struct report *report)
{
	const struct report_mark *longest = NULL;
	size_t i;

	for (i = 0; i < report->nr_marks; i++) {
		const struct report_mark *mark = &report->marks[i];

		if (mark->kind == MARK_VIOLATION)
			return mark;
		if (mark->kind == MARK_HOLD &&
		    (!longest || mark->end - mark->begin > longest->end - longest->begin))
			longest = mark;
	}
	return longest;
}

static int row_of(int *cpus, int *nr, int cpu)
{
	int i;

	for (i = 0; i < *nr; i++)
		if (cpus[i] == cpu)
			return i;
	if (*nr == CPUS_MAX)
		return -1;
	cpus[*nr] = cpu;
	return (*nr)++;
}

static void draw_mark(FILE *out, const struct report_mark *mark, const struct span *span,
		      double y)
{
	double x = time_x(span, mark->begin), width = time_x(span, mark->end) - x;
	char buffer[32], duration[32];

	if (mark->kind == MARK_VIOLATION) {
		fprintf(out, "<path class=\"violation\" d=\"M%.1f %.1f l-6 -11 h12 z\"><title>",
			x, y + ROW_H - 8);
		html_text(out, mark->name);
		fprintf(out, ", folio index %llu</title></path>\n",
			(unsigned long long)mark->index);
		return;
	}
	width = width < LEAST_PX ? LEAST_PX : width;
	fprintf(out, "<rect class=\"%s\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%d\"><title>",
		mark->kind == MARK_HOLD ? "hold" : mark->rc ? "refused faint" : "moved faint",
		x, mark->kind == MARK_HOLD ? y + 18 : y + 10, width,
		mark->kind == MARK_HOLD ? 18 : 34);
	html_text(out, mark->name);
	format_duration(mark->end - mark->begin, duration, sizeof(duration));
	fprintf(out, ", task %d: %s, %s", mark->pid, duration,
		outcome_name(mark->rc, buffer, sizeof(buffer)));
	if (mark->kind == MARK_MIGRATION)
		fprintf(out, ", folio index %llu", (unsigned long long)mark->index);
	fputs("</title></rect>\n", out);
}

/* Migrations first, holds upon them, violations on top. */
static void draw_marks(FILE *out, const struct report *report, const struct span *span,
		       int *cpus, int *nr_cpus)
{
	static const enum report_mark_kind kinds[] = { MARK_MIGRATION, MARK_HOLD, MARK_VIOLATION };
	size_t i, k;
	int drawn;

	for (k = 0; k < ARRAY_SIZE(kinds); k++) {
		drawn = 0;
		for (i = 0; i < report->nr_marks; i++) {
			const struct report_mark *mark = &report->marks[i];
			int row;

			if (mark->kind != kinds[k] || mark->end < span->begin ||
			    mark->begin > span->end || drawn >= DRAWN_MAX)
				continue;
			row = row_of(cpus, nr_cpus, mark->cpu);
			if (row < 0)
				continue;
			drawn++;
			if (out)
				draw_mark(out, mark, span, row * ROW_H);
		}
	}
}

static int by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/**
 * svg_closeup() - Draw what happened around the most telling moment.
 * @out: Where to.
 * @report: The report; without marks nothing is drawn.
 */
void svg_closeup(FILE *out, struct report *report)
{
	const struct report_mark *center = most_telling(report);
	int cpus[CPUS_MAX], nr_cpus = 0, i;
	double around, unit_ns;
	char duration[32];
	struct span span;

	if (!center)
		return;
	around = 0.4 * (center->end - center->begin);
	around = around < LEAST_NS ? LEAST_NS : around;
	span.begin = center->begin - around;
	span.end = center->end + around;
	unit_ns = span.end - span.begin < US_UP_TO_NS ? 1e3 : 1e6;
	row_of(cpus, &nr_cpus, center->cpu);
	draw_marks(NULL, report, &span, cpus, &nr_cpus);
	qsort(cpus, nr_cpus, sizeof(*cpus), by_number);
	fprintf(out, "<h2>Close-up: %s</h2>\n<figure class=\"wide\"><figcaption>",
		center->kind == MARK_VIOLATION ? "the first violation" : "the longest hold");
	html_text(out, center->name);
	if (center->kind == MARK_HOLD) {
		format_duration(center->end - center->begin, duration, sizeof(duration));
		fprintf(out, ", %s", duration);
	}
	fprintf(out, "</figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"img\">\n", WIDTH,
		nr_cpus * ROW_H + AXIS_H);
	draw_time(out, &span, center->begin, unit_ns, unit_ns == 1e3 ? "us" : "ms",
		  nr_cpus * ROW_H);
	for (i = 0; i < nr_cpus; i++)
		fprintf(out, "<text class=\"row\" x=\"0\" y=\"%d\">CPU %d</text><line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n",
			i * ROW_H + 32, cpus[i], LEFT, WIDTH - RIGHT,
			(i + 1) * ROW_H, (i + 1) * ROW_H);
	draw_marks(out, report, &span, cpus, &nr_cpus);
	/* However many others there are. */
	draw_mark(out, center, &span, row_of(cpus, &nr_cpus, center->cpu) * ROW_H);
	fputs("</svg>\n<p class=\"legend\"><span><i class=\"moved faint\"></i>migration, moved</span> <span><i class=\"refused faint\"></i>migration, refused</span> <span><i class=\"hold\"></i>lock held</span> <span><i class=\"violation\"></i>violation</span></p></figure>\n",
	      out);
}
