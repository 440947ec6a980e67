/* SPDX-License-Identifier: GPL-2.0 */
/* Histograms of the page. */
#ifndef _BHT_REPORT_SVG_H
#define _BHT_REPORT_SVG_H

#include <stdio.h>

#include "report/report.h"

void svg_histogram(FILE *out, struct report *report, enum report_what what,
		   const char *holder);

#endif /* _BHT_REPORT_SVG_H */
