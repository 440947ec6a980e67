/* SPDX-License-Identifier: GPL-2.0 */
/* The report for people and mails. */
#ifndef _BHT_REPORT_TEXT_H
#define _BHT_REPORT_TEXT_H

#include <stdint.h>
#include <stdio.h>

#include "report/report.h"

void write_text(FILE *out, struct report *report, uint64_t bucket_ns);

#endif /* _BHT_REPORT_TEXT_H */
