/* SPDX-License-Identifier: GPL-2.0 */
/* What a reader must know besides the figures. */
#ifndef _BHT_REPORT_FACTS_H
#define _BHT_REPORT_FACTS_H

#include "report/report.h"

__printf(2, 3) void report_note(struct report *report, const char *format, ...);
void report_unmeasurable(struct report *report, const char *text);
void report_fact(struct report *report, const char *text);

#endif /* _BHT_REPORT_FACTS_H */
