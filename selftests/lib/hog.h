/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory kept at the edge.
 */
#ifndef _SELFTESTS_BHTORTURE_HOG_H
#define _SELFTESTS_BHTORTURE_HOG_H

#include "run.h"

struct hog {
	char *memory;
	size_t size;
	size_t used;
	unsigned long least_kib;	/* that were ever left */
};

int hog_open(struct hog *hog, struct torture *t, unsigned long most_kib);
bool hog_grow(struct hog *hog, unsigned long left_kib);
void hog_shrink(struct hog *hog, size_t bytes);
void hog_close(struct hog *hog);

struct reserves {
	unsigned long samples;		/* of a zone */
	unsigned long below;		/* of these under the min watermark */
	unsigned long least_percent;	/* of the min watermark that was free */
};

int reserves_look(struct reserves *reserves);

#endif /* _SELFTESTS_BHTORTURE_HOG_H */
