/* SPDX-License-Identifier: GPL-2.0 */
/* exact.events: each event that was seen from outside, for the timeline. */
#ifndef _BHT_REPORT_EVENTS_H
#define _BHT_REPORT_EVENTS_H

#include "report/report.h"

void events_load(struct report *report, const char *path);

#endif /* _BHT_REPORT_EVENTS_H */
