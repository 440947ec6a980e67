/* SPDX-License-Identifier: GPL-2.0 */
/* The report for programs. */
#ifndef _BHT_REPORT_JSON_H
#define _BHT_REPORT_JSON_H

#include <stdint.h>
#include <stdio.h>

#include "report/report.h"

void write_json(FILE *out, struct report *report, uint64_t bucket_ns);
void write_csv(FILE *out, struct report *report);

#endif /* _BHT_REPORT_JSON_H */
