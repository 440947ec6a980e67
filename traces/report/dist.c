// SPDX-License-Identifier: GPL-2.0
/*
 * Distributions of durations, and their quantiles.
 *
 * A recording gives exact values, an in-kernel histogram only bins. Both are a
 * sorted list of bins here; an exact value is a bin of width one. The list stays
 * bounded, however long the recording is: equal values are merged. If that is not
 * enough, values that agree in their leading ten bits are merged, too.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/dist.h"

#define ROOM_FIRST	1024
#define ROOM_MAX	(512 * 1024)
#define COARSE_BITS	10
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
 * quantile_rank() - The nearest rank; rounding errors, as of 0.9 * 1000, do not count.
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
