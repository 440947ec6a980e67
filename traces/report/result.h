/* SPDX-License-Identifier: GPL-2.0 */
/* Reads a result.json. */
#ifndef _BHT_REPORT_RESULT_H
#define _BHT_REPORT_RESULT_H

#include "report/report.h"

void load_result(struct report *report, const char *path);

#endif /* _BHT_REPORT_RESULT_H */
