// SPDX-License-Identifier: GPL-2.0
/*
 * Follows values through one function, along all its paths. So it is known which
 * lock a call of _raw_spin_lock() is about: its argument is "what was in that
 * register, plus offset". step.c knows what one instruction does.
 *
 * Nothing is known where paths that disagree meet, or where a call clobbers a
 * register.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finder/flow.h"
#include "finder/step.h"
#include "lib/tools.h"

#define PARTS_MAX	4
#define ENTRY_CALL	9	/* ftrace's call is within endbr64 and one insn */

struct decoded {
	cs_insn *insns;
	size_t count;
};

struct part {
	uint64_t start, end;
};

struct work {
	const struct kernel *kernel;
	csh capstone;
	struct flow *flow;
	cs_insn **insns;		/* as many as flow->insns */
	struct part parts[PARTS_MAX];
	int part_count;
	size_t *queue;
	size_t queued;
	bool *in_queue;
};

/* As kprobe events call them. */
static const char *const fetch_names[REGS] = {
	"ax", "bx", "cx", "dx", "si", "di", "bp", "sp",
	"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
};

static ssize_t find(const struct flow *flow, uint64_t address)
{
	size_t low = 0, high = flow->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (flow->insns[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < flow->count && flow->insns[low].address == address ? (ssize_t)low : -1;
}

static bool join_value(struct value *into, struct value from)
{
	if (!into->origin ||
	    (into->origin == from.origin && into->offset == from.offset))
		return false;
	*into = (struct value){};
	return true;
}

/* Return: whether @into learnt something. */
static bool join(struct flow_state *into, const struct flow_state *from)
{
	bool changed = false;
	int i;

	if (!into->reached) {
		*into = *from;
		return true;
	}
	for (i = 0; i < REGS; i++)
		changed |= join_value(&into->reg[i], from->reg[i]);
	for (i = 0; i < FLOW_SLOTS; i++)
		changed |= join_value(&into->slot[i], from->slot[i]);
	return changed;
}

static void reach(struct work *work, uint64_t address, const struct flow_state *state)
{
	ssize_t i = find(work->flow, address);

	if (i < 0 || !join(&work->flow->insns[i].before, state) || work->in_queue[i])
		return;
	work->in_queue[i] = true;
	work->queue[work->queued++] = i;
}

static bool is_jump(const cs_insn *insn)
{
	int i;

	for (i = 0; i < insn->detail->groups_count; i++)
		if (insn->detail->groups[i] == X86_GRP_JUMP)
			return true;
	return false;
}

static void run(struct work *work)
{
	while (work->queued) {
		size_t i = work->queue[--work->queued];
		const cs_insn *insn = work->insns[i];
		struct flow_state state = work->flow->insns[i].before;

		work->in_queue[i] = false;
		/* ftrace's own call preserves everything. */
		if (insn->id != X86_INS_CALL ||
		    insn->address - work->parts[0].start >= ENTRY_CALL)
			step(work->capstone, insn, i, &state);
		if (is_jump(insn)) {
			if (insn->detail->x86.operands[0].type == X86_OP_IMM)
				reach(work, insn->detail->x86.operands[0].imm, &state);
			if (insn->id == X86_INS_JMP)
				continue;
		}
		switch (insn->id) {
		case X86_INS_RET:
		case X86_INS_HLT:
		case X86_INS_UD2:	/* see run_all() */
		case X86_INS_INT3:
			continue;
		}
		reach(work, work->flow->insns[i].next, &state);
	}
}

/*
 * A WARN continues after its ud2, a BUG does not. Only the kernel's tables know
 * which is which. So go on behind a ud2 only where no other path leads to.
 */
static void run_all(struct work *work)
{
	struct flow *flow = work->flow;
	struct flow_state entry = { .reached = true };
	size_t i;
	int reg;

	for (reg = 0; reg < REGS; reg++)
		entry.reg[reg].origin = ORIGIN_ENTRY(reg);
	reach(work, work->parts[0].start, &entry);
	run(work);
	for (i = 0; i + 1 < flow->count; i++) {
		if (work->insns[i]->id != X86_INS_UD2 || !flow->insns[i].before.reached ||
		    flow->insns[i + 1].before.reached)
			continue;
		reach(work, flow->insns[i].next, &flow->insns[i].before);
		run(work);
	}
}

/* Against speculation, returns may be jumps to a function that is one. */
static bool is_return_thunk(const struct work *work, uint64_t target)
{
	const struct symbol *symbol = symbols_at(&work->kernel->symbols, target);

	return symbol && symbol->address == target && strstr(symbol->name, "return_thunk");
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

static void classify(struct work *work, size_t i)
{
	struct flow_insn *insn = &work->flow->insns[i];
	const cs_x86 *x86 = &work->insns[i]->detail->x86;
	bool jump = is_jump(work->insns[i]);

	insn->tail = jump;
	if (work->insns[i]->id == X86_INS_CALL || work->insns[i]->id == X86_INS_JMP) {
		if (x86->operands[0].type == X86_OP_IMM) {
			insn->target = x86->operands[0].imm;
			insn->kind = jump && is_return_thunk(work, insn->target) ?
				     FLOW_RETURN : FLOW_CALL;
		}
	} else if (work->insns[i]->id == X86_INS_RET) {
		insn->kind = FLOW_RETURN;
	} else if (work->insns[i]->id == X86_INS_MOV && x86->op_count == 2 &&
		   x86->operands[0].type == X86_OP_MEM && x86->operands[0].size == 1 &&
		   x86->operands[1].type == X86_OP_IMM && !x86->operands[1].imm) {
		insn->kind = FLOW_STORE_ZERO;
		insn->at = step_address(&insn->before, &x86->operands[0]);
	} else if (x86->prefix[0] == X86_PREFIX_LOCK && x86->op_count &&
		   x86->operands[0].type == X86_OP_MEM) {
		insn->kind = atomic_kind(work->insns[i]);
		insn->base = step_base(&x86->operands[0]);
		insn->displacement = x86->operands[0].mem.disp;
	} else if (!jump) {
		insn->plain = true;
	}
}

static void mark_jumped_to(struct work *work, size_t i)
{
	const cs_x86_op *op = work->insns[i]->detail->x86.operands;
	ssize_t target;

	if (!is_jump(work->insns[i]) || op->type != X86_OP_IMM)
		return;
	target = find(work->flow, op->imm);
	if (target >= 0)
		work->flow->insns[target].joined = true;
}

static void decode(struct work *work, struct decoded *decoded, const struct part *part)
{
	size_t length = part->end - part->start, done = 0, room = length + 1;
	uint8_t *code = allocate(length);

	/* One at a time, because the library stops at what it does not know. */
	decoded->insns = allocate(room * sizeof(cs_insn));
	work->kernel->read_code(part->start, code, length);
	while (done < length) {
		cs_insn *insn;

		if (cs_disasm(work->capstone, code + done, length - done,
			      part->start + done, 1, &insn) != 1) {
			done++;
			continue;
		}
		decoded->insns[decoded->count++] = *insn;
		done += insn->size;
		free(insn);	/* not its detail, which the copy now owns */
	}
	free(code);
}

/**
 * flow_analyse() - Follow the values through a function.
 * @kernel: Has its code.
 * @symbol: The function; its parts elsewhere are found as well.
 *
 * Return: all its instructions, to be freed by flow_free().
 */
struct flow *flow_analyse(const struct kernel *kernel, const struct symbol *symbol)
{
	struct work work = { .kernel = kernel, .flow = allocate(sizeof(*work.flow)) };
	struct decoded decoded[PARTS_MAX] = {};
	const struct symbol *part = NULL;
	size_t i, n = 0;
	int p, q;

	if (cs_open(CS_ARCH_X86, CS_MODE_64, &work.capstone) ||
	    cs_option(work.capstone, CS_OPT_DETAIL, CS_OPT_ON))
		die(EXIT_ENVIRONMENT, "the disassembler library does not work for x86-64");
	work.parts[work.part_count++] = (struct part){ symbol->address, symbol->end };
	while (work.part_count < PARTS_MAX &&
	       (part = symbols_next_part(&kernel->symbols, symbol, part)))
		work.parts[work.part_count++] = (struct part){ part->address, part->end };
	for (p = 0; p < work.part_count; p++) {
		decode(&work, &decoded[p], &work.parts[p]);
		work.flow->count += decoded[p].count;
	}
	work.flow->insns = allocate(work.flow->count * sizeof(*work.flow->insns));
	work.insns = allocate(work.flow->count * sizeof(*work.insns));
	work.queue = allocate(work.flow->count * sizeof(*work.queue));
	work.in_queue = allocate(work.flow->count * sizeof(*work.in_queue));

	/* In the order of addresses: find() relies on it. */
	while (n < work.flow->count) {
		for (q = -1, p = 0; p < work.part_count; p++)
			if (decoded[p].count &&
			    (q < 0 || decoded[p].insns[0].address < decoded[q].insns[0].address))
				q = p;
		for (i = 0; i < decoded[q].count; i++, n++) {
			work.insns[n] = &decoded[q].insns[i];
			work.flow->insns[n].address = work.insns[n]->address;
			work.flow->insns[n].next = work.insns[n]->address +
				work.insns[n]->size;
		}
		decoded[q].count = 0;
	}
	run_all(&work);
	for (i = 0; i < work.flow->count; i++)
		classify(&work, i);
	for (i = 0; i < work.flow->count; i++)
		mark_jumped_to(&work, i);

	for (i = 0; i < work.flow->count; i++)
		free(work.insns[i]->detail);
	for (p = 0; p < work.part_count; p++)
		free(decoded[p].insns);
	free(work.insns);
	free(work.queue);
	free(work.in_queue);
	cs_close(&work.capstone);
	return work.flow;
}

/**
 * flow_find() - The instruction at an address.
 * @flow: The function.
 * @address: The address.
 */
const struct flow_insn *flow_find(const struct flow *flow, uint64_t address)
{
	ssize_t i = find(flow, address);

	return i < 0 ? NULL : &flow->insns[i];
}

/**
 * flow_holder() - What a kprobe event has to fetch to get this value.
 * @state: At the instruction that is probed.
 * @value: The value.
 * @fetch: Gets the argument.
 * @size: Of @fetch.
 *
 * Return: false when it is nowhere to be found.
 */
bool flow_holder(const struct flow_state *state, struct value value, char *fetch,
		 size_t size)
{
	struct value stack = state->reg[GPR_SP];
	int i;

	for (i = 0; i < REGS; i++)
		if (value.origin && state->reg[i].origin == value.origin &&
		    state->reg[i].offset == value.offset) {
			snprintf(fetch, size, "%%%s", fetch_names[i]);
			return true;
		}
	for (i = 0; i < FLOW_SLOTS; i++)
		if (value.origin && state->slot[i].origin == value.origin &&
		    state->slot[i].offset == value.offset && stack.origin == ORIGIN_STACK &&
		    -8 * i >= stack.offset) {
			snprintf(fetch, size, "+%d(%%sp)", -8 * i - stack.offset);
			return true;
		}
	return false;
}

/**
 * flow_register() - The name of a register, as kprobe events call it.
 * @reg: The register.
 */
const char *flow_register(int reg)
{
	return fetch_names[reg];
}

/**
 * flow_free() - Free what flow_analyse() returned.
 * @flow: May be NULL.
 */
void flow_free(struct flow *flow)
{
	if (!flow)
		return;
	free(flow->insns);
	free(flow);
}
