/* SPDX-License-Identifier: GPL-2.0 */
/* Reads histograms as tracefs prints them. */
#ifndef _BHT_REPORT_HIST_H
#define _BHT_REPORT_HIST_H

#include "report/report.h"

bool looks_like_hist(const char *path);
void load_hist(struct report *report, const char *path);

#endif /* _BHT_REPORT_HIST_H */
