/* SPDX-License-Identifier: GPL-2.0 */
/* What is measured: one torture at a time, and its device only. */
#ifndef _BHT_EXACT_WANTED_H
#define _BHT_EXACT_WANTED_H

#include <stdbool.h>
#include <stdint.h>

struct wanted {
	bool now;			/* a torture runs */
	uint64_t mapping, bdev;		/* 0: any */
	uint64_t lock;			/* the mapping's */
};

extern struct wanted wanted;

#endif /* _BHT_EXACT_WANTED_H */
