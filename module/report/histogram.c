// SPDX-License-Identifier: GPL-2.0
/*
 * A log-linear histogram of times, of a fixed size and filled without a lock.
 *
 * A leaf: knows neither whose times they are nor where they are kept.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/math64.h>

#include "report/histogram.h"

/* Each power of two in HISTOGRAM_STEPS buckets; up to the first two, one per ns. */
static unsigned int histogram_bucket(u64 ns)
{
	unsigned int shift;

	if (ns < HISTOGRAM_STEPS)
		return ns;
	shift = fls64(ns) - 1 - ilog2(HISTOGRAM_STEPS);
	return min_t(u64, (u64)shift * HISTOGRAM_STEPS + (ns >> shift),
		     HISTOGRAM_BUCKETS - 1);
}

/**
 * histogram_bucket_ns() - The least time that falls into a bucket.
 * @bucket: Its number; HISTOGRAM_BUCKETS for the end of the last.
 */
u64 histogram_bucket_ns(unsigned int bucket)
{
	unsigned int shift;

	if (bucket < HISTOGRAM_STEPS)
		return bucket;
	shift = bucket / HISTOGRAM_STEPS - 1;
	return (u64)(bucket % HISTOGRAM_STEPS + HISTOGRAM_STEPS) << shift;
}

/**
 * histogram_add() - Count one time.
 * @histogram: The histogram.
 * @ns: The time.
 *
 * Context: any. The caller makes sure that nobody else adds to it meanwhile.
 */
void histogram_add(struct histogram *histogram, u64 ns)
{
	histogram->count++;
	histogram->total_ns += ns;
	if (ns > histogram->max_ns)
		histogram->max_ns = ns;
	histogram->bucket[histogram_bucket(ns)]++;
}

/**
 * histogram_merge() - Add one histogram to another.
 * @sum: Where to put the sums.
 * @one: What to add. Others may add to it meanwhile: count is the sum of the buckets
 * all the same.
 */
void histogram_merge(struct histogram *sum, const struct histogram *one)
{
	unsigned int i;

	sum->total_ns += READ_ONCE(one->total_ns);
	sum->max_ns = max(sum->max_ns, READ_ONCE(one->max_ns));
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		u64 count = READ_ONCE(one->bucket[i]);

		sum->bucket[i] += count;
		sum->count += count;
	}
}

/**
 * histogram_percentile() - The time that a part of the events did not exceed.
 * @histogram: The histogram; nobody adds to it meanwhile.
 * @per_mille: Which part of them.
 *
 * Return: nanoseconds, interpolated inside the bucket; 0 without events.
 */
u64 histogram_percentile(const struct histogram *histogram,
			 unsigned int per_mille)
{
	u64 rank = div_u64(histogram->count * per_mille + 999, 1000);
	u64 below = 0, from, width;
	unsigned int i;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (below + histogram->bucket[i] >= rank && histogram->bucket[i])
			break;
		below += histogram->bucket[i];
	}
	if (i == HISTOGRAM_BUCKETS)
		return 0;
	from = histogram_bucket_ns(i);
	width = histogram_bucket_ns(i + 1) - from;
	return min(histogram->max_ns,
		   from + div64_u64(width * (rank - below), histogram->bucket[i]));
}
