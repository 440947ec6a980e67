// SPDX-License-Identifier: GPL-2.0
/* arm64 for the plugin. */
#include <stdbool.h>
#include <string.h>

#include "exact/architecture.h"
#include "exact/blocks.h"
#include "exact/machine.h"

enum {
	X0, X1, X2, X3, X29 = 29, SP = 31, CPU, RETURN_TO, REGISTERS,
};

static const char *const registers[REGISTERS] = {
	"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",
	"x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24",
	"x25", "x26", "x27", "x28", "x29", "x30", "sp",
	/* The kernel keeps its per-CPU offset in the first one. */
	[CPU] = "TPIDR_EL1", [RETURN_TO] = "ELR_EL1",
};

static uint64_t cpu(void)
{
	return machine_read(CPU);
}

static void trapped_at(uint64_t address[2])
{
	address[0] = machine_read(RETURN_TO);
	address[1] = 0;
}

/* Pointer authentication signs in the bits that are all set in an address of the kernel. */
static uint64_t plain(uint64_t address)
{
	return address & 1ULL << 55 ? address | 0xffff000000000000ULL : address;
}

/* @count bits from @from on, with a sign. */
static int64_t constant(uint32_t code, int from, int count)
{
	return (int64_t)((uint64_t)code << (64 - from - count)) >> (64 - count);
}

static void classify(struct block *block, const uint8_t *bytes, size_t length)
{
	uint64_t last = block->next - 4;
	uint32_t code;

	block->end = BLOCK_GOES_ON;
	block->target = block->next;
	if (length < sizeof(code))
		return;
	memcpy(&code, bytes, sizeof(code));
	if ((code & 0x7c000000) == 0x14000000)		/* b, bl */
		block->target = last + 4 * constant(code, 0, 26);
	else if ((code & 0xff000000) == 0x54000000 ||	/* b.cond */
		 (code & 0x7e000000) == 0x34000000)	/* cbz, cbnz */
		block->target = last + 4 * constant(code, 5, 19);
	else if ((code & 0x7e000000) == 0x36000000)	/* tbz, tbnz */
		block->target = last + 4 * constant(code, 5, 14);
	else if ((code & 0xfe000000) == 0xd6000000 ||	/* br, blr, ret, eret */
		 (code & 0xff000000) == 0xd4000000)	/* svc, hvc, brk */
		block->end = BLOCK_ANYWHERE;
}

const struct guest guest_arm64 = {
	.target = "aarch64",
	.registers = registers,
	.count = REGISTERS,
	.events = registers,
	.event_count = SP + 1,
	.argument = { X0, X1, X2, X3 },
	.result = X0,
	.stack = SP,
	.frame = X29,
	.kernel_above = 0xffff000000000000ULL,
	.cpu = cpu,
	.trapped_at = trapped_at,
	.plain = plain,
	.classify = classify,
};
