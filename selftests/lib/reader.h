/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looks up a few metadata blocks of an ext4 again and again: extended attributes, each in
 * a block of its own. They do not change, so no transaction has them, and they can move.
 */
#ifndef _SELFTESTS_BHTORTURE_READER_H
#define _SELFTESTS_BHTORTURE_READER_H

#include "filesystem.h"

#define READER_FILES	18	/* more than an LRU of buffers has: none is found there */
#define READER_THREADS	2

struct reader {
	int file[READER_FILES];
	size_t nr_files;
	size_t page[READER_FILES];	/* of the device, that its blocks are in */
	size_t nr_pages;
	int device;
	pthread_t thread[READER_THREADS];
	size_t nr_threads;
	bool stop;
};

int reader_make(struct torture *t, const struct filesystem *fs);
int reader_start(struct reader *reader, struct torture *t, const struct filesystem *fs);
void reader_end(struct reader *reader);

#endif /* _SELFTESTS_BHTORTURE_READER_H */
