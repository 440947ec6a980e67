/* SPDX-License-Identifier: GPL-2.0 */
/* Reads a trace.dat. */
#ifndef _BHT_REPORT_TRACE_H
#define _BHT_REPORT_TRACE_H

#include "report/report.h"

void load_trace(struct report *report, const char *path);

#endif /* _BHT_REPORT_TRACE_H */
