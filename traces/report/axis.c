// SPDX-License-Identifier: GPL-2.0
/* The axis of time of the page's drawings over time. */
#include <math.h>
#include <stdbool.h>

#include "report/axis.h"

/**
 * time_x() - Where a moment is drawn.
 * @span: What the drawing shows.
 * @ns: The moment; one outside is drawn at the border.
 */
double time_x(const struct span *span, double ns)
{
	double at = (ns - span->begin) / (span->end - span->begin);

	return LEFT + PLOT_W * (at < 0 ? 0 : at > 1 ? 1 : at);
}

/* 1, 2 or 5 times a power of ten: about so many ticks. */
static double tick_step(double range, int ticks)
{
	double unit = pow(10, floor(log10(range / ticks))), ratio = range / ticks / unit;

	return unit * (ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10);
}

/**
 * draw_time() - Draw the axis of time and its grid.
 * @out: Where to.
 * @span: What the drawing shows.
 * @origin: The moment that is called 0.
 * @unit_ns: The ticks' unit.
 * @unit: Its name.
 * @height: Of the plot, which begins at 0.
 */
void draw_time(FILE *out, const struct span *span, double origin, double unit_ns,
	       const char *unit, double height)
{
	double step = tick_step((span->end - span->begin) / unit_ns, 10);
	double at = ceil((span->begin - origin) / unit_ns / step) * step;
	bool last;

	for (; origin + at * unit_ns <= span->end; at += step) {
		double x = time_x(span, origin + at * unit_ns);

		last = origin + (at + step) * unit_ns > span->end;
		if (fabs(at) < step / 1e6)
			at = 0;
		fprintf(out, "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%.1f\"/>",
			x, x, height);
		fprintf(out, "<text class=\"tick %s\" x=\"%.1f\" y=\"%.1f\">%g%s%s</text>\n",
			last && x > WIDTH - 40 ? "end" : "mid", x, height + 16, at,
			last ? " " : "", last ? unit : "");
	}
}
