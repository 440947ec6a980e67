// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of what the selftests are made of, for any host: needs neither root nor
 * the module.
 *
 * Prints TAP; exit status 1 if anything failed. Compiled and run by
 * scripts/tests/host/host-selftests-unit.sh, not part of the kselftest build.
 */
#include <stdio.h>

#include "unit.h"

static unsigned int tests, failed;

/**
 * check() - One test.
 * @good: Has it passed?
 * @what: What is tested.
 * @detail: Printed if it failed.
 */
void check(bool good, const char *what, const char *detail)
{
	tests++;
	failed += !good;
	printf("%sok %u %s\n", good ? "" : "not ", tests, what);
	if (!good)
		printf("# %s\n", detail);
}

int main(void)
{
	test_options();
	test_process();
	test_sysfs();
	test_device();
	test_stats();
	test_verdict();
	test_record();
	test_recursion();
	test_contents();
	printf("1..%u\n", tests);
	return failed ? 1 : 0;
}
