// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests: the environment of the tests.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"
#include "unit.h"

static void check_option(const char *name, const char *value, bool valid)
{
	struct torture_options options;
	char reason[TORTURE_REASON_MAX] = "", what[128], wanted[128];
	int rc;

	setenv(name, value, 1);
	rc = options_read(&options, reason, sizeof(reason));
	unsetenv(name);
	snprintf(what, sizeof(what), "%s=%s is %s", name, value,
		 valid ? "taken" : "refused by name and value");
	snprintf(wanted, sizeof(wanted), "%s=%s", name, value);
	check(valid ? !rc : rc && strstr(reason, wanted), what, reason);
}

void test_options(void)
{
	struct torture_options options;
	char reason[TORTURE_REASON_MAX];

	check(!options_read(&options, reason, sizeof(reason)) &&
	      options.duration_s == 10 && options.seed == 1 &&
	      !options.device && !strcmp(options.strategy, "kernel"),
	      "an empty environment gives the defaults", reason);
	check_option("BHT_DURATION", "60", true);
	check_option("BHT_DURATION", "0", false);
	check_option("BHT_DURATION", "-1", false);
	check_option("BHT_DURATION", "36001", false);
	check_option("BHT_DURATION", "ten", false);
	check_option("BHT_DURATION", "1.5", false);
	check_option("BHT_SEED", "4294967295", true);
	check_option("BHT_SEED", "4294967296", false);
	check_option("BHT_JITTER_US", "10000", true);
	check_option("BHT_JITTER_US", "10001", false);
	check_option("BHT_ENOUGH", "1000", true);
	check_option("BHT_ENOUGH", "1001", false);
	check_option("BHT_SEED", "99999999999999999999999", false);
}
