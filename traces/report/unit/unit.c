// SPDX-License-Identifier: GPL-2.0
/* What the tests of bht-report's parts share: conditions, and how many did not hold. */
#include <math.h>
#include <stdio.h>

#include "unit.h"

unsigned int unit_failures;

void check(bool holds, const char *condition, const char *function, int line)
{
	if (holds)
		return;
	printf("FAILED: %s, line %d: %s\n", function, line, condition);
	unit_failures++;
}

bool near(double a, double b, double tolerance)
{
	return fabs(a - b) <= tolerance;
}
