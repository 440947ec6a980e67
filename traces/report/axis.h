/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the page's drawings over time share: timeline.c draws the whole recording,
 * closeup.c a moment of it.
 */
#ifndef _BHT_REPORT_AXIS_H
#define _BHT_REPORT_AXIS_H

#include <stdio.h>

#define WIDTH		1120
#define LEFT		128	/* of it for the names of rows */
#define RIGHT		14
#define PLOT_W		(WIDTH - LEFT - RIGHT)
#define AXIS_H		26	/* below the plot */
#define LEAST_PX	1.5	/* of what is not nothing */

struct span {
	double begin, end;	/* ns, of the recording's clock */
};

double time_x(const struct span *span, double ns);
void draw_time(FILE *out, const struct span *span, double origin, double unit_ns,
	       const char *unit, double height);

#endif /* _BHT_REPORT_AXIS_H */
