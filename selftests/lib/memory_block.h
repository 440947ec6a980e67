/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Physical memory that folios have to leave.
 */
#ifndef _SELFTESTS_BHTORTURE_MEMORY_BLOCK_H
#define _SELFTESTS_BHTORTURE_MEMORY_BLOCK_H

#include "mover.h"
#include "run.h"

#define MEMORY_BLOCKS	64

struct memory_blocks {
	unsigned int count;
	unsigned long number[MEMORY_BLOCKS];	/* ascending */
};

/* What has been asked to leave, and how long that took. */
struct vacating {
	unsigned long long attempts, done;
	unsigned long long pages;	/* of the device, that were there */
	double total_s, longest_s;
	double began;
};

unsigned long memory_block_bytes(void);
int memory_block_node(unsigned long number);
void memory_blocks_find(struct memory_blocks *blocks, const char *file, const char *word);
int memory_block_set(unsigned long number, const char *state);
int memory_block_bring(struct torture *t, struct mover *mover, unsigned long number);
void vacating_begin(struct vacating *vacating, const struct mover *mover,
		    unsigned long long first, unsigned long long bytes);
void vacating_end(struct vacating *vacating, bool done);
json_t *vacating_json(const struct vacating *vacating);

#endif /* _SELFTESTS_BHTORTURE_MEMORY_BLOCK_H */
