/* SPDX-License-Identifier: GPL-2.0 */
/* Parts of a report become one. */
#ifndef _BHT_REPORT_MERGE_H
#define _BHT_REPORT_MERGE_H

#include "report/report.h"

void merge_series(struct report *report, const struct report *part);
void merge_rest(struct report *report, const struct report *part);

#endif /* _BHT_REPORT_MERGE_H */
