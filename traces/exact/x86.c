// SPDX-License-Identifier: GPL-2.0
/* x86-64 for the plugin. */
#include <stdbool.h>
#include <string.h>

#include "exact/architecture.h"
#include "exact/blocks.h"
#include "exact/machine.h"

enum {
	AX, BX, CX, DX, SI, DI, BP, SP, R8, R15 = R8 + 7, GS, KERNEL_GS, REGISTERS,
};

static const char *const registers[REGISTERS] = {
	"rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp",
	"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
	"gs_base", "k_gs_base",
};

static const char *const events[] = {
	"ax", "bx", "cx", "dx", "si", "di", "bp", "sp",
	"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
};

/*
 * Its per-CPU base, whether or not the kernel has just exchanged it with that of the
 * user's program.
 */
static uint64_t cpu(void)
{
	uint64_t base = machine_read(GS);

	return base >> 63 ? base : machine_read(KERNEL_GS);
}

/* What the CPU has pushed tells. With an error code, that is on top. */
static void trapped_at(uint64_t address[2])
{
	machine_memory(machine_read(SP), address, 2 * sizeof(address[0]));
}

static uint64_t plain(uint64_t address)
{
	return address;
}

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

const struct guest guest_x86 = {
	.target = "x86_64",
	.registers = registers,
	.count = REGISTERS,
	.events = events,
	.event_count = R15 + 1,
	.argument = { DI, SI, DX, CX },
	.result = AX,
	.stack = SP,
	.frame = BP,
	.kernel_above = 0xffffffff80000000ULL,
	.cpu = cpu,
	.trapped_at = trapped_at,
	.plain = plain,
	.classify = classify,
};
