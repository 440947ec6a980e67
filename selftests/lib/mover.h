/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Moves the pages of the device's own mapping with move_pages(2).
 */
#ifndef _SELFTESTS_BHTORTURE_MOVER_H
#define _SELFTESTS_BHTORTURE_MOVER_H

#include "mapping.h"
#include "run.h"

#define MOVER_OTHER_NODE	-1

struct mover {
	struct mapping mapping;
	size_t pages;		/* one of each folio */
	size_t stride;		/* how many pages a folio has */
	unsigned int batch;	/* pages per call */
	unsigned int pause_us;	/* after each pass */
	size_t nr_repeated;	/* pages that are first in each call */
	size_t times;		/* so often each */
	int nodes[2];
	pthread_t thread;
	bool running;
	bool stop;
	int error;		/* errno of a call that cannot work here */
	void **address;
	int *node;
	int *status;
};

int mover_open(struct mover *mover, const struct torture *t,
	       unsigned int batch, char *reason, size_t size);
int mover_open_device(struct mover *mover, const struct torture *t, size_t bytes,
		      unsigned int batch, char *reason, size_t size);
int mover_repeat(struct mover *mover, const size_t *page, size_t nr, size_t times, char *reason,
		 size_t size);
int mover_pass(struct mover *mover, int node);
int mover_start(struct mover *mover);
void mover_stop(struct mover *mover);
void mover_close(struct mover *mover);
size_t mover_pages_in(const struct mover *mover, unsigned long long first,
		      unsigned long long bytes);

#endif /* _SELFTESTS_BHTORTURE_MOVER_H */
