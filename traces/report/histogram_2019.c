// SPDX-License-Identifier: GPL-2.0
/*
 * The histogram of the mail of 2019, for holds. And the one by powers of two, in which
 * holds and waits can be compared.
 */
#include <math.h>
#include <string.h>

#include "lib/tools.h"
#include "report/histogram_2019.h"

#define NS_PER_US	1000
#define NS_PER_S	1e9

/* 1, 2, 5, 10, 20, ... us: even edges, as people compare histograms. */
static uint64_t even_width(double least)
{
	static const unsigned int steps[] = { 1, 2, 5 };
	uint64_t unit = NS_PER_US;
	size_t i;

	for (;; unit *= 10)
		for (i = 0; i < ARRAY_SIZE(steps); i++)
			if (steps[i] * unit >= least || unit > UINT64_MAX / 100)
				return steps[i] * unit;
}

/* The last bucket has the longest duration. It has no upper edge. */
static void cut_empty_end(const struct report_dist *dist, struct report_buckets *buckets)
{
	while (buckets->nr > 2 && buckets->edge[buckets->nr - 2] >= dist->max_ns)
		buckets->nr--;
}

static void count_into(struct report_dist *dist, struct report_buckets *buckets)
{
	size_t i;

	for (i = 0; i < dist->nr; i++) {
		unsigned int bucket = 0;

		while (bucket < buckets->nr - 1 &&
		       dist->bins[i].to > buckets->edge[bucket])
			bucket++;
		buckets->count[bucket] += dist->bins[i].count;
	}
}

/**
 * dist_buckets() - The histogram of 2019.
 * @dist: The distribution.
 * @width: Of its buckets in ns; 0: an even one such that p99 is within them.
 * @buckets: Filled in. What an in-kernel histogram has in bins of powers of two
 *	keeps these edges: what is within such a bin is not known.
 */
void dist_buckets(struct report_dist *dist, uint64_t width,
		  struct report_buckets *buckets)
{
	double first, last;
	unsigned int i;

	memset(buckets, 0, sizeof(*buckets));
	buckets->nr = BUCKETS;
	if (!dist->count) {
		buckets->nr = 0;
		return;
	}
	dist_sort(dist);
	first = dist->bins[0].from;
	if (dist->resolution == RESOLUTION_LOG2) {
		double edge = 1;

		while (edge < dist->bins[0].to)
			edge *= 2;
		for (i = 0; i < BUCKETS; i++, edge *= 2)
			buckets->edge[i] = edge;
		cut_empty_end(dist, buckets);
		count_into(dist, buckets);
		return;
	}
	last = dist_rank(dist, quantile_rank(0.99, dist->count));
	if (!width)
		width = even_width((last - first) / (BUCKETS - 1));
	if (dist->resolution == RESOLUTION_LINEAR && dist->width)
		width = (width + dist->width - 1) / dist->width * dist->width;
	first = floor(first / width) * width;
	for (i = 0; i < BUCKETS; i++)
		buckets->edge[i] = first + (i + 1.0) * width;
	cut_empty_end(dist, buckets);
	/* The inclusive upper end of a bin of width N is one ns below its edge. */
	count_into(dist, buckets);
}

/**
 * dist_log2() - Durations by powers of two.
 * @dist: The distribution.
 * @counts: Filled in; [k] counts (2^(k-1), 2^k] ns, as the kernel's .log2 does.
 */
void dist_log2(struct report_dist *dist, uint64_t counts[LOG2_BUCKETS])
{
	size_t i;

	memset(counts, 0, LOG2_BUCKETS * sizeof(counts[0]));
	for (i = 0; i < dist->nr; i++) {
		uint64_t to = dist->bins[i].to;
		int k = to > 1 ? 64 - __builtin_clzll(to - 1) : 0;

		counts[k < LOG2_BUCKETS ? k : LOG2_BUCKETS - 1] +=
			dist->bins[i].count;
	}
}

/**
 * write_buckets() - The histogram in the very format of the mail of 2019.
 * @out: Where to.
 * @dist: The holds.
 * @width: Of a bucket in ns, 0: chosen. Six decimals of a second, as then, unless
 *	the width needs more.
 */
void write_buckets(FILE *out, struct report_dist *dist, uint64_t width)
{
	struct report_buckets buckets;
	unsigned int i;
	int digits = 6;

	dist_buckets(dist, width, &buckets);
	for (i = 0; i + 1 < buckets.nr; i++)
		if (fmod(buckets.edge[i], NS_PER_US) != 0)
			digits = 9;
	for (i = 0; i < buckets.nr; i++) {
		double percent = 100.0 * buckets.count[i] / dist->count;

		if (!i && buckets.nr == 1)
			fprintf(out, "[min - max]:");
		else if (!i)
			fprintf(out, "[min - %.*f]:", digits, buckets.edge[0] / NS_PER_S);
		else if (i == buckets.nr - 1)
			fprintf(out, "(%.*f - max]:", digits, buckets.edge[i - 1] / NS_PER_S);
		else
			fprintf(out, "(%.*f - %.*f]:", digits, buckets.edge[i - 1] / NS_PER_S,
				digits, buckets.edge[i] / NS_PER_S);
		fprintf(out, " %llu %.6f%%\n", (unsigned long long)buckets.count[i], percent);
	}
}
