/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Anonymous memory that takes the room of others.
 */
#ifndef _SELFTESTS_BHTORTURE_FILLER_H
#define _SELFTESTS_BHTORTURE_FILLER_H

#include <stddef.h>

struct filler {
	char *memory;
	size_t pages;
	int node;
};

int filler_open(struct filler *filler, int node, size_t pages);
void filler_fill(struct filler *filler);
void filler_keep(struct filler *filler, size_t one_in);
void filler_free(struct filler *filler, size_t one_in);
void filler_close(struct filler *filler);

#endif /* _SELFTESTS_BHTORTURE_FILLER_H */
