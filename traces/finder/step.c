// SPDX-License-Identifier: GPL-2.0
/*
 * What one instruction of x86-64 does to the values in the registers and the stack frame. It
 * moves one, adds a constant, or leaves something of its own, of which only the
 * origin is known. A value that is one of several stays unknown wherever it goes,
 * so that it cannot pass for some other lock.
 */
#include <string.h>

#include "finder/step.h"
#include "lib/tools.h"

static const int registers[GPRS][5] = {
	{ X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL, X86_REG_AH },
	{ X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL, X86_REG_BH },
	{ X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH },
	{ X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL, X86_REG_DH },
	{ X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL },
	{ X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL },
	{ X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL },
	{ X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL },
	{ X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B },
	{ X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B },
	{ X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B },
	{ X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B },
	{ X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B },
	{ X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B },
	{ X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B },
	{ X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B },
};

static int which(int reg)
{
	size_t i, j;

	for (i = 0; i < GPRS; i++)
		for (j = 0; j < ARRAY_SIZE(registers[i]); j++)
			if (registers[i][j] && registers[i][j] == reg)
				return i;
	return -1;
}

static bool is_whole(int reg)
{
	int i = which(reg);

	return i >= 0 && registers[i][0] == reg;
}

static void define(struct flow_state *state, size_t insn, int reg)
{
	uint32_t origin = ORIGIN_INSN(insn, reg);

	flow_forget(state, origin);
	state->reg[reg] = (struct value){ .origin = origin };
}

/**
 * step_base() - The register of an operand of the form off(%reg).
 * @op: The operand.
 *
 * Return: -1 when it is of another form.
 */
int step_base(const cs_x86_op *op)
{
	if (op->type != X86_OP_MEM || op->mem.index != X86_REG_INVALID ||
	    op->mem.segment != X86_REG_INVALID || !is_whole(op->mem.base))
		return -1;
	return which(op->mem.base);
}

/**
 * step_address() - What an operand of the form off(%reg) is the address of.
 * @state: Before the instruction.
 * @op: The operand.
 */
struct value step_address(const struct flow_state *state, const cs_x86_op *op)
{
	struct value value = {};

	int base = step_base(op);

	if (base < 0)
		return value;
	value = state->reg[base];
	value.offset += op->mem.disp;
	return value;
}

/* A store changes all slots that it overlaps. */
static void store(struct flow_state *state, const cs_x86_op *to, struct value what)
{
	struct value address = step_address(state, to), *slot;
	int i;

	if (address.origin != ORIGIN_STACK)
		return;
	for (i = 0; i < FLOW_SLOTS; i++)
		if (-8 * i < address.offset + to->size && address.offset < -8 * i + 8)
			state->slot[i].origin = 0;
	slot = flow_slot(state, address, ORIGIN_STACK);
	if (slot && to->size == 8)
		*slot = what;
}

static void define_written(csh capstone, const cs_insn *insn, size_t i,
			   struct flow_state *state)
{
	cs_regs read, written;
	uint8_t reads, writes;
	int j, reg;

	if (cs_regs_access(capstone, insn, read, &reads, written, &writes))
		return;
	for (j = 0; j < writes; j++) {
		reg = which(written[j]);
		if (reg >= 0 && reg != GPR_SP)
			define(state, i, reg);
	}
}

/* Of this instruction, nothing is known but what it writes to. */
static void other(csh capstone, const cs_insn *insn, size_t i, struct flow_state *state)
{
	const cs_x86 *x86 = &insn->detail->x86;
	int k;

	for (k = 0; k < x86->op_count; k++) {
		if (x86->operands[k].type != X86_OP_MEM ||
		    !(x86->operands[k].access & CS_AC_WRITE))
			continue;
		store(state, &x86->operands[k], (struct value){});
		/* rep stos, rep movs: how many is not known. */
		if (x86->prefix[0] == X86_PREFIX_REP)
			memset(state->slot, 0, sizeof(state->slot));
	}
	define_written(capstone, insn, i, state);
}

static void move(csh capstone, const cs_insn *insn, size_t i, struct flow_state *state)
{
	const cs_x86_op *to = &insn->detail->x86.operands[0];
	const cs_x86_op *from = &insn->detail->x86.operands[1];
	struct value unknown = {}, *value = &unknown;

	if (from->type == X86_OP_REG && is_whole(from->reg))
		value = &state->reg[which(from->reg)];
	if (to->type == X86_OP_MEM) {
		store(state, to, *value);
		return;
	}
	if (from->type == X86_OP_MEM)
		value = flow_slot(state, step_address(state, from), ORIGIN_STACK);
	if (to->type == X86_OP_REG && is_whole(to->reg) && value && value != &unknown)
		state->reg[which(to->reg)] = *value;
	else
		other(capstone, insn, i, state);
}

/* It leaves either of two values. */
static void move_if(csh capstone, const cs_insn *insn, size_t i, struct flow_state *state)
{
	const cs_x86_op *to = &insn->detail->x86.operands[0];

	if (is_whole(to->reg))
		state->reg[which(to->reg)] = (struct value){};
	else
		other(capstone, insn, i, state);
}

/* An address with an index is not followed. */
static void load_address(csh capstone, const cs_insn *insn, size_t i,
			 struct flow_state *state)
{
	const cs_x86_op *op = insn->detail->x86.operands;

	if (is_whole(op[0].reg) && is_whole(op[1].mem.base) &&
	    op[1].mem.index == X86_REG_INVALID)
		state->reg[which(op[0].reg)] = step_address(state, &op[1]);
	else
		other(capstone, insn, i, state);
}

static void add_constant(csh capstone, const cs_insn *insn, size_t i,
			 struct flow_state *state, int sign)
{
	const cs_x86_op *to = &insn->detail->x86.operands[0];
	const cs_x86_op *what = &insn->detail->x86.operands[1];

	if (to->type == X86_OP_REG && is_whole(to->reg) && what->type == X86_OP_IMM)
		state->reg[which(to->reg)].offset += sign * what->imm;
	else
		other(capstone, insn, i, state);
}

static void call(size_t i, struct flow_state *state)
{
	static const int clobbered[] = {
		GPR_AX, GPR_CX, GPR_DX, GPR_SI, GPR_DI, GPR_R8, GPR_R9, GPR_R10, GPR_R11,
	};
	size_t j;

	for (j = 0; j < ARRAY_SIZE(clobbered); j++)
		define(state, i, clobbered[j]);
}

/**
 * step() - Do to what is known what an instruction does to the registers.
 * @capstone: The disassembler.
 * @insn: The instruction.
 * @i: Its number, which names what it defines.
 * @state: Before it; afterwards, behind it.
 */
void step(csh capstone, const cs_insn *insn, size_t i, struct flow_state *state)
{
	const cs_x86_op *op = insn->detail->x86.operands;
	struct value *slot;

	if (cs_insn_group(capstone, insn, X86_GRP_CMOV)) {
		move_if(capstone, insn, i, state);
		return;
	}
	switch (insn->id) {
	case X86_INS_MOV:
		move(capstone, insn, i, state);
		break;
	case X86_INS_LEA:
		load_address(capstone, insn, i, state);
		break;
	case X86_INS_ADD:
		add_constant(capstone, insn, i, state, 1);
		break;
	case X86_INS_SUB:
		add_constant(capstone, insn, i, state, -1);
		break;
	case X86_INS_PUSH:
		state->reg[GPR_SP].offset -= 8;
		slot = flow_slot(state, state->reg[GPR_SP], ORIGIN_STACK);
		if (slot)
			*slot = op[0].type == X86_OP_REG && is_whole(op[0].reg) ?
				state->reg[which(op[0].reg)] : (struct value){};
		break;
	case X86_INS_POP:
		slot = flow_slot(state, state->reg[GPR_SP], ORIGIN_STACK);
		if (op[0].type == X86_OP_REG && is_whole(op[0].reg) && slot)
			state->reg[which(op[0].reg)] = *slot;
		else
			other(capstone, insn, i, state);
		state->reg[GPR_SP].offset += 8;
		break;
	case X86_INS_LEAVE:
		state->reg[GPR_SP] = state->reg[GPR_BP];
		state->reg[GPR_SP].offset += 8;
		define(state, i, GPR_BP);
		break;
	case X86_INS_CALL:
		call(i, state);
		break;
	case X86_INS_AND:
		if (op[0].type == X86_OP_REG && op[0].reg == X86_REG_RSP) {
			define(state, i, GPR_SP);
			break;
		}
		other(capstone, insn, i, state);
		break;
	default:
		other(capstone, insn, i, state);
	}
}
