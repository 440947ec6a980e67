// SPDX-License-Identifier: GPL-2.0
/*
 * arm64 for the finder. All instructions have four bytes, so a table of patterns tells
 * them apart; capstone 4 does not know the atomic ones (LSE), which locks are made of.
 * What is not in the table is taken to write to the register that nearly all have in the
 * same place.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "finder/machine.h"
#include "lib/tools.h"

enum {
	ARG = 0, CLOBBERED = 18, LINK = 30, SP = 31, REGISTERS,
};

#define STACK	ORIGIN_ENTRY(SP)
/* Of a value that is just its offset. */
#define CONSTANT	UINT32_MAX

enum what {
	OTHER,			/* writes to rd */
	NOTHING,		/* writes to no register */
	MOVE,			/* rd = rm */
	SET,			/* rd = a constant of 16 bits, shifted */
	ADD, SUBTRACT,		/* rd = rn and a constant of 12 bits; sp may be either */
	LOAD, STORE,		/* 64 bits, constant of 12 bits, times 8 */
	LOAD_NEAR, STORE_NEAR,	/* 64 bits, constant of 9 bits with a sign; may write rn back */
	STORE_SMALL,		/* less than 64 bits, anywhere */
	LOAD_PAIR, STORE_PAIR,	/* twice 64 bits; may write rn back */
	CALL, CALL_REGISTER, JUMP, JUMP_IF, JUMP_IF_BIT, JUMP_IF_ZERO, JUMP_UNLESS_ZERO,
	JUMP_EQUAL, JUMP_UNEQUAL, JUMP_REGISTER, RETURN, TRAP,
	UNLOCK,			/* stlrb w, (rn): nobody stores but zero into a lock */
	TAKE,			/* rs = (rn), and (rn) = rt, if rs was it */
	EXCLUSIVE,		/* a store that may fail: writes to rs */
	ADD_ATOMIC,		/* rt = (rn), and (rn) += rs */
	CLEAR_ATOMIC,		/* rt = (rn), and (rn) &= ~rs */
};

/* The first that fits counts. */
static const struct {
	uint32_t mask, value;
	enum what what;
} patterns[] = {
	{ 0xfc000000, 0x94000000, CALL },		/* bl */
	{ 0xfffffc1f, 0xd63f0000, CALL_REGISTER },	/* blr */
	{ 0xfc000000, 0x14000000, JUMP },		/* b */
	{ 0xff00001f, 0x54000000, JUMP_EQUAL },		/* b.eq */
	{ 0xff00001f, 0x54000001, JUMP_UNEQUAL },	/* b.ne */
	{ 0xff000010, 0x54000000, JUMP_IF },		/* b.cond */
	{ 0x7f000000, 0x34000000, JUMP_IF_ZERO },	/* cbz */
	{ 0x7f000000, 0x35000000, JUMP_UNLESS_ZERO },	/* cbnz */
	{ 0x7e000000, 0x36000000, JUMP_IF_BIT },	/* tbz, tbnz */
	{ 0xfffffc1f, 0xd61f0000, JUMP_REGISTER },	/* br */
	{ 0xfffff3e0, 0xd65f03c0, RETURN },		/* ret, retaa, retab */
	{ 0xffe0001f, 0xd4200000, TRAP },		/* brk */
	{ 0xfff00000, 0xd5300000, OTHER },		/* mrs */
	{ 0xff000000, 0xd5000000, NOTHING },		/* hints, barriers, msr */
	{ 0xffe0ffe0, 0xaa0003e0, MOVE },		/* mov x, x */
	{ 0x7f800000, 0x52800000, SET },		/* movz */
	{ 0xff800000, 0x91000000, ADD },
	{ 0xff800000, 0xd1000000, SUBTRACT },
	{ 0xffc00000, 0xf9400000, LOAD },
	{ 0xffc00000, 0xf9000000, STORE },
	{ 0xffe00000, 0xf8400000, LOAD_NEAR },		/* ldur, ldr with write back */
	{ 0xffe00000, 0xf8000000, STORE_NEAR },		/* stur, str with write back */
	{ 0xfec00000, 0xa8400000, LOAD_PAIR },
	{ 0xfec00000, 0xa8c00000, LOAD_PAIR },
	{ 0xfec00000, 0xa8000000, STORE_PAIR },
	{ 0xfec00000, 0xa8800000, STORE_PAIR },
	{ 0xfffffc00, 0x089ffc00, UNLOCK },
	{ 0xffa07c00, 0x88a07c00, TAKE },		/* cas w, with acquire or not */
	{ 0x3fe00000, 0x08000000, EXCLUSIVE },		/* stxr, stlxr */
	{ 0x3fe08000, 0x08800000, STORE_SMALL },	/* stlr; of any size */
	{ 0xff20fc00, 0xb8200000, ADD_ATOMIC },		/* ldadd w, stadd w */
	{ 0xff20fc00, 0xf8201000, CLEAR_ATOMIC },	/* ldclr x, stclr x */
	{ 0x3bc00000, 0x39000000, STORE_SMALL },	/* str b, h, w */
	{ 0x3be00c00, 0x38000000, STORE_SMALL },	/* stur b, h, w */
	{ 0x3be00c00, 0x38200800, STORE_SMALL },	/* str, with an index */
	{ 0xffc00000, 0x29000000, STORE_SMALL },	/* stp w, w */
};

static const char *const names[REGISTERS] = {
	"x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",
	"x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20", "x21", "x22", "x23", "x24",
	"x25", "x26", "x27", "x28", "x29", "x30", "sp",
};

struct insn {
	uint32_t code;
	uint64_t address;
};

static int rd(uint32_t code)
{
	return code & 31;
}

static int rn(uint32_t code)
{
	return code >> 5 & 31;
}

static int rt2(uint32_t code)
{
	return code >> 10 & 31;
}

static int rm(uint32_t code)
{
	return code >> 16 & 31;
}

/* @count bits from @from on, with a sign. */
static int64_t constant(uint32_t code, int from, int count)
{
	return (int64_t)((uint64_t)code << (64 - from - count)) >> (64 - count);
}

/* By ADD and SUBTRACT. */
static int64_t added(uint32_t code)
{
	return (code >> 10 & 0xfff) << (code >> 22 & 1 ? 12 : 0);
}

static enum what what_is(uint32_t code)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(patterns); i++)
		if ((code & patterns[i].mask) == patterns[i].value)
			return patterns[i].what;
	return OTHER;
}

static void *arm64_open(void)
{
	return allocate(1);
}

static size_t arm64_decode(void *decoder, const uint8_t *code, size_t length,
			   uint64_t address, void **decoded)
{
	struct insn *insn;

	if (length < 4)
		return length;
	insn = allocate(sizeof(*insn));
	insn->address = address;
	insn->code = code[0] | code[1] << 8 | code[2] << 16 | (uint32_t)code[3] << 24;
	*decoded = insn;
	return 4;
}

static enum branch arm64_branch(const void *instruction, uint64_t *target)
{
	const struct insn *insn = instruction;
	uint32_t code = insn->code;

	switch (what_is(code)) {
	case CALL:
	case CALL_REGISTER:
		return BRANCH_CALL;
	case JUMP:
		*target = insn->address + 4 * constant(code, 0, 26);
		return BRANCH_ALWAYS;
	case JUMP_IF:
	case JUMP_EQUAL:
	case JUMP_UNEQUAL:
	case JUMP_IF_ZERO:
	case JUMP_UNLESS_ZERO:
		*target = insn->address + 4 * constant(code, 5, 19);
		return BRANCH_MAYBE;
	case JUMP_IF_BIT:
		*target = insn->address + 4 * constant(code, 5, 14);
		return BRANCH_MAYBE;
	case JUMP_REGISTER:
	case RETURN:
		return BRANCH_END;
	case TRAP:
		return BRANCH_TRAP;
	default:
		return BRANCH_NONE;
	}
}

static void define(struct flow_state *state, size_t insn, int reg)
{
	uint32_t origin = ORIGIN_INSN(insn, reg);

	if (reg == SP)
		return;		/* as a destination it is no register */
	flow_forget(state, origin);
	state->reg[reg] = (struct value){ .origin = origin };
}

static void load(struct flow_state *state, size_t i, int reg, struct value address)
{
	struct value *slot = flow_slot(state, address, STACK);

	if (slot && reg != SP)
		state->reg[reg] = *slot;
	else
		define(state, i, reg);
}

/* A store changes all slots that it overlaps. @reg: -1 is nothing that is followed. */
static void store(struct flow_state *state, int reg, struct value address, int size)
{
	struct value *slot;
	int i;

	if (address.origin != STACK)
		return;
	for (i = 0; i < FLOW_SLOTS; i++)
		if (-8 * i < address.offset + size && address.offset < -8 * i + 8)
			state->slot[i].origin = 0;
	slot = flow_slot(state, address, STACK);
	if (slot && size == 8 && reg >= 0 && reg != SP)
		*slot = state->reg[reg];
}

/*
 * The address of a load or store that may write it back: @mode is 0 for neither, 1 for
 * behind it, 3 for before it.
 */
static struct value address_of(struct flow_state *state, int base, int mode, int64_t offset)
{
	struct value address = state->reg[base];

	if (mode != 1)
		address.offset += offset;
	if (mode == 1 || mode == 3)
		state->reg[base].offset += offset;
	return address;
}

static void step_pair(struct flow_state *state, uint32_t code, size_t i, bool loads)
{
	/* 00: not temporal, 01: written back behind, 10: not, 11: before */
	static const int modes[] = { 0, 1, 0, 3 };
	struct value address = address_of(state, rn(code), modes[code >> 23 & 3],
					  8 * constant(code, 15, 7));
	struct value second = { address.origin, address.offset + 8 };

	if (loads) {
		load(state, i, rd(code), address);
		load(state, i, rt2(code), second);
	} else {
		store(state, rd(code), address, 8);
		store(state, rt2(code), second, 8);
	}
}

static void arm64_step(void *decoder, const void *instruction, size_t i,
		       struct flow_state *state)
{
	uint32_t code = ((const struct insn *)instruction)->code;
	struct value address = state->reg[rn(code)];
	enum what what = what_is(code);
	int reg;

	switch (what) {
	case MOVE:
		if (rm(code) == SP)
			define(state, i, rd(code));	/* zero */
		else if (rd(code) != SP)
			state->reg[rd(code)] = state->reg[rm(code)];
		break;
	case SET:
		define(state, i, rd(code));
		/* That of the two lower halves; what is shifted further is no bit that is known. */
		if (rd(code) != SP && !(code >> 22 & 1))
			state->reg[rd(code)] = (struct value){
				CONSTANT, (code >> 5 & 0xffff) << (code >> 21 & 1 ? 16 : 0)
			};
		break;
	case ADD:
	case SUBTRACT:
		address.offset += what == ADD ? added(code) : -added(code);
		state->reg[rd(code)] = address;
		break;
	case LOAD:
	case STORE:
		address.offset += (code >> 10 & 0xfff) * 8;
		if (what == LOAD)
			load(state, i, rd(code), address);
		else
			store(state, rd(code), address, 8);
		break;
	case LOAD_NEAR:
	case STORE_NEAR:
		address = address_of(state, rn(code), code >> 10 & 3, constant(code, 12, 9));
		if (what == LOAD_NEAR)
			load(state, i, rd(code), address);
		else
			store(state, rd(code), address, 8);
		break;
	case STORE_SMALL:
		/* How far from the register is not looked at. */
		if (address.origin == STACK)
			memset(state->slot, 0, sizeof(state->slot));
		break;
	case LOAD_PAIR:
	case STORE_PAIR:
		step_pair(state, code, i, what == LOAD_PAIR);
		break;
	case CALL:
	case CALL_REGISTER:
		for (reg = 0; reg <= CLOBBERED; reg++)
			define(state, i, reg);
		define(state, i, LINK);
		break;
	case TAKE:
	case EXCLUSIVE:
		define(state, i, rm(code));
		break;
	case OTHER:
	case ADD_ATOMIC:
	case CLEAR_ATOMIC:
		define(state, i, rd(code));
		/* ldp of less than 64 bits, ldxp */
		if ((code & 0x3a000000) == 0x28000000 || (code & 0x3fe00000) == 0x08600000)
			define(state, i, rt2(code));
		break;
	default:
		break;
	}
}

/* Which bits ldclr clears is in a register. Their byte is one of those that it writes to. */
static void clear(const struct insn *from, struct flow_insn *insn)
{
	const struct value *bits = &insn->before.reg[rm(from->code)];
	int byte;

	if (bits->origin != CONSTANT)
		return;
	for (byte = 0; byte < 4; byte++) {
		insn->cleared = (uint32_t)bits->offset >> 8 * byte;
		if (insn->cleared)
			break;
	}
	insn->displacement += byte;
}

/* get_bh() and clear_bit_unlock() are inlined everywhere, and spinlocks mostly. */
static void arm64_classify(const void *instruction, struct flow_insn *insn)
{
	static const enum flow_kind kinds[] = {
		[CALL] = FLOW_CALL, [JUMP] = FLOW_CALL, [RETURN] = FLOW_RETURN,
		[JUMP_IF_ZERO] = FLOW_IF_ZERO, [JUMP_EQUAL] = FLOW_IF_ZERO,
		[JUMP_UNLESS_ZERO] = FLOW_UNLESS_ZERO, [JUMP_UNEQUAL] = FLOW_UNLESS_ZERO,
		[UNLOCK] = FLOW_STORE_ZERO, [TAKE] = FLOW_TAKE,
		[EXCLUSIVE] = FLOW_TAKE_LOOP, [ADD] = FLOW_ADDRESS,
		[ADD_ATOMIC] = FLOW_COUNT_UP, [CLEAR_ATOMIC] = FLOW_CLEAR_BIT,
	};
	const struct insn *from = instruction;
	enum what what = what_is(from->code);
	uint64_t target = 0;
	enum branch branch = arm64_branch(instruction, &target);

	if ((size_t)what < ARRAY_SIZE(kinds))
		insn->kind = kinds[what];
	if (what == CALL)
		target = from->address + 4 * constant(from->code, 0, 26);
	insn->target = target;
	insn->tail = branch == BRANCH_ALWAYS || branch == BRANCH_MAYBE || what == JUMP_REGISTER;
	insn->plain = branch == BRANCH_NONE;
	insn->at = insn->before.reg[rn(from->code)];
	insn->base = rn(from->code);
	if (what == ADD) {
		insn->displacement = added(from->code);
		insn->to = rd(from->code);
	} else if (what == CLEAR_ATOMIC) {
		clear(from, insn);
	}
}

const struct machine machine_arm64 = {
	.name = "arm64",
	.registers = REGISTERS,
	.fetch_names = names,
	.argument = ARG,
	.stack = SP,
	.entry_bytes = 12,		/* bti, mov x9, x30, bl */
	.slow_path = "queued_spin_lock_slowpath",
	.open = arm64_open,
	.close = free,
	.decode = arm64_decode,
	.forget = free,
	.branch = arm64_branch,
	.step = arm64_step,
	.classify = arm64_classify,
};
