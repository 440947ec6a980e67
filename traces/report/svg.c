// SPDX-License-Identifier: GPL-2.0
/*
 * Histograms of the page, over a logarithmic axis of time. They are inline SVG without
 * a script. The <title> of a bar has its figures; browsers show it.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/format.h"
#include "report/svg.h"

#define WIDTH		560
#define HEIGHT		220
#define LEFT		52
#define RIGHT		14
#define TOP		40
#define BOTTOM		34
#define PLOT_W		(WIDTH - LEFT - RIGHT)
#define PLOT_H		(HEIGHT - TOP - BOTTOM)
#define BINS_MAX	256
#define OUTCOMES_MAX	4	/* colours; the last is for all the others */
#define LABEL_GAP	44	/* between two labels above the plot */
#define LEAST_PX	1.5	/* of what is not nothing */

/* The axis is the same for all histograms of a page, so that they compare. */
struct axis {
	double low, high;	/* log2 of ns */
	unsigned int steps;	/* bins in each power of two */
	int bins;
	bool insn;		/* not ns, but instructions */
};

static void make_axis(struct report *report, bool insn, struct axis *axis)
{
	double low = 1e18, high = 1;
	size_t i;

	axis->insn = insn;
	axis->steps = 4;
	for (i = 0; i < report->nr_series; i++) {
		struct report_dist *dist = &report->series[i].dist;
		double from = dist->bins[0].from > 1 ? dist->bins[0].from : 1;

		if (what_is_insn(report->series[i].what) != insn)
			continue;
		low = from < low ? from : low;
		high = dist->max_ns > high ? dist->max_ns : high;
		if (dist->resolution == RESOLUTION_LINEAR && axis->steps > 2)
			axis->steps = 2;
		if (dist->resolution == RESOLUTION_LOG2)
			axis->steps = 1;
	}
	axis->low = floor(log2(low));
	axis->high = floor(log2(high)) + 1;
	if (axis->high < axis->low + 2)
		axis->high = axis->low + 2;
	axis->bins = (axis->high - axis->low) * axis->steps;
	if (axis->bins > BINS_MAX)
		axis->bins = BINS_MAX;
}

static double x_of(const struct axis *axis, double ns)
{
	double at = (log2(ns > 1 ? ns : 1) - axis->low) / (axis->high - axis->low);

	return LEFT + PLOT_W * (at < 0 ? 0 : at > 1 ? 1 : at);
}

static void count_bins(struct report_dist *dist, const struct axis *axis, double *bins)
{
	size_t i;

	for (i = 0; i < dist->nr; i++) {
		const struct report_bin *bin = &dist->bins[i];
		double middle = bin->from / 2.0 + bin->to / 2.0;
		int at = (log2(middle > 1 ? middle : 1) - axis->low) * axis->steps;

		at = at < 0 ? 0 : at >= axis->bins ? axis->bins - 1 : at;
		bins[at] += bin->count;
	}
}

static void draw_grid(FILE *out, const struct axis *axis, double highest)
{
	double decade, y;
	char text[32];
	int i;

	for (i = 0; i <= 2; i++) {
		y = TOP + PLOT_H - PLOT_H * i / 2.0;
		fprintf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
			LEFT, WIDTH - RIGHT, y, y);
		fprintf(out, "<text class=\"tick end\" x=\"%d\" y=\"%.1f\">%.3g %%</text>\n",
			LEFT - 6, y + 4, 100 * highest * i / 2);
	}
	for (decade = 1; decade <= 1e13; decade *= 10) {
		if (log2(decade) < axis->low || log2(decade) > axis->high)
			continue;
		format_amount(decade, axis->insn, text, sizeof(text));
		fprintf(out, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
			x_of(axis, decade), x_of(axis, decade), TOP, TOP + PLOT_H);
		fprintf(out, "<text class=\"tick mid\" x=\"%.1f\" y=\"%d\">%s</text>\n",
			x_of(axis, decade), TOP + PLOT_H + 16, text);
	}
}

/* p50, p99, p99.9 and the longest; a label that would cover another is left out. */
static void draw_markers(FILE *out, const struct axis *axis, struct report_dist *dist)
{
	static const char * const names[] = { "p50", "p99", "p99.9", "max" };
	double last = -LABEL_GAP, value, x;
	char text[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		value = i == 0 ? dist_quantile(dist, P50) : i == 1 ? dist_quantile(dist, P99) :
			i == 2 ? dist_quantile(dist, P999) : dist->max_ns;
		x = x_of(axis, value);
		format_amount(value, axis->insn, text, sizeof(text));
		fprintf(out, "<line class=\"marker\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"><title>%s %s</title></line>",
			x, x, TOP - 4, TOP + PLOT_H, names[i], text);
		if (x - last < LABEL_GAP)
			continue;
		fprintf(out, "<text class=\"label mid\" x=\"%.1f\" y=\"%d\">%s</text>",
			x, TOP - 22, names[i]);
		fprintf(out, "<text class=\"label mid strong\" x=\"%.1f\" y=\"%d\">%s</text>\n",
			x, TOP - 9, text);
		last = x;
	}
}

struct stack {
	struct report_series *series[OUTCOMES_MAX];
	double bins[OUTCOMES_MAX][BINS_MAX];
	size_t nr;
};

static void make_stack(struct report *report, enum report_what what, const char *holder,
		       const struct axis *axis, struct stack *stack)
{
	size_t i;

	memset(stack, 0, sizeof(*stack));
	for (i = 0; i < report->nr_series; i++) {
		struct report_series *series = &report->series[i];

		if (series->what != what || strcmp(series->holder, holder))
			continue;
		if (stack->nr < OUTCOMES_MAX)
			stack->series[stack->nr++] = series;
		count_bins(&series->dist, axis, stack->bins[stack->nr - 1]);
	}
}

static const char *class_of(const struct report_series *series)
{
	if (series->what != WHAT_HOLD && series->what != WHAT_HOLD_INSN)
		return report_what_names[series->what];
	if (!series->outcome)
		return "hold";
	if (!strcmp(series->outcome, "moved"))
		return "moved";
	return *series->outcome == '-' ? "refused" : "other";
}

static void draw_bars(FILE *out, const struct axis *axis, const struct stack *stack,
		      double total, double highest)
{
	double width = (double)PLOT_W / axis->bins;
	char from[32], to[32];
	size_t j;
	int i;

	for (i = 0; i < axis->bins; i++) {
		double y = TOP + PLOT_H;

		format_amount(exp2(axis->low + (double)i / axis->steps), axis->insn, from,
			      sizeof(from));
		format_amount(exp2(axis->low + (i + 1.0) / axis->steps), axis->insn, to,
			      sizeof(to));
		for (j = 0; j < stack->nr; j++) {
			double count = stack->bins[j][i];
			double height = PLOT_H * count / total / highest;

			if (count <= 0)
				continue;
			height = height < LEAST_PX ? LEAST_PX : height;
			y -= height;
			fprintf(out, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s to %s: %.0f (%.3f %%)",
				class_of(stack->series[j]), LEFT + i * width + 0.5, y,
				width > 2 ? width - 1 : width, height, from, to, count,
				100 * count / total);
			if (stack->series[j]->outcome) {
				fputs(", ", out);
				html_text(out, stack->series[j]->outcome);
			}
			fputs("</title></rect>\n", out);
		}
	}
}

static void draw_legend(FILE *out, const struct stack *stack)
{
	size_t i;

	if (stack->nr < 2 && (!stack->nr || !stack->series[0]->outcome))
		return;
	fputs("<p class=\"legend\">", out);
	for (i = 0; i < stack->nr; i++) {
		fprintf(out, "<span><i class=\"%s\"></i>", class_of(stack->series[i]));
		html_text(out, stack->series[i]->outcome ?: "no migration");
		fputs("</span> ", out);
	}
	fputs("</p>\n", out);
}

/**
 * svg_histogram() - Draw the durations of one holder, outcomes stacked.
 * @out: Where to.
 * @report: The report, in order.
 * @what: Hold, wait or latency.
 * @holder: The function.
 */
void svg_histogram(FILE *out, struct report *report, enum report_what what,
		   const char *holder)
{
	struct report_dist all = { 0 };
	struct stack *stack = must(malloc(sizeof(*stack)));
	double highest = 0;
	struct axis axis;
	size_t j;
	int i;

	make_axis(report, what_is_insn(what), &axis);
	make_stack(report, what, holder, &axis, stack);
	report_merged(report, what, holder, &all);
	for (i = 0; i < axis.bins; i++) {
		double sum = 0;

		for (j = 0; j < stack->nr; j++)
			sum += stack->bins[j][i] / all.count;
		highest = sum > highest ? sum : highest;
	}
	fprintf(out, "<figure><figcaption><b>%s</b> ", report_what_names[what]);
	html_text(out, holder);
	fprintf(out, " <small>%llu</small></figcaption>\n", (unsigned long long)all.count);
	fprintf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\">\n", WIDTH, HEIGHT);
	draw_grid(out, &axis, highest);
	draw_bars(out, &axis, stack, all.count, highest);
	draw_markers(out, &axis, &all);
	fputs("</svg>\n", out);
	draw_legend(out, stack);
	fputs("</figure>\n", out);
	dist_free(&all);
	free(stack);
}
