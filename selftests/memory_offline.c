// SPDX-License-Identifier: GPL-2.0
/*
 * memory_offline - a block of memory that holds the device's folios is taken offline,
 * over and over, while the hammer looks them up. offline_pages() ends only when all of
 * them have left. How long that takes was the first worry of the thread of 2019.
 *
 * Nothing unmovable may be in the block: it is a movable one, or one that was plugged in
 * and is offline (bht-run gives the test's guests some).
 *
 * The other variants have metadata of a mounted filesystem there, see lib/mounted.c.
 */
#include <errno.h>
#include <string.h>

#include "kselftest_harness.h"
#include "memory_block.h"
#include "mounted.h"
#include "torture.h"
#include "vacating.h"

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
	struct mounted mounted;
	unsigned long block;
	bool plugged;		/* was offline before: it goes back there */
};

FIXTURE_VARIANT(memory_offline) {
	const char *name;
	const struct filesystem_type *type;	/* NULL: the hammer's device */
};

FIXTURE_VARIANT_ADD(memory_offline, hammered) { NULL, NULL };
FIXTURE_VARIANT_ADD(memory_offline, ext4_1k) { "ext4_1k", &mounted_ext4_1k };
FIXTURE_VARIANT_ADD(memory_offline, ext4_4k) { "ext4_4k", &mounted_ext4_4k };
FIXTURE_VARIANT_ADD(memory_offline, ext4_16k) { "ext4_16k", &mounted_ext4_16k };
FIXTURE_VARIANT_ADD(memory_offline, vfat) { "vfat", &mounted_vfat };
FIXTURE_VARIANT_ADD(memory_offline, nilfs2) { "nilfs2", &mounted_nilfs2 };

FIXTURE_SETUP(memory_offline)
{
	struct torture *t = &self->torture;

	torture_init(t, "memory_offline", variant->name);
	t->floors = floors;
	if (variant->type)
		mounted_init(t, variant->type);
	else
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

static void run_hammered(struct torture *t, struct mover *mover, unsigned long block,
			 struct vacating *vacating)
{
	char reason[TORTURE_REASON_MAX];

	if (torture_start(t))
		return;
	if (mover_open(mover, t, BATCH, reason, sizeof(reason)))
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
	while (torture_continue(t))
		if (attempt(t, mover, block, vacating))
			break;
}

static int ask_offline(const struct vacating_range *range)
{
	return memory_block_set(range->first / range->bytes, "offline");
}

static void run_mounted(struct torture *t, struct mounted *mounted, unsigned long block,
			const struct filesystem_type *type)
{
	struct vacating_range range = {
		.first = (unsigned long long)block * memory_block_bytes(),
		.bytes = memory_block_bytes(), .ask = ask_offline,
	};
	int rc = mounted_start(mounted, t, type, MOUNTED_ANYWHERE);

	while (!rc && torture_continue(t)) {
		if (memory_block_set(block, "online_movable"))
			rc = torture_give_up(t, TORTURE_SKIP,
					     "memory%lu does not come online: %s", block,
					     strerror(errno));
		else
			rc = mounted_vacate(mounted, t, &range);
	}
}

TEST_F_TIMEOUT(memory_offline, vacated, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	struct vacating *vacating = variant->type ? &self->mounted.vacating : &self->vacating;

	if (!torture_prepare(t) && !choose_block(t, &self->block, &self->plugged)) {
		if (variant->type)
			run_mounted(t, &self->mounted, self->block, variant->type);
		else
			run_hammered(t, &self->mover, self->block, &self->vacating);
		memory_block_set(self->block, self->plugged ? "offline" : "online_movable");
	}
	mover_close(&self->mover);
	if (variant->type)
		mounted_end(&self->mounted, t);
	t->extra = json_pack("{so}", "vacating", vacating_json(vacating));
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
