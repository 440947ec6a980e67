/* SPDX-License-Identifier: GPL-2.0 */
/* The report as a page. */
#ifndef _BHT_REPORT_HTML_H
#define _BHT_REPORT_HTML_H

#include <stdint.h>
#include <stdio.h>

#include "report/report.h"

void write_html(FILE *out, struct report *report, uint64_t bucket_ns);

#endif /* _BHT_REPORT_HTML_H */
