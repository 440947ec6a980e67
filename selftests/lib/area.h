/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An area of CMA, and its debugfs files, which allocate from it.
 */
#ifndef _SELFTESTS_BHTORTURE_AREA_H
#define _SELFTESTS_BHTORTURE_AREA_H

#include "run.h"

struct area {
	char folder[256];		/* in debugfs; empty: none was found */
	unsigned long long first;	/* byte */
	unsigned long long bytes;
};

int area_find(struct area *area, struct torture *t);
int area_allocate(const struct area *area);
int area_free(const struct area *area);

#endif /* _SELFTESTS_BHTORTURE_AREA_H */
