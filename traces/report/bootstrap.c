// SPDX-License-Identifier: GPL-2.0
/*
 * In which interval the ratio of two figures is, with 95 % confidence.
 *
 * Quantiles are bootstrapped: durations are drawn again from the measured ones. Of n
 * such durations, the k-th smallest is the measured one of rank n * Beta(k, n + 1 - k).
 * So a draw costs two gamma variates, however large n is. This takes durations for
 * independent of each other.
 *
 * Rates are bootstrapped over the tests of a run. That needs at least three of them.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/bootstrap.h"

#define DRAWS		2000
#define LEAST_TESTS	3

/* xorshift64*; in (0, 1) */
static double uniform(struct report_random *random)
{
	random->state ^= random->state >> 12;
	random->state ^= random->state << 25;
	random->state ^= random->state >> 27;
	return ((random->state * 0x2545f4914f6cdd1dULL >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(struct report_random *random)
{
	return sqrt(-2 * log(uniform(random))) * cos(2 * M_PI * uniform(random));
}

/* Marsaglia and Tsang; shape >= 1. */
static double gamma_variate(struct report_random *random, double shape)
{
	double d = shape - 1 / 3.0, c = 1 / sqrt(9 * d);

	for (;;) {
		double x = normal(random), v = 1 + c * x;

		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(uniform(random)) < 0.5 * x * x + d - d * v + d * log(v))
			return d * v;
	}
}

static double drawn_quantile(struct report_dist *dist, double q,
			     struct report_random *random)
{
	double n = dist->count, k = quantile_rank(q, n), a, b;

	a = gamma_variate(random, k);
	b = gamma_variate(random, n + 1 - k);
	return dist_rank(dist, ceil(n * a / (a + b)));
}

static int by_value(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static void interval_of(double *ratios, size_t nr, struct report_interval *interval)
{
	qsort(ratios, nr, sizeof(*ratios), by_value);
	interval->low = ratios[(size_t)(0.025 * nr)];
	interval->high = ratios[(size_t)(0.975 * nr)];
	interval->known = isfinite(interval->low) && isfinite(interval->high);
}

/**
 * compare_quantile() - The ratio of two quantiles, and how sure it is.
 * @base: The denominator.
 * @other: The numerator.
 * @q: Which quantile.
 * @random: The generator.
 * @interval: Filled in.
 */
void compare_quantile(struct report_dist *base, struct report_dist *other, double q,
		      struct report_random *random, struct report_interval *interval)
{
	double ratios[DRAWS];
	size_t i;

	memset(interval, 0, sizeof(*interval));
	if (!base->count || !other->count)
		return;
	interval->ratio = dist_rank(other, quantile_rank(q, other->count)) /
			  dist_rank(base, quantile_rank(q, base->count));
	for (i = 0; i < DRAWS; i++)
		ratios[i] = drawn_quantile(other, q, random) /
			    drawn_quantile(base, q, random);
	interval_of(ratios, DRAWS, interval);
}

/* A rate of tests drawn again from those of the run. */
static bool drawn_rate(const struct report *report, enum report_scalar which,
		       struct report_random *random, double *value)
{
	size_t i, nr = json_array_size(report->tests);
	struct report_rates rates = { 0 };

	for (i = 0; i < nr; i++)
		rates_add(&rates, json_array_get(report->tests,
						 (size_t)(uniform(random) * nr)));
	return rates_scalar(&rates, which, value);
}

/**
 * compare_rates() - How sure the ratio of two rates is.
 * @base: The denominator's run.
 * @other: The numerator's.
 * @which: The rate.
 * @random: The generator.
 * @interval: Its ends are filled in, when both runs have enough tests.
 */
void compare_rates(const struct report *base, const struct report *other,
		   enum report_scalar which, struct report_random *random,
		   struct report_interval *interval)
{
	double ratios[DRAWS], below, above;
	size_t i;

	if (json_array_size(base->tests) < LEAST_TESTS ||
	    json_array_size(other->tests) < LEAST_TESTS)
		return;
	for (i = 0; i < DRAWS; i++) {
		if (!drawn_rate(base, which, random, &below) ||
		    !drawn_rate(other, which, random, &above) || below <= 0)
			return;
		ratios[i] = above / below;
	}
	interval_of(ratios, DRAWS, interval);
}
