// SPDX-License-Identifier: GPL-2.0
/*
 * move_pages - migrates a block device's page cache between NUMA nodes, as fast as
 * move_pages(2) can, while the hammer looks its buffers up.
 *
 * No other source migrates as many bdev folios. Each block size has another number of
 * buffers per folio.
 */
#include "kselftest_harness.h"
#include "torture.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * shared cores: thousands of migrations and tens of thousands of exposures a
 * second.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 50,
	.exposures_per_s = 20,
	.window_exposures_per_s = 2,
};

#define BATCH	512	/* pages per call */

FIXTURE(move_pages) {
	struct torture torture;
};

FIXTURE_VARIANT(move_pages) {
	const char *name;
	unsigned int block_size;
};

FIXTURE_VARIANT_ADD(move_pages, block_512) { "block_512", 512 };
FIXTURE_VARIANT_ADD(move_pages, block_1024) { "block_1024", 1024 };
FIXTURE_VARIANT_ADD(move_pages, block_2048) { "block_2048", 2048 };
FIXTURE_VARIANT_ADD(move_pages, block_4096) { "block_4096", 4096 };

FIXTURE_SETUP(move_pages)
{
	torture_init(&self->torture, "move_pages", variant->name);
	self->torture.block_size = variant->block_size;
	self->torture.floors = floors;
	torture_need_nodes(&self->torture);
}

FIXTURE_TEARDOWN(move_pages)
{
}

TEST_F_TIMEOUT(move_pages, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	torture_run(t, BATCH);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
