/* SPDX-License-Identifier: GPL-2.0 */
/* Distributions of durations in ns. */
#ifndef _BHT_REPORT_DIST_H
#define _BHT_REPORT_DIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Both ends of a bin belong to it. */
struct report_bin {
	uint64_t from, to;
	uint64_t count;
	uint64_t before;	/* in the bins before it, once sorted */
};

enum report_resolution {
	RESOLUTION_EXACT,	/* a bin is one value, or 0.1 % wide at most */
	RESOLUTION_LINEAR,	/* bins of equal width */
	RESOLUTION_LOG2,	/* (2^(k-1), 2^k] */
};

enum report_quantile { P50, P90, P99, P999, QUANTILES };

struct report_dist {
	struct report_bin *bins;
	size_t nr, room;
	bool sorted;
	uint64_t count;
	double sum_ns;
	uint64_t max_ns;
	enum report_resolution resolution;
	uint64_t width;			/* RESOLUTION_LINEAR */
	bool has_given;			/* whoever measured also knew these */
	double given[QUANTILES];
};

extern const double report_quantiles[QUANTILES];
extern const char * const report_quantile_names[QUANTILES];

void dist_add(struct report_dist *dist, uint64_t from, uint64_t to,
	      uint64_t count);
void dist_sort(struct report_dist *dist);
void dist_merge(struct report_dist *into, const struct report_dist *from);
void dist_free(struct report_dist *dist);
double quantile_rank(double part, double count);
double dist_rank(struct report_dist *dist, double rank);
double dist_quantile(struct report_dist *dist, enum report_quantile which);

#endif /* _BHT_REPORT_DIST_H */
