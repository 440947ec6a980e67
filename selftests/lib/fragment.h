/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Plenty of memory, but not in one piece.
 */
#ifndef _SELFTESTS_BHTORTURE_FRAGMENT_H
#define _SELFTESTS_BHTORTURE_FRAGMENT_H

#include "filler.h"
#include "mover.h"
#include "run.h"

/* Module parameters: enough of the device to be in the way, 32 MB in 1 KiB blocks. */
#define FRAGMENTS_PARAMS	"blocks=32768"
#define FRAGMENTS_NEXT_NODE	-1

struct fragments {
	struct mover mover;
	struct filler filler;
	unsigned int rounds;
};

int fragments_open(struct fragments *fragments, struct torture *t);
int fragments_make(struct fragments *fragments, struct torture *t, int node);
long fragments_huge_pages(int node);
void fragments_close(struct fragments *fragments);

#endif /* _SELFTESTS_BHTORTURE_FRAGMENT_H */
