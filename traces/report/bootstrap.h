/* SPDX-License-Identifier: GPL-2.0 */
/* How sure the ratio of two figures is. */
#ifndef _BHT_REPORT_BOOTSTRAP_H
#define _BHT_REPORT_BOOTSTRAP_H

#include "report/rates.h"
#include "report/report.h"

struct report_interval {
	bool known;
	double ratio, low, high;	/* 95 % */
};

struct report_random {
	uint64_t state;
};

void compare_quantile(struct report_dist *base, struct report_dist *other,
		      double q, struct report_random *random,
		      struct report_interval *interval);
void compare_rates(const struct report *base, const struct report *other,
		   enum report_scalar which, struct report_random *random,
		   struct report_interval *interval);

#endif /* _BHT_REPORT_BOOTSTRAP_H */
