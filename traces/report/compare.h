/* SPDX-License-Identifier: GPL-2.0 */
/* Runs side by side. */
#ifndef _BHT_REPORT_COMPARE_H
#define _BHT_REPORT_COMPARE_H

#include <stdio.h>

#include "report/report.h"

void compare_text(FILE *out, struct report **reports, size_t nr);
void compare_json(FILE *out, struct report **reports, size_t nr);

#endif /* _BHT_REPORT_COMPARE_H */
