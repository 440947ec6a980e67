// SPDX-License-Identifier: GPL-2.0
/*
 * The functions that take private_lock (i_private_lock from 6.8), and where each
 * takes and drops it. A function of which that is not certain is not measured, and
 * says why.
 */
#include <stdlib.h>
#include <string.h>

#include "hold/hold.h"

#define TORTURE_MODULE	"bhtorture"

const char *const side_names[SIDES] = {
	[SIDE_MIGRATION] = "migration",
	[SIDE_LOOKUP] = "lookup",
	[SIDE_OTHER] = "other",
	[SIDE_CALIBRATION] = "calibration",
};

const char *const probe_names[PROBE_KINDS] = {
	[PROBE_WANT] = "want",
	[PROBE_ACQUIRED] = "acquired",
	[PROBE_RELEASED] = "released",
};

/*
 * From 5.0 to 7.3; which of them a kernel has, and which are inlined into which
 * others, is up to it. `only`: takes no lock but this one by _raw_spin_lock().
 */
static const struct {
	const char *name;
	enum side side;
	const char *module;
	bool only;
	bool argument;		/* the lock is handed to it */
} known[] = {
	{ "__buffer_migrate_folio", SIDE_MIGRATION, NULL, true, false },
	{ "__buffer_migrate_page", SIDE_MIGRATION, NULL, true, false },
	{ "buffer_migrate_folio_norefs", SIDE_MIGRATION, NULL, true, false },
	{ "buffer_migrate_page_norefs", SIDE_MIGRATION, NULL, true, false },
	{ "held_move", SIDE_MIGRATION, TORTURE_MODULE, false, false },
	{ "busted_move", SIDE_MIGRATION, TORTURE_MODULE, false, false },
	{ "__find_get_block_slow", SIDE_LOOKUP, NULL, true, false },
	{ "find_get_block_common", SIDE_LOOKUP, NULL, true, false },
	{ "__find_get_block", SIDE_LOOKUP, NULL, true, false },
	{ "__find_get_block_nonatomic", SIDE_LOOKUP, NULL, true, false },
	{ "try_to_free_buffers", SIDE_OTHER, NULL, true, false },
	{ "block_dirty_folio", SIDE_OTHER, NULL, true, false },
	{ "__set_page_dirty_buffers", SIDE_OTHER, NULL, true, false },
	{ "grow_dev_folio", SIDE_OTHER, NULL, false, false },
	{ "grow_dev_page", SIDE_OTHER, NULL, false, false },
	{ "grow_buffers", SIDE_OTHER, NULL, false, false },
	{ "__getblk_slow", SIDE_OTHER, NULL, false, false },
	{ "__getblk_gfp", SIDE_OTHER, NULL, false, false },
	{ "bdev_getblk", SIDE_OTHER, NULL, false, false },
	{ "create_empty_buffers", SIDE_OTHER, NULL, false, false },
	{ "folio_create_empty_buffers", SIDE_OTHER, NULL, false, false },
	{ "mark_buffer_dirty_inode", SIDE_OTHER, NULL, false, false },
	{ "mmb_mark_buffer_dirty", SIDE_OTHER, NULL, false, false },
	{ "invalidate_inode_buffers", SIDE_OTHER, NULL, false, false },
	{ "remove_inode_buffers", SIDE_OTHER, NULL, false, false },
	{ "fsync_buffers_list", SIDE_OTHER, NULL, false, true },
	{ "sync_mapping_buffers", SIDE_OTHER, NULL, false, false },
};

/* spinlock_t's functions; the others are those of PREEMPT_RT. */
static uint64_t lock_functions[2], unlock_functions[2];

static uint64_t address_of(const char *name)
{
	const struct symbol *symbol = symbols_find(name, NULL);

	return symbol ? symbol->address : 0;
}

static bool is_one_of(const uint64_t *functions, uint64_t address)
{
	return address && (functions[0] == address || functions[1] == address);
}

static bool takes_lock(const struct flow_insn *insn)
{
	return insn->kind == FLOW_CALL && is_one_of(lock_functions, insn->target);
}

static bool drops_lock(const struct flow_insn *insn)
{
	return insn->kind == FLOW_CALL && is_one_of(unlock_functions, insn->target);
}

/*
 * Without BTF: what functions that take only this lock add to the pointer that
 * they have. Two at least, and all must agree.
 */
static int offset_from_code(struct flow **flows)
{
	int offset = 0, functions = 0;
	size_t f, i;

	for (f = 0; f < ARRAY_SIZE(known); f++) {
		bool seen = false;

		if (!flows[f] || !known[f].only)
			continue;
		for (i = 0; i < flows[f]->count; i++) {
			const struct flow_insn *insn = &flows[f]->insns[i];
			struct value lock = insn->before.reg[GPR_DI];

			if (!takes_lock(insn) || !lock.origin)
				continue;
			if (offset && lock.offset != offset)
				die("cannot tell where private_lock is: %s takes a lock at offset %d, others at %d, and the kernel has no BTF",
				    known[f].name, lock.offset, offset);
			offset = lock.offset;
			seen = true;
		}
		functions += seen;
	}
	if (functions < 2 || offset <= 0)
		die("cannot tell where private_lock is: the kernel has no BTF, and %d of its functions show it, not two",
		    functions);
	return offset;
}

static void refuse(struct function *function, const char *what, uint64_t address)
{
	if (!function->reason[0])
		snprintf(function->reason, sizeof(function->reason), "%s at +0x%llx", what,
			 (unsigned long long)(address - function->symbol->address));
}

static void add_site(struct function *function, enum probe_kind kind, uint64_t address,
		     const struct flow_state *state, struct value lock, int lock_offset)
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
	if (!flow_holder(state, lock, site->fetch, sizeof(site->fetch)))
		site->base = flow_holder(state, mapping, site->fetch, sizeof(site->fetch));
	/* One event for all that have the same fields: __probe_ip tells them apart. */
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

static void find_acquisition(struct function *function, const struct flow *flow,
			     const struct flow_insn *insn, int lock_offset)
{
	struct value lock = insn->before.reg[GPR_DI];
	const struct flow_insn *after = flow_find(flow, insn->next);

	if (insn->tail || !after || !after->before.reached) {
		refuse(function, "does not come back from taking a lock", insn->address);
		return;
	}
	add_site(function, PROBE_WANT, insn->address, &insn->before, lock, lock_offset);
	add_site(function, PROBE_ACQUIRED, after->address, &after->before, lock, lock_offset);
	function->acquisitions++;
}

/*
 * Late: on the instruction after it, so that the probe's work is not within the hold.
 * Not after a tail jump, where there is none.
 */
static void find_release(struct function *function, const struct flow *flow,
			 const struct flow_insn *insn, struct value lock, int lock_offset,
			 bool late)
{
	const struct flow_insn *after = late && !insn->tail ? flow_find(flow, insn->next) : NULL;

	if (after && after->before.reached)
		insn = after;
	add_site(function, PROBE_RELEASED, insn->address, &insn->before, lock, lock_offset);
}

static bool is_our_lock(struct value lock, int lock_offset, bool argument)
{
	if (argument)
		return lock.origin == ORIGIN_ENTRY(GPR_DI) && !lock.offset;
	return lock.origin && lock.offset == lock_offset;
}

static void look_at(struct function *function, const struct flow *flow,
		    const struct flow_insn *insn, int lock_offset, bool argument,
		    bool late)
{
	struct value lock = insn->before.reg[GPR_DI];

	if (takes_lock(insn) || drops_lock(insn)) {
		if (!insn->before.reached)
			refuse(function, "no path leads to the lock call", insn->address);
		else if (!lock.origin)
			refuse(function, "it cannot be told which lock is meant",
			       insn->address);
		else if (!is_our_lock(lock, lock_offset, argument))
			return;
		else if (takes_lock(insn))
			find_acquisition(function, flow, insn, lock_offset);
		else
			find_release(function, flow, insn, lock, lock_offset, late);
	} else if (insn->kind == FLOW_STORE_ZERO && insn->before.reached &&
		   is_our_lock(insn->at, lock_offset, argument)) {
		find_release(function, flow, insn, insn->at, lock_offset, late);
	}
}

static void look_through(struct function *function, const struct flow *flow,
			 int lock_offset, bool argument, bool late)
{
	char where[HOLD_NAME_MAX];
	bool released = false;
	size_t i;

	for (i = 0; i < flow->count; i++)
		look_at(function, flow, &flow->insns[i], lock_offset, argument, late);
	for (i = 0; i < function->count; i++)
		released |= function->sites[i].kind == PROBE_RELEASED;
	if (function->acquisitions && !released && !function->reason[0])
		snprintf(function->reason, sizeof(function->reason),
			 "takes the lock, but where it drops it is not to be seen (inlined?)");
	if (symbols_probed_by_others(function->symbol, where, sizeof(where)))
		snprintf(function->reason, sizeof(function->reason),
			 "somebody's kprobe at %s hides the code there", where);
}

/**
 * sites_know() - Is it the name of something that can be measured?
 * @name: Perhaps a function's.
 */
bool sites_know(const char *name)
{
	size_t f;

	for (f = 0; f < ARRAY_SIZE(known); f++)
		if (!strcmp(name, known[f].name))
			return true;
	return !strcmp(name, CALIBRATION_NAME);
}

/**
 * function_measurable() - Are there call sites, and are they certain?
 * @function: The function.
 */
bool function_measurable(const struct function *function)
{
	return function->acquisitions && !function->reason[0];
}

/**
 * sites_find() - Find all call sites in the running kernel's code.
 * @functions: Gets them. Ends the program when nothing can be told.
 * @late: A release is seen after it, not before it.
 */
void sites_find(struct functions *functions, bool late)
{
	struct flow *flows[ARRAY_SIZE(known)] = {};
	size_t f;

	lock_functions[0] = address_of("_raw_spin_lock");
	lock_functions[1] = address_of("rt_spin_lock");
	unlock_functions[0] = address_of("_raw_spin_unlock");
	unlock_functions[1] = address_of("rt_spin_unlock");
	if (!lock_functions[0] && !lock_functions[1])
		die("this kernel has no _raw_spin_lock(): nothing can be probed");

	functions->count = ARRAY_SIZE(known);
	functions->list = allocate(functions->count * sizeof(*functions->list));
	peek_start();
	for (f = 0; f < functions->count; f++) {
		struct function *function = &functions->list[f];

		function->name = known[f].name;
		function->side = known[f].side;
		function->symbol = symbols_find(known[f].name, known[f].module);
		function->present = function->symbol;
		if (function->symbol)
			flows[f] = flow_analyse(function->symbol);
	}
	peek_stop();

	functions->lock_offset = offset_from_btf();
	functions->offset_from = "BTF";
	if (functions->lock_offset <= 0) {
		functions->lock_offset = offset_from_code(flows);
		functions->offset_from = "the code of functions that take no other lock";
	}
	for (f = 0; f < functions->count; f++)
		if (flows[f]) {
			look_through(&functions->list[f], flows[f],
				     functions->lock_offset, known[f].argument, late);
			flow_free(flows[f]);
		}
}
