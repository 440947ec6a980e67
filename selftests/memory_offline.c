// SPDX-License-Identifier: GPL-2.0
/*
 * memory_offline - a block of memory that holds the device's folios is taken offline,
 * over and over, while the hammer looks them up. offline_pages() ends only when all of
 * them have left. How long that takes was the first worry of the thread of 2019.
 *
 * Nothing unmovable may be in the block: it is a movable one, or one that was plugged in
 * and is offline (bht-run gives the test's guests some).
 */
#include <errno.h>
#include <string.h>

#include "kselftest_harness.h"
#include "memory_block.h"
#include "torture.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 10,
	.exposures_per_s = 1,
};

#define PARAMS		"blocks=32768"	/* of 1 KiB: 32 MB have to leave */
#define BATCH		512	/* pages per call, to bring them there */

FIXTURE(memory_offline) {
	struct torture torture;
	struct mover mover;
	struct vacating vacating;
	unsigned long block;
	bool plugged;		/* was offline before: it goes back there */
};

FIXTURE_SETUP(memory_offline)
{
	struct torture *t = &self->torture;

	torture_init(t, "memory_offline", NULL);
	t->floors = floors;
	snprintf(t->params, sizeof(t->params), PARAMS);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(memory_offline)
{
}

static int choose_block(struct torture *t, unsigned long *block, bool *plugged)
{
	struct memory_blocks blocks;

	if (!memory_block_bytes())
		return torture_give_up(t, TORTURE_SKIP,
				       "no memory blocks (CONFIG_MEMORY_HOTPLUG, CONFIG_MEMORY_HOTREMOVE)");
	memory_blocks_find(&blocks, "state", "offline");
	*plugged = blocks.count;
	if (!blocks.count)
		memory_blocks_find(&blocks, "valid_zones", "Movable");
	if (!blocks.count)
		return torture_give_up(t, TORTURE_SKIP,
				       "no memory block is offline or movable (plug one in, or boot with movable_node)");
	*block = blocks.number[0];
	return 0;
}

static int attempt(struct torture *t, struct mover *mover, unsigned long block,
		   struct vacating *vacating)
{
	unsigned long bytes = memory_block_bytes();
	unsigned long long first = (unsigned long long)block * bytes;
	int rc;

	if (memory_block_set(block, "online_movable"))
		return torture_give_up(t, TORTURE_SKIP,
				       "memory%lu does not come online: %s", block,
				       strerror(errno));
	if (memory_block_bring(t, mover, block))
		return -1;
	vacating_begin(vacating, mover, first, bytes);
	rc = memory_block_set(block, "offline");
	vacating_end(vacating, !rc);
	if (rc)
		return torture_give_up(t, TORTURE_FAIL, "memory%lu stays online: %s",
				       block, strerror(errno));
	if (mover_pages_in(mover, first, bytes))
		return torture_give_up(t, TORTURE_FAIL,
				       "memory%lu is offline, but pages of the device are left there",
				       block);
	return 0;
}

TEST_F_TIMEOUT(memory_offline, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	char reason[TORTURE_REASON_MAX];

	if (t->result == TORTURE_UNDECIDED &&
	    !choose_block(t, &self->block, &self->plugged) && !torture_start(t)) {
		if (mover_open(&self->mover, t, BATCH, reason, sizeof(reason)))
			torture_give_up(t, TORTURE_FAIL, "%s", reason);
		while (torture_continue(t))
			if (attempt(t, &self->mover, self->block, &self->vacating))
				break;
		memory_block_set(self->block, self->plugged ? "offline" : "online_movable");
	}
	mover_close(&self->mover);
	t->extra = json_pack("{so}", "vacating", vacating_json(&self->vacating));
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
