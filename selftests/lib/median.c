// SPDX-License-Identifier: GPL-2.0
/*
 * The middle of a few measurements.
 */
#include "median.h"

/**
 * median() - The median; of an even number of values, the upper one of the middle.
 * @values: The values, in any order.
 * @count: How many. A handful: the time taken is quadratic.
 *
 * Return: the median, 0 of no values.
 */
double median(const double *values, size_t count)
{
	size_t i, j, less, equal;

	for (i = 0; i < count; i++) {
		less = 0;
		equal = 0;
		for (j = 0; j < count; j++) {
			less += values[j] < values[i];
			equal += values[j] == values[i];
		}
		if (less <= count / 2 && count / 2 < less + equal)
			return values[i];
	}
	return 0;
}
