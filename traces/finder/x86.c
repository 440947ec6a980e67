// SPDX-License-Identifier: GPL-2.0
/*
 * x86-64 for the finder, by capstone. What an instruction does to values is in step.c.
 */
#include <stdlib.h>

#include <capstone/capstone.h>

#include "finder/machine.h"
#include "finder/step.h"
#include "lib/tools.h"

/* As kprobe events call them. */
static const char *const fetch_names[GPRS] = {
	"ax", "bx", "cx", "dx", "si", "di", "bp", "sp",
	"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
};

static void *x86_open(void)
{
	csh *capstone = allocate(sizeof(*capstone));

	if (!cs_open(CS_ARCH_X86, CS_MODE_64, capstone) &&
	    !cs_option(*capstone, CS_OPT_DETAIL, CS_OPT_ON))
		return capstone;
	free(capstone);
	return NULL;
}

static void x86_close(void *decoder)
{
	cs_close(decoder);
	free(decoder);
}

/* One at a time, because the library stops at what it does not know. */
static size_t x86_decode(void *decoder, const uint8_t *code, size_t length,
			 uint64_t address, void **insn)
{
	csh *capstone = decoder;
	cs_insn *decoded;

	if (cs_disasm(*capstone, code, length, address, 1, &decoded) != 1)
		return 1;
	*insn = decoded;
	return decoded->size;
}

static void x86_forget(void *insn)
{
	cs_free(insn, 1);
}

static bool is_jump(const cs_insn *insn)
{
	int i;

	for (i = 0; i < insn->detail->groups_count; i++)
		if (insn->detail->groups[i] == X86_GRP_JUMP)
			return true;
	return false;
}

static enum branch x86_branch(const void *instruction, uint64_t *target)
{
	const cs_insn *insn = instruction;

	if (is_jump(insn)) {
		if (insn->detail->x86.operands[0].type == X86_OP_IMM)
			*target = insn->detail->x86.operands[0].imm;
		return insn->id == X86_INS_JMP ? BRANCH_ALWAYS : BRANCH_MAYBE;
	}
	switch (insn->id) {
	case X86_INS_CALL:
		return BRANCH_CALL;
	case X86_INS_RET:
	case X86_INS_HLT:
	case X86_INS_INT3:
		return BRANCH_END;
	case X86_INS_UD2:
		return BRANCH_TRAP;
	}
	return BRANCH_NONE;
}

static void x86_step(void *decoder, const void *insn, size_t i, struct flow_state *state)
{
	step(*(csh *)decoder, insn, i, state);
}

/* get_bh() is inlined everywhere, and so is clear_bit_unlock(). */
static enum flow_kind atomic_kind(const cs_insn *insn)
{
	const cs_x86_op *op = insn->detail->x86.operands;

	if (insn->id == X86_INS_INC ||
	    (insn->id == X86_INS_ADD && op[1].type == X86_OP_IMM && op[1].imm == 1))
		return FLOW_COUNT_UP;
	if (insn->id == X86_INS_AND && op[0].size == 1)
		return FLOW_CLEAR_BIT;
	return FLOW_OTHER;
}

static void x86_classify(const void *instruction, struct flow_insn *insn)
{
	const cs_insn *from = instruction;
	const cs_x86 *x86 = &from->detail->x86;
	bool jump = is_jump(from);

	insn->tail = jump;
	if (from->id == X86_INS_CALL || from->id == X86_INS_JMP) {
		if (x86->operands[0].type == X86_OP_IMM) {
			insn->target = x86->operands[0].imm;
			insn->kind = FLOW_CALL;
		}
	} else if (from->id == X86_INS_RET) {
		insn->kind = FLOW_RETURN;
	} else if (from->id == X86_INS_MOV && x86->op_count == 2 &&
		   x86->operands[0].type == X86_OP_MEM && x86->operands[0].size == 1 &&
		   x86->operands[1].type == X86_OP_IMM && !x86->operands[1].imm) {
		insn->kind = FLOW_STORE_ZERO;
		insn->at = step_address(&insn->before, &x86->operands[0]);
	} else if (x86->prefix[0] == X86_PREFIX_LOCK && x86->op_count &&
		   x86->operands[0].type == X86_OP_MEM) {
		insn->kind = atomic_kind(from);
		insn->base = step_base(&x86->operands[0]);
		insn->displacement = x86->operands[0].mem.disp;
		if (insn->kind == FLOW_CLEAR_BIT && x86->operands[1].type == X86_OP_IMM)
			insn->cleared = ~x86->operands[1].imm;
	} else if (!jump) {
		insn->plain = true;
	}
}

const struct machine machine_x86 = {
	.name = "x86-64",
	.registers = GPRS,
	.fetch_names = fetch_names,
	.argument = GPR_DI,
	.stack = GPR_SP,
	.entry_bytes = 9,		/* endbr64 and one instruction */
	.slow_path = "native_queued_spin_lock_slowpath",
	.open = x86_open,
	.close = x86_close,
	.decode = x86_decode,
	.forget = x86_forget,
	.branch = x86_branch,
	.step = x86_step,
	.classify = x86_classify,
};
