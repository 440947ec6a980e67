// SPDX-License-Identifier: GPL-2.0
/*
 * Where migrations and lookups begin and end. A function that ends by a jump into another
 * one returns from there: on the same stack frame, which is how both are told to be one.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "finder/flow.h"
#include "finder/frames.h"
#include "lib/tools.h"

#define TORTURE_MODULE	"bhtorture"
/*
 * Returns on the stack of the thread that it switches to. __switch_to(), which calls it,
 * is still of the other one there.
 */
#define ARM64_SWITCH	"cpu_switch_to"
/* b_count in struct buffer_head is there or, since it has no b_assoc_map, before. */
#define BH_COUNT_LEAST	0x58
#define BH_COUNT_MOST	0x60
/* BH_Migrate of b_state, which is at the begin of struct buffer_head: bit 16. */
#define BH_MIGRATE_BYTE		2
#define BH_MIGRATE_CLEARED	0x01
#define ADDRESS_BEFORE		4	/* instructions */

const char *const frame_role_names[FRAME_ROLES] = {
	[FRAME_MIGRATION] = "migration",
	[FRAME_LOOKUP] = "lookup",
	[FRAME_SLEEPING] = "sleeping",
	[FRAME_SLOW] = "slow",
	[FRAME_PART] = "part",
	[FRAME_CACHE] = "cache",
	[FRAME_MOVE] = "move",
	[FRAME_COPY] = "copy",
	[FRAME_FLAGS] = "flags",
	[FRAME_BUFFER] = "buffer",
	[FRAME_PUT] = "put",
	[FRAME_SWITCH_FROM] = "switch_from",
	[FRAME_SWITCH_TO] = "switch_to",
	[FRAME_BEGIN] = "begin",
	[FRAME_END] = "end",
	[FRAME_VIOLATION] = "violation",
	[FRAME_STAT_CLEARED] = "stat_cleared",
	[FRAME_STAT_READ] = "stat_read",
};

/* From 5.0 to 7.3. Each kernel has some of them. */
static const struct {
	const char *name;
	enum frame_role role;
	const char *module;
	bool returns;		/* it matters where it does */
} known[] = {
	{ "buffer_migrate_folio_norefs", FRAME_MIGRATION, NULL, true },
	{ "buffer_migrate_page_norefs", FRAME_MIGRATION, NULL, true },
	{ "__buffer_migrate_folio", FRAME_MIGRATION, NULL, true },
	{ "__buffer_migrate_page", FRAME_MIGRATION, NULL, true },
	{ "held_move", FRAME_MIGRATION, TORTURE_MODULE, true },
	{ "busted_move", FRAME_MIGRATION, TORTURE_MODULE, true },
	{ "evict_move", FRAME_MIGRATION, TORTURE_MODULE, true },
	{ "__find_get_block", FRAME_LOOKUP, NULL, true },
	{ "find_get_block_common", FRAME_LOOKUP, NULL, true },
	{ "__find_get_block_nonatomic", FRAME_SLEEPING, NULL, true },
	{ "__find_get_block_slow", FRAME_SLOW, NULL, true },
	{ "pagecache_get_page", FRAME_CACHE, NULL, true },
	{ "__filemap_get_folio", FRAME_CACHE, NULL, true },
	{ "__filemap_get_folio_mpol", FRAME_CACHE, NULL, true },
	{ "lookup_bh_lru", FRAME_PART, NULL, false },
	{ "folio_migrate_mapping", FRAME_MOVE, NULL, true },
	{ "__folio_migrate_mapping", FRAME_MOVE, NULL, true },
	{ "migrate_page_move_mapping", FRAME_MOVE, NULL, true },
	{ "folio_copy", FRAME_COPY, NULL, true },
	{ "folio_mc_copy", FRAME_COPY, NULL, true },
	{ "folio_migrate_copy", FRAME_COPY, NULL, true },
	{ "migrate_page_copy", FRAME_COPY, NULL, true },
	{ "folio_migrate_flags", FRAME_FLAGS, NULL, true },
	{ "migrate_page_states", FRAME_FLAGS, NULL, true },
	{ "folio_set_bh", FRAME_BUFFER, NULL, true },
	{ "set_bh_page", FRAME_BUFFER, NULL, true },
	{ "__brelse", FRAME_PUT, NULL, false },
	{ ARM64_SWITCH, FRAME_SWITCH_FROM, NULL, true },
	{ "__switch_to_asm", FRAME_SWITCH_FROM, NULL, false },
	{ "__switch_to", FRAME_SWITCH_TO, NULL, false },
	{ "outside_begin", FRAME_BEGIN, TORTURE_MODULE, false },
	{ "outside_end", FRAME_END, TORTURE_MODULE, false },
	{ "violation_report", FRAME_VIOLATION, TORTURE_MODULE, false },
	{ "lock_stat_write", FRAME_STAT_CLEARED, NULL, false },
	{ "lock_stat_open", FRAME_STAT_READ, NULL, false },
};

/*
 * Where an atomic instruction has an address only (arm64), the member's is made right before
 * it. Make it what it is about: the buffer, and where in that.
 */
static void find_member(struct flow *flow, size_t i)
{
	struct flow_insn *insn = &flow->insns[i];
	size_t j, first = i < ADDRESS_BEFORE ? 0 : i - ADDRESS_BEFORE;

	if (insn->kind != FLOW_COUNT_UP && insn->kind != FLOW_CLEAR_BIT)
		return;
	for (j = i; j > first && !flow->insns[j].joined && flow->insns[j - 1].plain; j--) {
		const struct flow_insn *address = &flow->insns[j - 1];

		if (address->kind != FLOW_ADDRESS || address->to != insn->base)
			continue;
		insn->base = address->base;
		insn->displacement += address->displacement;
		return;
	}
}

/*
 * The next CPU may run between any two instructions. What begins is marked behind the
 * instruction that does it, and what ends at it: so marks never tell more than is true.
 */
static void add_mark(struct frame *frame, const struct flow *flow,
		     const struct flow_insn *insn)
{
	const struct flow_insn *at = insn->kind == FLOW_CLEAR_BIT ? insn :
				     flow_find(flow, insn->next);
	struct frame_mark *mark = &frame->marks[frame->mark_count];

	if (!at || !at->before.reached)
		return;
	mark->address = at->address;
	if (insn->kind == FLOW_COUNT_UP)
		snprintf(mark->fetch, sizeof(mark->fetch), "%%%s", flow_register(flow, insn->base));
	frame->mark_count++;
}

/* Not one that unlocks a buffer, or says that a folio has none any more. */
static bool clears_flag(const struct flow_insn *insn)
{
	return insn->kind == FLOW_CLEAR_BIT &&
	       (!insn->cleared || (insn->displacement == BH_MIGRATE_BYTE &&
				   insn->cleared == BH_MIGRATE_CLEARED));
}

static bool is_marked(const struct frame *frame, const struct flow_insn *insn)
{
	if (frame->role == FRAME_MIGRATION)
		return clears_flag(insn);
	return insn->kind == FLOW_COUNT_UP && insn->base >= 0 &&
	       (insn->displacement == BH_COUNT_LEAST || insn->displacement == BH_COUNT_MOST) &&
	       (frame->role == FRAME_LOOKUP || frame->role == FRAME_SLEEPING ||
		frame->role == FRAME_SLOW || frame->role == FRAME_PART);
}

/* Return: where b_count is in struct buffer_head, 0: this function does not show it. */
static int look_through(struct frame *frame, const struct kernel *kernel, bool returns)
{
	int count_at = 0;
	struct flow *flow = flow_analyse(kernel, frame->symbol);
	size_t i;

	frame->returns = allocate((flow->count + 1) * sizeof(*frame->returns));
	frame->marks = allocate((flow->count + 1) * sizeof(*frame->marks));
	for (i = 0; i < flow->count; i++) {
		if (returns && flow->insns[i].kind == FLOW_RETURN)
			frame->returns[frame->count++] = flow->insns[i].address;
		find_member(flow, i);
		if (!is_marked(frame, &flow->insns[i]))
			continue;
		add_mark(frame, flow, &flow->insns[i]);
		if (flow->insns[i].kind == FLOW_COUNT_UP)
			count_at = flow->insns[i].displacement;
	}
	flow_free(flow);
	return count_at;
}

/**
 * frames_find() - Find them in a kernel's code.
 * @frames: Filled in.
 * @kernel: The kernel, which must stay as long as the frames.
 */
void frames_find(struct frames *frames, const struct kernel *kernel)
{
	bool switches_itself = symbols_find(&kernel->symbols, ARM64_SWITCH, NULL);
	size_t i;

	frames->count = ARRAY_SIZE(known);
	frames->list = allocate(frames->count * sizeof(*frames->list));
	for (i = 0; i < frames->count; i++) {
		struct frame *frame = &frames->list[i];
		int count_at = 0;

		frame->name = known[i].name;
		frame->role = known[i].role;
		if (frame->role != FRAME_SWITCH_TO || !switches_itself)
			frame->symbol = symbols_find(&kernel->symbols, known[i].name,
						     known[i].module);
		if (frame->symbol)
			count_at = look_through(frame, kernel, known[i].returns);
		if (count_at)
			frames->bh_count = count_at;
	}
}
