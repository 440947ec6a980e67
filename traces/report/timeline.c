// SPDX-License-Identifier: GPL-2.0
/*
 * The timelines of the page: the whole recording in slots, and a close-up of the
 * first violation or else the longest hold, where each migration, hold and
 * violation is drawn by itself.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define WIDTH		1120
#define LEFT		128
#define RIGHT		14
#define PLOT_W		(WIDTH - LEFT - RIGHT)
#define SLOTS		220
#define ROW_H		74
#define ROW_GAP		22
#define VIOLATION_H	26
#define AXIS_H		26
#define CLOSEUP_ROW_H	54
#define CLOSEUP_MAX	400	/* marks drawn, of a kind */
#define LABEL_PX	7	/* a letter of a test's name, about */
#define CLOSEUP_LEAST_NS	200000.0
#define CPUS_MAX	16
#define LEAST_PX	1.5

struct slot {
	double moved, refused;		/* migrations */
	double held_ns;
	double longest_ns;
	unsigned int violations;
};

struct span {
	double begin, end;		/* ns */
};

static double x_of(const struct span *span, double ns)
{
	double at = (ns - span->begin) / (span->end - span->begin);

	return LEFT + PLOT_W * (at < 0 ? 0 : at > 1 ? 1 : at);
}

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
			   const char *top)
{
	fprintf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
		LEFT, WIDTH - RIGHT, y + ROW_H, y + ROW_H);
	fprintf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
		LEFT, WIDTH - RIGHT, y, y);
	fprintf(out, "<text class=\"row\" x=\"0\" y=\"%.1f\">%s</text>", y + 30, title);
	fprintf(out, "<text class=\"tick\" x=\"0\" y=\"%.1f\">%s</text>", y + 46, unit);
	fprintf(out, "<text class=\"tick end\" x=\"%d\" y=\"%.1f\">%s</text>", LEFT - 6,
		y + 5, top);
	fprintf(out, "<text class=\"tick end\" x=\"%d\" y=\"%.1f\">0</text>\n", LEFT - 6,
		y + ROW_H + 4);
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

static double top_of(const struct slot *slots, int row, double seconds)
{
	double top = 0, value;
	int i;

	for (i = 0; i < SLOTS; i++) {
		value = row == 0 ? (slots[i].moved + slots[i].refused) / seconds :
			row == 1 ? slots[i].longest_ns : slots[i].held_ns / seconds / 1e9;
		top = value > top ? value : top;
	}
	return top > 0 ? top : 1;
}

static void draw_migrations(FILE *out, const struct slot *slots, double seconds, double y)
{
	double top = top_of(slots, 0, seconds), base;
	char text[96];
	int i;

	snprintf(text, sizeof(text), "%.0f", top);
	draw_row_frame(out, y, "migrations", "per second", text);
	for (i = 0; i < SLOTS; i++) {
		base = y + ROW_H;
		snprintf(text, sizeof(text), "moved: %.0f a second, refused: %.0f",
			 slots[i].moved / seconds, slots[i].refused / seconds);
		draw_bar(out, "moved", i, base, ROW_H * slots[i].moved / seconds / top, text);
		base -= ROW_H * slots[i].moved / seconds / top;
		draw_bar(out, "refused", i, base, ROW_H * slots[i].refused / seconds / top,
			 text);
	}
}

static void draw_holds(FILE *out, const struct slot *slots, double seconds, double y)
{
	double longest = top_of(slots, 1, seconds), share = top_of(slots, 2, seconds);
	char text[96];
	int i;

	snprintf(text, sizeof(text), "%.0f", longest / 1000);
	draw_row_frame(out, y, "longest hold", "us", text);
	for (i = 0; i < SLOTS; i++) {
		snprintf(text, sizeof(text), "longest hold: %.1f us",
			 slots[i].longest_ns / 1000);
		draw_bar(out, "hold", i, y + ROW_H, ROW_H * slots[i].longest_ns / longest,
			 text);
	}
	y += ROW_H + ROW_GAP;
	snprintf(text, sizeof(text), "%.3g", 100 * share);
	draw_row_frame(out, y, "lock held", "% of the time", text);
	for (i = 0; i < SLOTS; i++) {
		snprintf(text, sizeof(text), "held %.3f %% of the time",
			 slots[i].held_ns / seconds / 1e7);
		draw_bar(out, "hold", i, y + ROW_H,
			 ROW_H * slots[i].held_ns / seconds / 1e9 / share, text);
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

/* 1, 2 or 5 times a power of ten: about so many ticks. */
static double tick_step(double range, int ticks)
{
	double unit = pow(10, floor(log10(range / ticks))), ratio = range / ticks / unit;

	return unit * (ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10);
}

static void draw_time(FILE *out, const struct span *span, double origin, double unit_ns,
		      const char *unit, double y)
{
	double step = tick_step((span->end - span->begin) / unit_ns, 10);
	double at = ceil((span->begin - origin) / unit_ns / step) * step;
	bool last;

	for (; origin + at * unit_ns <= span->end; at += step) {
		double x = x_of(span, origin + at * unit_ns);

		last = origin + (at + step) * unit_ns > span->end;
		if (fabs(at) < step / 1e6)
			at = 0;
		fprintf(out, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%.1f\"/>",
			x, x, y);
		fprintf(out, "<text class=\"tick %s\" x=\"%.1f\" y=\"%.1f\">%g%s%s</text>\n",
			last && x > WIDTH - 40 ? "end" : "mid", x, y + 16, at,
			last ? " " : "", last ? unit : "");
	}
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
		x = x_of(span, mark->begin);
		width = x_of(span, mark->end) - x;
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
	draw_holds(out, slots, seconds, ROW_H + ROW_GAP);
	draw_violations(out, slots, 3 * (ROW_H + ROW_GAP));
	fputs("</svg>\n<p class=\"legend\"><span><i class=\"moved\"></i>moved</span> <span><i class=\"refused\"></i>refused</span> <span><i class=\"hold\"></i>holds</span> <span><i class=\"violation\"></i>violations</span></p></figure>\n",
	      out);
	if (report->dropped_marks)
		fprintf(out, "<p class=\"note\">The timeline has the first %d marks only, %zu more are left out.</p>\n",
			MARKS_MAX, report->dropped_marks);
}

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
	double x = x_of(span, mark->begin), width = x_of(span, mark->end) - x;
	char buffer[32];

	if (mark->kind == MARK_VIOLATION) {
		fprintf(out, "<path class=\"violation\" d=\"M%.1f %.1f l-6 -11 h12 z\"><title>",
			x, y + CLOSEUP_ROW_H - 8);
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
	fprintf(out, ", task %d: %.1f us, %s", mark->pid, (mark->end - mark->begin) / 1000.0,
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
			    mark->begin > span->end || drawn >= CLOSEUP_MAX)
				continue;
			row = row_of(cpus, nr_cpus, mark->cpu);
			if (row < 0)
				continue;
			drawn++;
			if (out)
				draw_mark(out, mark, span, row * CLOSEUP_ROW_H);
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
	struct span span;
	double around;

	if (!center)
		return;
	around = 0.4 * (center->end - center->begin);
	around = around < CLOSEUP_LEAST_NS ? CLOSEUP_LEAST_NS : around;
	span.begin = center->begin - around;
	span.end = center->end + around;
	row_of(cpus, &nr_cpus, center->cpu);
	draw_marks(NULL, report, &span, cpus, &nr_cpus);
	qsort(cpus, nr_cpus, sizeof(*cpus), by_number);
	fprintf(out, "<h2>Close-up: %s</h2>\n<figure class=\"wide\"><figcaption>",
		center->kind == MARK_VIOLATION ? "the first violation" : "the longest hold");
	html_text(out, center->name);
	if (center->kind == MARK_HOLD)
		fprintf(out, ", %.1f us", (center->end - center->begin) / 1000.0);
	fprintf(out, "</figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"img\">\n", WIDTH,
		nr_cpus * CLOSEUP_ROW_H + AXIS_H);
	draw_time(out, &span, center->begin, 1e3, "us", nr_cpus * CLOSEUP_ROW_H);
	for (i = 0; i < nr_cpus; i++)
		fprintf(out, "<text class=\"row\" x=\"0\" y=\"%d\">CPU %d</text><line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n",
			i * CLOSEUP_ROW_H + 32, cpus[i], LEFT, WIDTH - RIGHT,
			(i + 1) * CLOSEUP_ROW_H, (i + 1) * CLOSEUP_ROW_H);
	draw_marks(out, report, &span, cpus, &nr_cpus);
	/* However many others there are. */
	draw_mark(out, center, &span, row_of(cpus, &nr_cpus, center->cpu) * CLOSEUP_ROW_H);
	fputs("</svg>\n<p class=\"legend\"><span><i class=\"moved faint\"></i>migration, moved</span> <span><i class=\"refused faint\"></i>migration, refused</span> <span><i class=\"hold\"></i>lock held</span> <span><i class=\"violation\"></i>violation</span></p></figure>\n",
	      out);
}
