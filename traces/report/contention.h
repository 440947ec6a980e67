/* SPDX-License-Identifier: GPL-2.0 */
/* Who waited for whom, exactly: the holds that cost lookups most. */
#ifndef _BHT_REPORT_CONTENTION_H
#define _BHT_REPORT_CONTENTION_H

#include <stdio.h>

#include "report/report.h"

void contention_load(struct report *report, const char *path);
void contention_merge(struct report *report, const struct report *part);
void contention_text(FILE *out, const struct report *report);
void contention_html(FILE *out, const struct report *report);

#endif /* _BHT_REPORT_CONTENTION_H */
