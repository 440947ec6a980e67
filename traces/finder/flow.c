// SPDX-License-Identifier: GPL-2.0
/*
 * Follows values through one function, along all its paths. So it is known which
 * lock a call of _raw_spin_lock() is about: its argument is "what was in that
 * register, plus offset". machine.h knows what one instruction does.
 *
 * Nothing is known where paths that disagree meet, or where a call clobbers a
 * register.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finder/flow.h"
#include "finder/machine.h"
#include "lib/tools.h"

#define PARTS_MAX	4

struct decoded {
	void **insns;
	uint64_t *addresses, *nexts;
	size_t count;
};

struct part {
	uint64_t start, end;
};

struct work {
	const struct kernel *kernel;
	const struct machine *machine;
	void *decoder;
	struct flow *flow;
	void **insns;			/* as many as flow->insns */
	struct part parts[PARTS_MAX];
	int part_count;
	size_t *queue;
	size_t queued;
	bool *in_queue;
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

static void run(struct work *work)
{
	const struct machine *machine = work->machine;

	while (work->queued) {
		size_t i = work->queue[--work->queued];
		const struct flow_insn *insn = &work->flow->insns[i];
		struct flow_state state = insn->before;
		uint64_t target = 0;
		enum branch branch = machine->branch(work->insns[i], &target);

		work->in_queue[i] = false;
		/* ftrace's own call preserves everything. */
		if (branch != BRANCH_CALL ||
		    insn->address - work->parts[0].start >= machine->entry_bytes)
			machine->step(work->decoder, work->insns[i], i, &state);
		if (target && (branch == BRANCH_MAYBE || branch == BRANCH_ALWAYS))
			reach(work, target, &state);
		if (branch <= BRANCH_MAYBE)
			reach(work, insn->next, &state);
	}
}

/*
 * A WARN continues after its trap, a BUG does not. Only the kernel's tables know
 * which is which. So go on behind a trap only where no other path leads to.
 */
static void run_all(struct work *work)
{
	struct flow *flow = work->flow;
	struct flow_state entry = { .reached = true };
	uint64_t target;
	size_t i;
	int reg;

	for (reg = 0; reg < work->machine->registers; reg++)
		entry.reg[reg].origin = ORIGIN_ENTRY(reg);
	reach(work, work->parts[0].start, &entry);
	run(work);
	for (i = 0; i + 1 < flow->count; i++) {
		if (work->machine->branch(work->insns[i], &target) != BRANCH_TRAP ||
		    !flow->insns[i].before.reached || flow->insns[i + 1].before.reached)
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

static void classify(struct work *work, size_t i)
{
	struct flow_insn *insn = &work->flow->insns[i];

	work->machine->classify(work->insns[i], insn);
	if (insn->kind == FLOW_CALL && insn->tail && is_return_thunk(work, insn->target))
		insn->kind = FLOW_RETURN;
}

static void mark_jumped_to(struct work *work, size_t i)
{
	uint64_t to = 0;
	enum branch branch = work->machine->branch(work->insns[i], &to);
	ssize_t target;

	if (!to || (branch != BRANCH_MAYBE && branch != BRANCH_ALWAYS))
		return;
	target = find(work->flow, to);
	if (target >= 0)
		work->flow->insns[target].joined = true;
}

static void decode(struct work *work, struct decoded *decoded, const struct part *part)
{
	size_t length = part->end - part->start, done = 0, room = length + 1, size;
	uint8_t *code = allocate(length);
	void *insn;

	decoded->insns = allocate(room * sizeof(*decoded->insns));
	decoded->addresses = allocate(room * sizeof(*decoded->addresses));
	decoded->nexts = allocate(room * sizeof(*decoded->nexts));
	work->kernel->read_code(part->start, code, length);
	while (done < length) {
		insn = NULL;
		size = work->machine->decode(work->decoder, code + done, length - done,
					     part->start + done, &insn);
		if (insn) {
			decoded->insns[decoded->count] = insn;
			decoded->addresses[decoded->count] = part->start + done;
			decoded->nexts[decoded->count++] = part->start + done + size;
		}
		done += size;
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

	work.machine = kernel->machine ? kernel->machine : MACHINE_HERE;
	work.flow->machine = work.machine;
	work.decoder = work.machine->open();
	if (!work.decoder)
		die(EXIT_ENVIRONMENT, "the disassembler library does not work for %s",
		    work.machine->name);
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
			    (q < 0 || decoded[p].addresses[0] < decoded[q].addresses[0]))
				q = p;
		for (i = 0; i < decoded[q].count; i++, n++) {
			work.insns[n] = decoded[q].insns[i];
			work.flow->insns[n].address = decoded[q].addresses[i];
			work.flow->insns[n].next = decoded[q].nexts[i];
		}
		decoded[q].count = 0;
	}
	run_all(&work);
	for (i = 0; i < work.flow->count; i++)
		classify(&work, i);
	for (i = 0; i < work.flow->count; i++)
		mark_jumped_to(&work, i);

	for (i = 0; i < work.flow->count; i++)
		work.machine->forget(work.insns[i]);
	for (p = 0; p < work.part_count; p++) {
		free(decoded[p].insns);
		free(decoded[p].addresses);
		free(decoded[p].nexts);
	}
	free(work.insns);
	free(work.queue);
	free(work.in_queue);
	work.machine->close(work.decoder);
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
 * @flow: The function.
 * @state: At the instruction that is probed.
 * @value: The value.
 * @fetch: Gets the argument.
 * @size: Of @fetch.
 *
 * Return: false when it is nowhere to be found.
 */
bool flow_holder(const struct flow *flow, const struct flow_state *state,
		 struct value value, char *fetch, size_t size)
{
	const struct machine *machine = flow->machine;
	struct value stack = state->reg[machine->stack];
	int i;

	for (i = 0; i < machine->registers; i++)
		if (value.origin && state->reg[i].origin == value.origin &&
		    state->reg[i].offset == value.offset) {
			snprintf(fetch, size, "%%%s", machine->fetch_names[i]);
			return true;
		}
	for (i = 0; i < FLOW_SLOTS; i++)
		if (value.origin && state->slot[i].origin == value.origin &&
		    state->slot[i].offset == value.offset &&
		    stack.origin == ORIGIN_ENTRY(machine->stack) &&
		    -8 * i >= stack.offset) {
			snprintf(fetch, size, "+%d(%%sp)", -8 * i - stack.offset);
			return true;
		}
	return false;
}

/**
 * flow_register() - The name of a register, as kprobe events call it.
 * @flow: The function.
 * @reg: The register.
 */
const char *flow_register(const struct flow *flow, int reg)
{
	return flow->machine->fetch_names[reg];
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
