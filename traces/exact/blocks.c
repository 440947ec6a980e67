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
#include <string.h>

#include "exact/blocks.h"

static bool is_string(uint8_t opcode)
{
	return (opcode >= 0xa4 && opcode <= 0xa7) || (opcode >= 0xaa && opcode <= 0xaf) ||
	       (opcode >= 0x6c && opcode <= 0x6f);
}

static int64_t displacement(const uint8_t *code, size_t length, size_t bytes)
{
	int32_t wide;

	if (bytes == 1)
		return (int8_t)code[length - 1];
	memcpy(&wide, code + length - 4, sizeof(wide));
	return wide;
}

/* x86-64: how the last instruction ends the block. */
static void classify(struct block *block, const uint8_t *code, size_t length)
{
	bool repeated = false;
	size_t at = 0;

	while (at + 1 < length && (code[at] == 0xf3 || code[at] == 0xf2 || code[at] == 0x66 ||
				   code[at] == 0x2e || code[at] == 0x3e ||
				   (code[at] & 0xf0) == 0x40)) {
		repeated |= code[at] == 0xf3 || code[at] == 0xf2;
		at++;
	}
	block->end = BLOCK_GOES_ON;
	block->target = block->next;
	if (repeated && is_string(code[at]))
		block->end = BLOCK_REPEATS;
	else if ((code[at] & 0xf0) == 0x70 || code[at] == 0xeb ||
		 (code[at] >= 0xe0 && code[at] <= 0xe3))
		block->target += displacement(code, length, 1);
	else if (code[at] == 0xe8 || code[at] == 0xe9 ||
		 (code[at] == 0x0f && at + 1 < length && (code[at + 1] & 0xf0) == 0x80))
		block->target += displacement(code, length, 4);
	else if (code[at] == 0xc3 || code[at] == 0xc2 || code[at] == 0xcb ||
		 code[at] == 0xcc || code[at] == 0xcd || code[at] == 0xcf ||
		 code[at] == 0xff || code[at] == 0x0f || code[at] == 0xf4)
		block->end = BLOCK_ANYWHERE;
}

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
		classify(block, code, qemu_plugin_insn_data(insn, code, sizeof(code)));
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
