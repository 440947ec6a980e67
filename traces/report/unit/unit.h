/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of bht-report's parts share. */
#ifndef _BHT_REPORT_UNIT_H
#define _BHT_REPORT_UNIT_H

#include <stdbool.h>

#define CHECK(condition) check(condition, #condition, __func__, __LINE__)

extern unsigned int unit_failures;

void check(bool holds, const char *condition, const char *function, int line);
bool near(double a, double b, double tolerance);
void test_readers(void);

#endif /* _BHT_REPORT_UNIT_H */
