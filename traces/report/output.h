/* SPDX-License-Identifier: GPL-2.0 */
/* Where reports go, and in which format. */
#ifndef _BHT_REPORT_OUTPUT_H
#define _BHT_REPORT_OUTPUT_H

#include <stdint.h>
#include <stdio.h>

#include "report/report.h"

enum output_format {
	FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_HTML,
	FORMAT_BUCKETS,			/* the histogram of 2019 alone */
};

void output_one(const char *path, struct report *report, enum output_format format,
		uint64_t bucket_ns);
void output_folder(struct report *report, uint64_t bucket_ns);
void output_comparison(const char *path, struct report **reports, size_t nr,
		       enum output_format format);

#endif /* _BHT_REPORT_OUTPUT_H */
