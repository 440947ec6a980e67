/* SPDX-License-Identifier: GPL-2.0 */
/* What bht-watch knows more than a result.json has. */
#ifndef _BHT_REPORT_WATCH_H
#define _BHT_REPORT_WATCH_H

#include "report/report.h"

void load_watch(struct report *report, json_t *watch);

#endif /* _BHT_REPORT_WATCH_H */
