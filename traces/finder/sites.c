// SPDX-License-Identifier: GPL-2.0
/*
 * Where each function takes and drops private_lock. Where this is not certain, the
 * function is not measured, and its reason says why.
 */
#include <stdio.h>
#include <stdlib.h>

#include "finder/flow.h"
#include "finder/machine.h"
#include "finder/sites.h"
#include "lib/tools.h"

#define INLINED_MOST	16	/* instructions of an inlined spin_lock(), each way */

/* What does not change while a kernel is looked through. */
struct search {
	struct functions *functions;
	struct flow **flows;		/* one per function, NULL without a symbol */
	uint64_t lock[2], unlock[2];	/* spinlock_t's functions; the others are PREEMPT_RT's */
	uint64_t slow_path;		/* of a lock that is inlined */
	const struct machine *machine;
	bool late;
};

static uint64_t address_of(const struct kernel *kernel, const char *name)
{
	const struct symbol *symbol = symbols_find(&kernel->symbols, name, NULL);

	return symbol ? symbol->address : 0;
}

static bool calls_one_of(const struct flow_insn *insn, const uint64_t *addresses)
{
	return insn->kind == FLOW_CALL && insn->target &&
	       (addresses[0] == insn->target || addresses[1] == insn->target);
}

/* The lock that is the argument of a call. */
static struct value argument_of(const struct search *search, const struct flow_insn *insn)
{
	return insn->before.reg[search->machine->argument];
}

/*
 * Without BTF: what functions that take only this lock add to the pointer that
 * they have. At least two functions must show it, and all must agree.
 */
static int offset_from_code(const struct search *search)
{
	const struct functions *functions = search->functions;
	int offset = 0, witnesses = 0;
	size_t f, i;

	for (f = 0; f < functions->count; f++) {
		const struct flow *flow = search->flows[f];
		bool seen = false;

		if (!flow || !functions->list[f].only)
			continue;
		for (i = 0; i < flow->count; i++) {
			const struct flow_insn *insn = &flow->insns[i];
			struct value lock = insn->kind == FLOW_TAKE ? insn->at :
					    argument_of(search, insn);

			if ((insn->kind != FLOW_TAKE && !calls_one_of(insn, search->lock)) ||
			    !insn->before.reached || !lock.origin)
				continue;
			if (offset && lock.offset != offset)
				die(EXIT_ENVIRONMENT, "cannot tell where private_lock is: %s takes a lock at offset %d, others at %d, and the kernel has no BTF",
				    functions->list[f].name, lock.offset, offset);
			offset = lock.offset;
			seen = true;
		}
		witnesses += seen;
	}
	if (witnesses < 2 || offset <= 0)
		die(EXIT_ENVIRONMENT, "cannot tell where private_lock is: the kernel has no BTF, and %d of its functions show it, not two",
		    witnesses);
	return offset;
}

static void refuse(struct function *function, const char *what, uint64_t address)
{
	if (!function->reason[0])
		snprintf(function->reason, sizeof(function->reason), "%s at +0x%llx", what,
			 (unsigned long long)(address - function->symbol->address));
}

static void add_site(struct function *function, const struct flow *flow,
		     enum probe_kind kind, uint64_t address, const struct flow_state *state,
		     struct value lock, int lock_offset)
{
	struct value mapping = { lock.origin, lock.offset - lock_offset };
	struct site *site = &function->sites[function->count];
	int events = 0;
	size_t i;

	if (function->count == SITES_MAX) {
		refuse(function, "too many call sites", address);
		return;
	}
	function->count++;
	site->kind = kind;
	site->address = address;
	if (!flow_holder(flow, state, lock, site->fetch, sizeof(site->fetch)))
		site->base = flow_holder(flow, state, mapping, site->fetch, sizeof(site->fetch));
	/* Sites with the same fields share an event: __probe_ip tells them apart. */
	for (i = 0; i + 1 < function->count; i++) {
		const struct site *other = &function->sites[i];

		if (other->kind != kind)
			continue;
		if (other->base == site->base && !other->fetch[0] == !site->fetch[0])
			site->event = other->event;
		if (other->event > events)
			events = other->event;
	}
	if (!site->event)
		site->event = events + 1;
}

/* The next one, past jumps that are always made. */
static const struct flow_insn *follow(const struct flow *flow, const struct flow_insn *insn)
{
	return flow_find(flow, insn->kind == FLOW_CALL && insn->tail ? insn->target :
			 insn->next);
}

/*
 * Where an inlined spin_lock() has the lock. It tries once. Then a branch tells the two
 * ways apart: it has it, or waits for it in a function, and comes to the same place.
 */
static const struct flow_insn *behind_inlined(const struct search *search,
					      const struct flow *flow,
					      const struct flow_insn *insn)
{
	const struct flow_insn *taken, *waits;
	int i;

	for (i = 0; insn && i < INLINED_MOST; i++, insn = follow(flow, insn))
		if (insn->kind == FLOW_IF_ZERO || insn->kind == FLOW_UNLESS_ZERO)
			break;
	if (!insn || i == INLINED_MOST)
		return NULL;
	taken = flow_find(flow, insn->next);
	waits = flow_find(flow, insn->target);
	if (insn->kind == FLOW_IF_ZERO) {
		waits = taken;
		taken = flow_find(flow, insn->target);
	}
	for (i = 0; waits && i < INLINED_MOST; i++, waits = follow(flow, waits))
		if (waits->kind == FLOW_CALL && waits->target == search->slow_path)
			break;
	for (; waits && waits != taken && i < INLINED_MOST; i++)
		waits = follow(flow, waits);
	return waits == taken ? taken : NULL;
}

static void find_acquisition(const struct search *search, struct function *function,
			     const struct flow *flow, const struct flow_insn *insn)
{
	int lock_offset = search->functions->lock_offset;
	const struct flow_insn *after = flow_find(flow, insn->next);
	struct value lock = argument_of(search, insn);

	if (insn->kind == FLOW_TAKE) {
		lock = insn->at;
		after = behind_inlined(search, flow, insn);
	}
	if (insn->tail || !after || !after->before.reached) {
		refuse(function, "does not come back from taking a lock", insn->address);
		return;
	}
	add_site(function, flow, PROBE_WANT, insn->address, &insn->before, lock, lock_offset);
	add_site(function, flow, PROBE_ACQUIRED, after->address, &after->before, lock,
		 lock_offset);
	function->acquisitions++;
}

/*
 * A late release is seen on the instruction after it, so that the probe's work is
 * not within the hold. Behind a tail jump there is no such instruction.
 */
static void find_release(const struct search *search, struct function *function,
			 const struct flow *flow, const struct flow_insn *insn,
			 struct value lock)
{
	const struct flow_insn *after = NULL;

	if (search->late && !insn->tail)
		after = flow_find(flow, insn->next);
	if (after && after->before.reached)
		insn = after;
	add_site(function, flow, PROBE_RELEASED, insn->address, &insn->before, lock,
		 search->functions->lock_offset);
}

static bool is_our_lock(const struct search *search, const struct function *function,
			struct value lock)
{
	if (function->argument)
		return lock.origin == ORIGIN_ENTRY(search->machine->argument) && !lock.offset;
	return lock.origin && lock.offset == search->functions->lock_offset;
}

static void look_at(const struct search *search, struct function *function,
		    const struct flow *flow, const struct flow_insn *insn)
{
	bool takes = calls_one_of(insn, search->lock);
	bool drops = calls_one_of(insn, search->unlock);
	struct value lock = argument_of(search, insn);

	if (takes || drops) {
		if (!insn->before.reached)
			refuse(function, "no path leads to the lock call", insn->address);
		else if (!lock.origin)
			refuse(function, "it cannot be told which lock is meant",
			       insn->address);
		else if (!is_our_lock(search, function, lock))
			return;
		else if (takes)
			find_acquisition(search, function, flow, insn);
		else
			find_release(search, function, flow, insn, lock);
	} else if (insn->kind == FLOW_STORE_ZERO && insn->before.reached &&
		   is_our_lock(search, function, insn->at)) {
		find_release(search, function, flow, insn, insn->at);
	} else if (insn->kind == FLOW_TAKE && insn->before.reached &&
		   is_our_lock(search, function, insn->at)) {
		find_acquisition(search, function, flow, insn);
	} else if (insn->kind == FLOW_TAKE_LOOP && insn->before.reached &&
		   is_our_lock(search, function, insn->at)) {
		refuse(function, "takes the lock by a loop", insn->address);
	}
}

static void look_through(const struct search *search, struct function *function,
			 const struct flow *flow)
{
	bool released = false;
	size_t i;

	for (i = 0; i < flow->count; i++)
		look_at(search, function, flow, &flow->insns[i]);
	for (i = 0; i < function->count; i++)
		released |= function->sites[i].kind == PROBE_RELEASED;
	if (function->acquisitions && !released && !function->reason[0])
		snprintf(function->reason, sizeof(function->reason),
			 "takes the lock, but where it drops it is not to be seen (inlined?)");
}

static void find_lock_functions(struct search *search, const struct kernel *kernel)
{
	search->lock[0] = address_of(kernel, "_raw_spin_lock");
	search->lock[1] = address_of(kernel, "rt_spin_lock");
	search->unlock[0] = address_of(kernel, "_raw_spin_unlock");
	search->unlock[1] = address_of(kernel, "rt_spin_unlock");
	search->slow_path = address_of(kernel, search->machine->slow_path);
	if (!search->lock[0] && !search->lock[1] && !search->slow_path)
		die(EXIT_ENVIRONMENT, "this kernel has no _raw_spin_lock(): nothing can be probed");
}

/**
 * sites_find() - Find all call sites in a kernel's code.
 * @functions: Gets them. Ends the program when nothing can be told.
 * @kernel: The kernel, which must stay as long as the functions.
 * @late: A release is seen after it, not before it.
 */
void sites_find(struct functions *functions, const struct kernel *kernel, bool late)
{
	struct search search = { .functions = functions, .late = late,
				 .machine = kernel->machine ? kernel->machine : MACHINE_HERE };
	size_t f;

	find_lock_functions(&search, kernel);
	functions_init(functions, kernel);
	search.flows = allocate(functions->count * sizeof(*search.flows));
	for (f = 0; f < functions->count; f++)
		if (functions->list[f].symbol)
			search.flows[f] = flow_analyse(kernel, functions->list[f].symbol);

	functions->lock_offset = kernel->lock_offset;
	functions->offset_from = "BTF";
	if (functions->lock_offset <= 0) {
		functions->lock_offset = offset_from_code(&search);
		functions->offset_from = "the code of functions that take no other lock";
	}
	for (f = 0; f < functions->count; f++) {
		if (search.flows[f])
			look_through(&search, &functions->list[f], search.flows[f]);
		flow_free(search.flows[f]);
	}
	free(search.flows);
}
