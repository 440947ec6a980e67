/* SPDX-License-Identifier: GPL-2.0 */
/*
 * histogram.c: a log-linear histogram of times.
 */
#ifndef _BHTORTURE_REPORT_HISTOGRAM_H
#define _BHTORTURE_REPORT_HISTOGRAM_H

#include <linux/types.h>

/* Buckets are at most a sixteenth wide, up to 2^34 ns (17 s), 4 KiB in all. */
#define HISTOGRAM_STEPS		16
#define HISTOGRAM_BUCKETS	(HISTOGRAM_STEPS * 31)

struct histogram {
	u64 count;
	u64 total_ns;
	u64 max_ns;
	u64 bucket[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, u64 ns);
void histogram_merge(struct histogram *sum, const struct histogram *one);
u64 histogram_percentile(const struct histogram *histogram,
			 unsigned int per_mille);
u64 histogram_bucket_ns(unsigned int bucket);

#endif /* _BHTORTURE_REPORT_HISTOGRAM_H */
