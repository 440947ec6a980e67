/* SPDX-License-Identifier: GPL-2.0 */
/* Translated blocks: how many of their instructions were executed. */
#ifndef _BHT_EXACT_BLOCKS_H
#define _BHT_EXACT_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "exact/qemu.h"

enum block_end {
	BLOCK_GOES_ON,		/* with the next instruction, or at `target` */
	BLOCK_REPEATS,		/* a string instruction: with itself, or the next one */
	BLOCK_ANYWHERE,		/* a return, an indirect jump, a trap */
};

struct block {
	uint64_t address, next, target;
	enum block_end end;
	unsigned int count;
	uint16_t offsets[];	/* of each instruction, from the first */
};

const struct block *block_of(struct qemu_plugin_tb *tb);
unsigned int block_executed(const struct block *block, uint64_t then, bool *interrupted);
unsigned int block_index(const struct block *block, uint64_t address);

#endif /* _BHT_EXACT_BLOCKS_H */
