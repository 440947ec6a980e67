/* SPDX-License-Identifier: GPL-2.0 */
/* The timeline of the page. */
#ifndef _BHT_REPORT_TIMELINE_H
#define _BHT_REPORT_TIMELINE_H

#include <stdio.h>

#include "report/report.h"

void svg_timeline(FILE *out, struct report *report);

#endif /* _BHT_REPORT_TIMELINE_H */
