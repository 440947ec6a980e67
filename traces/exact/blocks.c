// SPDX-License-Identifier: GPL-2.0
/*
 * Translated blocks. QEMU calls when a block is entered, not when it is left. But a block
 * can be left early: by a fault, and where an instruction turns out to reach a device. With
 * icount that one is executed by itself, and the rest is a block of its own. So where a
 * CPU goes on tells how much of the block before was executed.
 *
 * (Inline counters would tell, too. In QEMU 10.0 they crash where one thread runs all CPUs.)
 */
#include <stdlib.h>

#include "exact/architecture.h"
#include "exact/blocks.h"

/**
 * block_of() - What has to be known of a block.
 * @tb: The block, being translated.
 */
const struct block *block_of(struct qemu_plugin_tb *tb)
{
	size_t i, count = qemu_plugin_tb_n_insns(tb);
	struct block *block = calloc(1, sizeof(*block) + count * sizeof(block->offsets[0]));
	struct qemu_plugin_insn *insn = NULL;
	uint8_t code[16];

	for (i = 0; i < count; i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		if (!i)
			block->address = qemu_plugin_insn_vaddr(insn);
		block->offsets[i] = qemu_plugin_insn_vaddr(insn) - block->address;
	}
	block->count = count;
	if (insn) {
		block->next = qemu_plugin_insn_vaddr(insn) + qemu_plugin_insn_size(insn);
		guest->classify(block, code, qemu_plugin_insn_data(insn, code, sizeof(code)));
	}
	return block;
}

/**
 * block_index() - Which instruction of a block is at an address.
 * @block: The block.
 * @address: The address.
 *
 * Return: its number; as many as there are when it is none of them.
 */
unsigned int block_index(const struct block *block, uint64_t address)
{
	unsigned int i;

	if (address - block->address > UINT16_MAX)
		return block->count;
	for (i = 0; i < block->count; i++)
		if (block->offsets[i] == address - block->address)
			break;
	return i;
}

/**
 * block_executed() - How many instructions of a block were executed.
 * @block: The block; its CPU has left it.
 * @then: Where the CPU went on.
 * @interrupted: Set when it went on somewhere that the block does not lead to.
 */
unsigned int block_executed(const struct block *block, uint64_t then, bool *interrupted)
{
	unsigned int index;

	*interrupted = false;
	if (block->end == BLOCK_ANYWHERE || then == block->next || then == block->target)
		return block->count;
	index = block_index(block, then);
	if (block->end == BLOCK_REPEATS && index == block->count - 1)
		return block->count;
	if (index && index < block->count)
		return index;
	*interrupted = true;
	return block->count;
}
