/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers of a run that are not durations, from result.json. */
#ifndef _BHT_REPORT_RATES_H
#define _BHT_REPORT_RATES_H

#include "report/protocol.h"
#include "report/report.h"

struct report_rates {
	double seconds, lookups, migrations, refused, misses, false_nulls, violations;
	double huge_asked, huge_got;
	bool has_refused, has_misses, has_nulls, has_protocol;
	struct protocol protocol;
};

enum report_scalar {
	SCALAR_LOOKUPS, SCALAR_MIGRATIONS, SCALAR_SUCCESS, SCALAR_HUGE,
	SCALAR_NULLS, SCALAR_MISSES, SCALAR_VIOLATIONS, SCALAR_COVERAGE, SCALAR_PROTOCOL,
	SCALARS
};

struct report_scalar_info {
	const char *name;
	const char *title;
	int digits;
};

extern const struct report_scalar_info report_scalars[SCALARS];

void rates_add(struct report_rates *rates, json_t *test);
void report_rates(const struct report *report, struct report_rates *rates);
bool rates_scalar(const struct report_rates *rates, enum report_scalar which,
		  double *value);

#endif /* _BHT_REPORT_RATES_H */
