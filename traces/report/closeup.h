/* SPDX-License-Identifier: GPL-2.0 */
/* The close-up of the page. */
#ifndef _BHT_REPORT_CLOSEUP_H
#define _BHT_REPORT_CLOSEUP_H

#include <stdio.h>

#include "report/report.h"

void svg_closeup(FILE *out, struct report *report);

#endif /* _BHT_REPORT_CLOSEUP_H */
