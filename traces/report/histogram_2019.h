/* SPDX-License-Identifier: GPL-2.0 */
/* The histogram of 2019, and the one by powers of two. */
#ifndef _BHT_REPORT_HISTOGRAM_2019_H
#define _BHT_REPORT_HISTOGRAM_2019_H

#include <stdint.h>
#include <stdio.h>

#include "report/dist.h"

/* The histogram of 2019: BUCKETS of one width. The last has no upper edge. */
#define BUCKETS		20

struct report_buckets {
	double edge[BUCKETS];		/* upper, ns; the last one's is unused */
	uint64_t count[BUCKETS];
	unsigned int nr;
};

void dist_buckets(struct report_dist *dist, uint64_t width,
		  struct report_buckets *buckets);

#define LOG2_BUCKETS	64

void dist_log2(struct report_dist *dist, uint64_t counts[LOG2_BUCKETS]);
void write_buckets(FILE *out, struct report_dist *dist, uint64_t width);

#endif /* _BHT_REPORT_HISTOGRAM_2019_H */
