/* SPDX-License-Identifier: GPL-2.0 */
/* Reads a run folder, or one file of it. */
#ifndef _BHT_REPORT_RUN_H
#define _BHT_REPORT_RUN_H

#include "report/report.h"

void load_path(struct report *report, const char *path);

#endif /* _BHT_REPORT_RUN_H */
