// SPDX-License-Identifier: GPL-2.0
/*
 * Where migrations and lookups begin and end. A function that ends by a jump into another
 * one returns from there: on the same stack frame, which is how both are told to be one.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "finder/flow.h"
#include "finder/frames.h"
#include "lib/tools.h"

#define TORTURE_MODULE	"bhtorture"

const char *const frame_role_names[FRAME_ROLES] = {
	[FRAME_MIGRATION] = "migration",
	[FRAME_LOOKUP] = "lookup",
	[FRAME_SLEEPING] = "sleeping",
	[FRAME_SLOW] = "slow",
	[FRAME_CACHE] = "cache",
	[FRAME_SWITCH_FROM] = "switch_from",
	[FRAME_SWITCH_TO] = "switch_to",
	[FRAME_BEGIN] = "begin",
	[FRAME_END] = "end",
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
	{ "__switch_to_asm", FRAME_SWITCH_FROM, NULL, false },
	{ "__switch_to", FRAME_SWITCH_TO, NULL, false },
	{ "outside_begin", FRAME_BEGIN, TORTURE_MODULE, false },
	{ "outside_end", FRAME_END, TORTURE_MODULE, false },
};

static void find_returns(struct frame *frame, const struct kernel *kernel)
{
	struct flow *flow = flow_analyse(kernel, frame->symbol);
	size_t i;

	frame->returns = allocate((flow->count + 1) * sizeof(*frame->returns));
	for (i = 0; i < flow->count; i++)
		if (flow->insns[i].kind == FLOW_RETURN)
			frame->returns[frame->count++] = flow->insns[i].address;
	flow_free(flow);
}

/**
 * frames_find() - Find them in a kernel's code.
 * @frames: Filled in.
 * @kernel: The kernel, which must stay as long as the frames.
 */
void frames_find(struct frames *frames, const struct kernel *kernel)
{
	size_t i;

	frames->count = ARRAY_SIZE(known);
	frames->list = allocate(frames->count * sizeof(*frames->list));
	for (i = 0; i < frames->count; i++) {
		struct frame *frame = &frames->list[i];

		frame->name = known[i].name;
		frame->role = known[i].role;
		frame->symbol = symbols_find(&kernel->symbols, known[i].name, known[i].module);
		if (frame->symbol && known[i].returns)
			find_returns(frame, kernel);
	}
}
