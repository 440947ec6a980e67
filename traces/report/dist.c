// SPDX-License-Identifier: GPL-2.0
/*
 * Distributions of durations: quantiles, the histogram of 2019, log2.
 *
 * A recording gives exact values, an in-kernel histogram only bins. Both are a
 * sorted list of bins here; an exact value is a bin of width one. However long the
 * recording, the list stays bounded: equal values are merged, and if that is not
 * enough, values that agree in their leading ten bits.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

#define ROOM_FIRST	1024
#define ROOM_MAX	(512 * 1024)
#define COARSE_BITS	10
#define NS_PER_US	1000
#define ROUNDING	0.000000001

const double report_quantiles[QUANTILES] = { 0.5, 0.9, 0.99, 0.999 };
const char * const report_quantile_names[QUANTILES] = {
	"p50", "p90", "p99", "p99.9"
};

static int by_from(const void *a, const void *b)
{
	const struct report_bin *left = a, *right = b;

	if (left->from != right->from)
		return left->from < right->from ? -1 : 1;
	return left->to < right->to ? -1 : left->to > right->to;
}

/**
 * dist_sort() - Bring the bins into order, equal ones into one.
 * @dist: The distribution.
 */
void dist_sort(struct report_dist *dist)
{
	size_t i, kept = 0;

	if (dist->sorted || !dist->nr)
		return;
	qsort(dist->bins, dist->nr, sizeof(*dist->bins), by_from);
	for (i = 1; i < dist->nr; i++) {
		struct report_bin *last = &dist->bins[kept];
		struct report_bin *bin = &dist->bins[i];

		if (bin->from == last->from && bin->to == last->to)
			last->count += bin->count;
		else
			dist->bins[++kept] = *bin;
	}
	dist->nr = kept + 1;
	dist->bins[0].before = 0;
	for (i = 1; i < dist->nr; i++)
		dist->bins[i].before = dist->bins[i - 1].before + dist->bins[i - 1].count;
	dist->sorted = true;
}

/* Values that agree in their leading bits become one bin. */
static void coarsen(struct report_dist *dist)
{
	size_t i;

	for (i = 0; i < dist->nr; i++) {
		struct report_bin *bin = &dist->bins[i];
		int shift = 64 - COARSE_BITS - (bin->to ? __builtin_clzll(bin->to) : 63);
		uint64_t below = shift > 0 ? (1ULL << shift) - 1 : 0;

		bin->from &= ~below;
		bin->to |= below;
	}
	dist->sorted = false;
	dist_sort(dist);
}

static void make_room(struct report_dist *dist)
{
	if (dist->nr < dist->room)
		return;
	dist_sort(dist);
	if (dist->nr > dist->room / 2 && dist->room >= ROOM_MAX)
		coarsen(dist);
	if (dist->nr > dist->room / 2 || !dist->room) {
		dist->room = dist->room ? 2 * dist->room : ROOM_FIRST;
		dist->bins = must(realloc(dist->bins,
					  dist->room * sizeof(*dist->bins)));
	}
}

/**
 * dist_add() - Count durations.
 * @dist: The distribution.
 * @from: The shortest that they can have been, in ns.
 * @to: The longest.
 * @count: How many.
 */
void dist_add(struct report_dist *dist, uint64_t from, uint64_t to,
	      uint64_t count)
{
	make_room(dist);
	dist->bins[dist->nr++] = (struct report_bin){ from, to, count, 0 };
	dist->sorted = false;
	dist->count += count;
	dist->sum_ns += (from / 2.0 + to / 2.0) * count;
	if (to > dist->max_ns)
		dist->max_ns = to;
}

/**
 * dist_merge() - Add all of one distribution to another.
 * @into: The one that grows; its resolution becomes the coarser of the two.
 * @from: The other.
 */
void dist_merge(struct report_dist *into, const struct report_dist *from)
{
	double sum_ns = into->sum_ns + from->sum_ns;
	uint64_t max_ns = into->max_ns > from->max_ns ? into->max_ns : from->max_ns;
	size_t i;

	if (from->resolution > into->resolution)
		into->resolution = from->resolution;
	if (from->width && (!into->width || into->width > from->width))
		into->width = from->width;
	/* Quantiles of a sum are not those of its parts. */
	into->has_given = from->has_given && !into->count;
	memcpy(into->given, from->given, sizeof(into->given));
	for (i = 0; i < from->nr; i++)
		dist_add(into, from->bins[i].from, from->bins[i].to,
			 from->bins[i].count);
	into->sum_ns = sum_ns;
	into->max_ns = max_ns;
}

/**
 * dist_free() - Forget all durations.
 * @dist: The distribution, which is empty afterwards.
 */
void dist_free(struct report_dist *dist)
{
	free(dist->bins);
	memset(dist, 0, sizeof(*dist));
}

/**
 * quantile_rank() - The nearest rank, whatever doubles make of 0.9 * 1000.
 * @part: The part of all that are not to exceed it.
 * @count: How many there are.
 */
double quantile_rank(double part, double count)
{
	double rank = ceil(part * count - ROUNDING);

	return rank < 1 ? 1 : rank;
}

/**
 * dist_rank() - The duration of that rank.
 * @dist: The distribution.
 * @rank: 1 is the shortest, the count is the longest.
 *
 * Return: ns; within a bin as if its durations were spread evenly over it.
 */
double dist_rank(struct report_dist *dist, double rank)
{
	size_t low = 0, high;
	struct report_bin *bin;
	double value;

	dist_sort(dist);
	if (!dist->nr)
		return 0;
	for (high = dist->nr - 1; low < high;) {
		size_t middle = (low + high) / 2;

		if (dist->bins[middle].before + dist->bins[middle].count < rank)
			low = middle + 1;
		else
			high = middle;
	}
	bin = &dist->bins[low];
	if (bin->from == bin->to)
		return bin->from;
	value = bin->from + (double)(bin->to - bin->from) *
		(rank - bin->before - 0.5) / bin->count;
	return value < dist->max_ns ? value : dist->max_ns;
}

/**
 * dist_quantile() - The duration that a part of all do not exceed.
 * @dist: The distribution.
 * @which: The part.
 *
 * Return: ns, 0 when there are none.
 */
double dist_quantile(struct report_dist *dist, enum report_quantile which)
{
	if (!dist->count)
		return 0;
	if (dist->has_given)
		return dist->given[which];
	return dist_rank(dist, quantile_rank(report_quantiles[which], dist->count));
}

/* 1, 2, 5, 10, 20, ... us; people compare histograms, edges must be even. */
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

/* The last bucket is the one with the longest; it is open. */
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
