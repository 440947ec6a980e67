/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory blocks of sysfs.
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

unsigned long memory_block_bytes(void);
int memory_block_node(unsigned long number);
void memory_blocks_find(struct memory_blocks *blocks, const char *file, const char *word);
int memory_block_set(unsigned long number, const char *state);
int memory_block_bring(struct torture *t, struct mover *mover, unsigned long number);

#endif /* _SELFTESTS_BHTORTURE_MEMORY_BLOCK_H */
