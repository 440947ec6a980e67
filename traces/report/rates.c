// SPDX-License-Identifier: GPL-2.0
/*
 * The numbers of a run that are not durations: what its tests did each second, and
 * how much of that succeeded.
 */
#include <string.h>

#include "report/rates.h"

const struct report_scalar_info report_scalars[SCALARS] = {
	[SCALAR_LOOKUPS] = { "lookups_per_s", "lookups/s", 0 },
	[SCALAR_MIGRATIONS] = { "migrations_per_s", "migrations/s", 0 },
	[SCALAR_SUCCESS] = { "migration_success_percent", "migration success %", 2 },
	[SCALAR_HUGE] = { "high_order_success_percent", "high-order success %", 1 },
	[SCALAR_NULLS] = { "false_nulls_per_million", "false NULLs per million", 3 },
	[SCALAR_MISSES] = { "misses_per_million", "misses per million", 1 },
	[SCALAR_VIOLATIONS] = { "violations", "violations", 0 },
	[SCALAR_COVERAGE] = { "coverage_percent", "interleavings met %", 1 },
	[SCALAR_PROTOCOL] = { "protocol_violations", "protocol violations", 0 },
};

static double number(json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

/**
 * rates_add() - Count what one test did.
 * @rates: Added to.
 * @test: Its entry in result.json.
 */
void rates_add(struct report_rates *rates, json_t *test)
{
	json_t *violations = json_object_get(test, "violations");
	json_t *huge = json_object_get(test, "high_order");
	const char *oracle;
	json_t *count;

	rates->seconds += number(test, "seconds");
	rates->lookups += number(test, "lookups");
	rates->migrations += number(test, "migrations");
	if (json_object_get(test, "refused")) {
		rates->has_refused = true;
		rates->refused += number(test, "refused");
	}
	if (json_object_get(test, "null_atomic_tolerated")) {
		rates->has_nulls = true;
		rates->false_nulls += number(test, "null_atomic_tolerated");
	}
	/* All lookups that found nothing, also of blocks that are not cached. */
	if (json_object_get(test, "null_lookups")) {
		rates->has_misses = true;
		rates->misses += number(test, "null_lookups");
	}
	json_object_foreach(violations, oracle, count) {
		if (!strcmp(oracle, "null_atomic") || !strcmp(oracle, "null_sleeping"))
			rates->false_nulls += json_number_value(count);
		rates->violations += json_number_value(count);
	}
	rates->huge_asked += number(huge, "asked");
	rates->huge_got += number(huge, "got");
}

/**
 * report_rates() - Count what all tests of the run did.
 * @report: The report.
 * @rates: Filled in.
 */
void report_rates(const struct report *report, struct report_rates *rates)
{
	json_t *test;
	size_t i;

	memset(rates, 0, sizeof(*rates));
	json_array_foreach(report->tests, i, test)
		rates_add(rates, test);
	rates->has_protocol = protocol_judge(report, &rates->protocol);
}

/**
 * rates_scalar() - One number of a run that is no duration.
 * @rates: What was counted.
 * @which: The number.
 * @value: Filled in.
 *
 * Return: false when the run does not know it.
 */
bool rates_scalar(const struct report_rates *rates, enum report_scalar which,
		  double *value)
{
	switch (which) {
	case SCALAR_LOOKUPS:
		*value = rates->lookups / rates->seconds;
		return rates->seconds > 0 && rates->lookups > 0;
	case SCALAR_MIGRATIONS:
		*value = rates->migrations / rates->seconds;
		return rates->seconds > 0;
	case SCALAR_SUCCESS:
		*value = 100 * rates->migrations / (rates->migrations + rates->refused);
		return rates->has_refused && rates->migrations + rates->refused > 0;
	case SCALAR_HUGE:
		*value = 100 * rates->huge_got / rates->huge_asked;
		return rates->huge_asked > 0;
	case SCALAR_NULLS:
		*value = 1e6 * rates->false_nulls / rates->lookups;
		return rates->has_nulls && rates->lookups > 0;
	case SCALAR_MISSES:
		*value = 1e6 * rates->misses / rates->lookups;
		return rates->has_misses && rates->lookups > 0;
	case SCALAR_VIOLATIONS:
		*value = rates->violations;
		return rates->seconds > 0;
	case SCALAR_COVERAGE:
		*value = 100.0 * rates->protocol.met / rates->protocol.possible;
		return rates->has_protocol && rates->protocol.possible;
	case SCALAR_PROTOCOL:
		*value = rates->protocol.violations;
		return rates->has_protocol;
	default:
		return false;
	}
}
