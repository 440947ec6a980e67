// SPDX-License-Identifier: GPL-2.0
/*
 * Source of migration: a block of memory that was plugged in and is offline comes
 * online as movable, gets pages of the device, and is taken offline again. The test
 * `memory_offline` insists on that. Here it may fail, because others hold the pages.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "memory_block.h"
#include "mover.h"
#include "source.h"

#define BATCH	512	/* pages per call, to bring them there */
#define IDLE_MS	100

struct memory_offline {
	struct mover mover;
	unsigned long block;
	int node;
	bool ours;		/* found offline */
	unsigned long long busy;	/* attempts that the kernel refused */
	bool spoiled;		/* by a page that was soft offlined just then */
};

static int memory_offline_open(struct source *source)
{
	struct memory_offline *mo = calloc(1, sizeof(*mo));
	char reason[TORTURE_REASON_MAX];
	struct memory_blocks blocks;

	source->state = mo;
	if (!mo)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	memory_blocks_find(&blocks, "state", "offline");
	if (!blocks.count)
		return source_give_up(source, TORTURE_SKIP,
				      "no memory block is offline (CONFIG_MEMORY_HOTREMOVE, and a DIMM that is plugged in)");
	mo->block = blocks.number[0];
	mo->ours = true;
	if (memory_block_set(mo->block, "online_movable"))
		return source_give_up(source, TORTURE_SKIP,
				      "memory%lu does not come online: %s", mo->block,
				      strerror(errno));
	mo->node = memory_block_node(mo->block);
	if (mover_open(&mo->mover, source->t, BATCH, reason, sizeof(reason)))
		return source_give_up(source, TORTURE_FAIL, "%s", reason);
	return 0;
}

static int memory_offline_round(struct source *source)
{
	struct memory_offline *mo = source->state;

	if (!mo->spoiled && memory_block_set(mo->block, "online_movable")) {
		mo->spoiled = errno == EHWPOISON;
		if (!mo->spoiled)
			return source_give_up(source, TORTURE_FAIL,
					      "memory%lu does not come online: %s",
					      mo->block, strerror(errno));
	}
	if (mo->spoiled) {
		source_pause(source, IDLE_MS);
		return 0;
	}
	/* A node that has just got its first memory is allowed to us a moment later. */
	if (mover_pass(&mo->mover, mo->node) && mo->mover.error != EACCES &&
	    mo->mover.error != ENODEV)
		return source_give_up(source, TORTURE_FAIL, "move_pages: %s",
				      strerror(mo->mover.error));
	if (memory_block_set(mo->block, "offline"))
		mo->busy++;
	return 0;
}

static void memory_offline_close(struct source *source)
{
	struct memory_offline *mo = source->state;

	mover_close(&mo->mover);
	if (mo->ours)
		memory_block_set(mo->block, "offline");
}

static json_t *memory_offline_figures(const struct source *source)
{
	const struct memory_offline *mo = source->state;

	return json_pack("{sI sb}", "busy", (json_int_t)mo->busy, "spoiled",
			 mo->spoiled);
}

const struct source_ops source_memory_offline = {
	.name = "memory_offline",
	.open = memory_offline_open,
	.round = memory_offline_round,
	.close = memory_offline_close,
	.figures = memory_offline_figures,
};
