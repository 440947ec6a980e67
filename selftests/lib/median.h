/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The middle of a few measurements.
 */
#ifndef _SELFTESTS_BHTORTURE_MEDIAN_H
#define _SELFTESTS_BHTORTURE_MEDIAN_H

#include <stddef.h>

double median(const double *values, size_t count);

#endif /* _SELFTESTS_BHTORTURE_MEDIAN_H */
