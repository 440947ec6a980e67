/* SPDX-License-Identifier: GPL-2.0 */
/* For those who watch the machine from outside: which torture runs, and of what. */
#ifndef _BHTORTURE_REPORT_OUTSIDE_H
#define _BHTORTURE_REPORT_OUTSIDE_H

#include <linux/types.h>

struct address_space;
struct block_device;

void outside_begin(const struct address_space *mapping, const struct block_device *bdev,
		   const char *test, u64 ns);
void outside_end(const struct address_space *mapping, u64 ns);

#endif /* _BHTORTURE_REPORT_OUTSIDE_H */
