/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A gigabyte of memory in one piece, for a huge page.
 */
#ifndef _SELFTESTS_BHTORTURE_GIGABYTE_H
#define _SELFTESTS_BHTORTURE_GIGABYTE_H

#include <stdbool.h>

#include "filler.h"
#include "memory_block.h"
#include "run.h"

struct gigabyte {
	unsigned long long first;	/* byte */
	unsigned long long bytes;
	int node;
	struct memory_blocks blocks;	/* all that were plugged in for it */
};

int gigabyte_find(struct gigabyte *gigabyte, struct torture *t);
int gigabyte_plug_in_rest(const struct gigabyte *gigabyte, struct torture *t);
int gigabyte_plug_in(const struct gigabyte *gigabyte, struct torture *t);
void gigabyte_unplug(const struct gigabyte *gigabyte);
int gigabyte_fill_rest(const struct gigabyte *gigabyte, struct torture *t,
		       struct filler *filler);
bool gigabyte_ask(const struct gigabyte *gigabyte);
int gigabyte_give_back(const struct gigabyte *gigabyte);

#endif /* _SELFTESTS_BHTORTURE_GIGABYTE_H */
