// SPDX-License-Identifier: GPL-2.0
/*
 * The timeline of the page: the whole recording in slots. Each slot has its
 * migrations, its longest hold, the part of it that the lock was held, its violations.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/axis.h"
#include "report/format.h"
#include "report/timeline.h"

#define SLOTS		220
#define ROW_H		74
#define ROW_GAP		22
#define VIOLATION_H	26
#define LABEL_PX	7	/* a letter of a test's name, about */

struct slot {
	double moved, refused;		/* migrations */
	double held_ns;
	double longest_ns;
	unsigned int violations;
};

static bool find_span(const struct report *report, struct span *span)
{
	size_t i;

	if (!report->nr_marks)
		return false;
	span->begin = report->marks[0].begin;
	span->end = report->marks[0].end;
	for (i = 1; i < report->nr_marks; i++) {
		const struct report_mark *mark = &report->marks[i];

		span->begin = mark->begin < span->begin ? mark->begin : span->begin;
		span->end = mark->end > span->end ? mark->end : span->end;
	}
	if (span->end <= span->begin)
		span->end = span->begin + 1;
	return true;
}

/* A long hold is in several slots. */
static void spread(const struct report_mark *mark, const struct span *span,
		   struct slot *slots)
{
	double width = (span->end - span->begin) / SLOTS;
	int i = (mark->begin - span->begin) / width;

	for (i = i < 0 ? 0 : i; i < SLOTS; i++) {
		double from = span->begin + i * width, to = from + width;

		if (from > mark->end)
			return;
		from = mark->begin > from ? mark->begin : from;
		to = mark->end < to ? mark->end : to;
		if (to > from)
			slots[i].held_ns += to - from;
	}
}

static void fill_slots(const struct report *report, const struct span *span,
		       struct slot *slots)
{
	double width = (span->end - span->begin) / SLOTS;
	size_t i;

	memset(slots, 0, SLOTS * sizeof(*slots));
	for (i = 0; i < report->nr_marks; i++) {
		const struct report_mark *mark = &report->marks[i];
		int at = (mark->end - span->begin) / width;
		struct slot *slot = &slots[at < 0 ? 0 : at >= SLOTS ? SLOTS - 1 : at];
		double ns = mark->end - mark->begin;

		if (mark->kind == MARK_RECORDING)
			continue;
		if (mark->kind == MARK_VIOLATION) {
			slot->violations++;
		} else if (mark->kind == MARK_MIGRATION) {
			slot->moved += !mark->rc;
			slot->refused += !!mark->rc;
		} else {
			spread(mark, span, slots);
			slot->longest_ns = ns > slot->longest_ns ? ns : slot->longest_ns;
		}
	}
}

static void draw_row_frame(FILE *out, double y, const char *title, const char *unit,
			   const char *bottom, const char *top)
{
	fprintf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
		LEFT, WIDTH - RIGHT, y + ROW_H, y + ROW_H);
	fprintf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
		LEFT, WIDTH - RIGHT, y, y);
	fprintf(out, "<text class=\"row\" x=\"0\" y=\"%.1f\">%s</text>", y + 30, title);
	fprintf(out, "<text class=\"tick\" x=\"0\" y=\"%.1f\">%s</text>", y + 46, unit);
	fprintf(out, "<text class=\"tick end\" x=\"%d\" y=\"%.1f\">%s</text>", LEFT - 6,
		y + 5, top);
	fprintf(out, "<text class=\"tick end\" x=\"%d\" y=\"%.1f\">%s</text>\n", LEFT - 6,
		y + ROW_H + 4, bottom);
}

static void draw_bar(FILE *out, const char *class, int slot, double y, double height,
		     const char *title)
{
	double width = (double)PLOT_W / SLOTS;

	if (height <= 0)
		return;
	height = height < LEAST_PX ? LEAST_PX : height;
	fprintf(out, "<rect class=\"%s\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\"><title>%s</title></rect>\n",
		class, LEFT + slot * width, y - height, width - 0.6, height, title);
}

/* The most of a row's values, never 0. */
static double most_migrations(const struct slot *slots)
{
	double most = 0, value;
	int i;

	for (i = 0; i < SLOTS; i++) {
		value = slots[i].moved + slots[i].refused;
		most = value > most ? value : most;
	}
	return most > 0 ? most : 1;
}

static double most_held(const struct slot *slots)
{
	double most = 0;
	int i;

	for (i = 0; i < SLOTS; i++)
		most = slots[i].held_ns > most ? slots[i].held_ns : most;
	return most > 0 ? most : 1;
}

static void draw_migrations(FILE *out, const struct slot *slots, double seconds, double y)
{
	double most = most_migrations(slots), base;
	char text[96];
	int i;

	snprintf(text, sizeof(text), "%.0f", most / seconds);
	draw_row_frame(out, y, "migrations", "per second", "0", text);
	for (i = 0; i < SLOTS; i++) {
		base = y + ROW_H;
		snprintf(text, sizeof(text), "moved: %.0f a second, refused: %.0f",
			 slots[i].moved / seconds, slots[i].refused / seconds);
		draw_bar(out, "moved", i, base, ROW_H * slots[i].moved / most, text);
		base -= ROW_H * slots[i].moved / most;
		draw_bar(out, "refused", i, base, ROW_H * slots[i].refused / most, text);
	}
}

/* A logarithmic scale: a single long hold must not hide the others. */
static void draw_longest(FILE *out, const struct slot *slots, double y)
{
	char text[96], least_text[32], most_text[32], duration[32];
	double least = 1e18, most = 1, decades;
	int i;

	for (i = 0; i < SLOTS; i++) {
		if (slots[i].longest_ns <= 0)
			continue;
		least = slots[i].longest_ns < least ? slots[i].longest_ns : least;
		most = slots[i].longest_ns > most ? slots[i].longest_ns : most;
	}
	if (least > most)
		least = most;
	least = pow(10, floor(log10(least)));
	decades = ceil(log10(most / least) + 0.01);
	format_duration(least, least_text, sizeof(least_text));
	format_duration(least * pow(10, decades), most_text, sizeof(most_text));
	draw_row_frame(out, y, "longest hold", "logarithmic", least_text, most_text);
	for (i = 0; i < SLOTS; i++) {
		if (slots[i].longest_ns <= 0)
			continue;
		format_duration(slots[i].longest_ns, duration, sizeof(duration));
		snprintf(text, sizeof(text), "longest hold: %s", duration);
		draw_bar(out, "hold", i, y + ROW_H,
			 ROW_H * fmax(log10(slots[i].longest_ns / least) / decades, 0.02), text);
	}
}

static void draw_held(FILE *out, const struct slot *slots, double seconds, double y)
{
	double most = most_held(slots);
	char text[96];
	int i;

	snprintf(text, sizeof(text), "%.3g", most / seconds / 1e7);
	draw_row_frame(out, y, "lock held", "% of the time", "0", text);
	for (i = 0; i < SLOTS; i++) {
		snprintf(text, sizeof(text), "held %.3f %% of the time",
			 slots[i].held_ns / seconds / 1e7);
		draw_bar(out, "hold", i, y + ROW_H, ROW_H * slots[i].held_ns / most, text);
	}
}

static void draw_violations(FILE *out, const struct slot *slots, double y)
{
	double width = (double)PLOT_W / SLOTS;
	unsigned int all = 0;
	int i;

	for (i = 0; i < SLOTS; i++)
		all += slots[i].violations;
	fprintf(out, "<text class=\"row\" x=\"0\" y=\"%.1f\">violations</text>", y + 16);
	fprintf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
		LEFT, WIDTH - RIGHT, y + VIOLATION_H, y + VIOLATION_H);
	if (!all)
		fprintf(out, "<text class=\"tick\" x=\"%d\" y=\"%.1f\">none</text>\n", LEFT + 4,
			y + 16);
	for (i = 0; i < SLOTS; i++)
		if (slots[i].violations)
			fprintf(out, "<rect class=\"violation\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%d\"><title>%u violations</title></rect>\n",
				LEFT + i * width, y + 2, width > 3 ? width : 3,
				VIOLATION_H - 2, slots[i].violations);
}

/* Where one test's recording ends and the next begins. */
static void draw_recordings(FILE *out, const struct report *report, const struct span *span,
			    double height)
{
	size_t i;

	for (i = 0; i < report->nr_marks; i++) {
		const struct report_mark *mark = &report->marks[i];
		double x, width;

		if (mark->kind != MARK_RECORDING)
			continue;
		x = time_x(span, mark->begin);
		width = time_x(span, mark->end) - x;
		fprintf(out, "<line class=\"border\" x1=\"%.1f\" x2=\"%.1f\" y1=\"-18\" y2=\"%.1f\"/>",
			x, x, height);
		if (width < LABEL_PX * strlen(mark->name))
			continue;
		fprintf(out, "<text class=\"tick\" x=\"%.1f\" y=\"-10\">", x + 4);
		html_text(out, mark->name);
		fputs("</text>\n", out);
	}
}

/**
 * svg_timeline() - Draw the whole recording: migrations, holds, violations.
 * @out: Where to.
 * @report: The report; without marks nothing is drawn.
 */
void svg_timeline(FILE *out, struct report *report)
{
	double height = 3 * (ROW_H + ROW_GAP) + VIOLATION_H, seconds;
	struct slot slots[SLOTS];
	struct span span;

	if (!find_span(report, &span))
		return;
	fill_slots(report, &span, slots);
	seconds = (span.end - span.begin) / SLOTS / 1e9;
	fputs("<h2>Timeline</h2>\n<figure class=\"wide\">", out);
	fprintf(out, "<svg viewBox=\"0 -22 %d %.0f\" role=\"img\">\n", WIDTH,
		height + AXIS_H + 22);
	draw_recordings(out, report, &span, height);
	draw_time(out, &span, span.begin, 1e9, "s", height);
	draw_migrations(out, slots, seconds, 0);
	draw_longest(out, slots, ROW_H + ROW_GAP);
	draw_held(out, slots, seconds, 2 * (ROW_H + ROW_GAP));
	draw_violations(out, slots, 3 * (ROW_H + ROW_GAP));
	fputs("</svg>\n<p class=\"legend\"><span><i class=\"moved\"></i>moved</span> <span><i class=\"refused\"></i>refused</span> <span><i class=\"hold\"></i>holds</span> <span><i class=\"violation\"></i>violations</span></p></figure>\n",
	      out);
	if (report->dropped_marks)
		fprintf(out, "<p class=\"note\">The timeline has the first %d marks only, %zu more are left out.</p>\n",
			MARKS_MAX, report->dropped_marks);
}
