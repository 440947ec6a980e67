// SPDX-License-Identifier: GPL-2.0
/*
 * move_pages - migrates a block device's page cache between NUMA nodes, as fast as
 * move_pages(2) can, while the hammer looks its buffers up.
 *
 * No other source migrates as many bdev folios. Each block size has another number of
 * buffers per folio. Blocks larger than a page have a folio of several pages each (6.15).
 * `folio_65536` has such folios with as many small buffers as fit, 128.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kselftest_harness.h"
#include "large_folio.h"
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

/* It takes longer to copy a larger folio, and more lookups meet the few that there are. */
static const struct torture_floors large_floors = {
	.migrations_per_s = 20,
	.exposures_per_s = 20,
	.window_exposures_per_s = 1,
	.large_per_s = 10,
};

#define BATCH	512	/* pages per call */
#define BYTES	(16 * 1024 * 1024)	/* of the device, where folios are large */
/* Fewer folios a second are inside of the migrate callback: each of them for longer. */
#define WIDENED	"widen_us=20"

FIXTURE(move_pages) {
	struct torture torture;
	struct mover mover;
};

FIXTURE_VARIANT(move_pages) {
	const char *name;
	unsigned int block_size;
	unsigned int folio_bytes;	/* 0: as the kernel makes them */
};

FIXTURE_VARIANT_ADD(move_pages, block_512) { "block_512", 512, 0 };
FIXTURE_VARIANT_ADD(move_pages, block_1024) { "block_1024", 1024, 0 };
FIXTURE_VARIANT_ADD(move_pages, block_2048) { "block_2048", 2048, 0 };
FIXTURE_VARIANT_ADD(move_pages, block_4096) { "block_4096", 4096, 0 };

FIXTURE_VARIANT_ADD(move_pages, block_8192) { "block_8192", 8192, 8192 };
FIXTURE_VARIANT_ADD(move_pages, block_16384) { "block_16384", 16384, 16384 };
FIXTURE_VARIANT_ADD(move_pages, block_65536) { "block_65536", 65536, 65536 };
FIXTURE_VARIANT_ADD(move_pages, folio_65536) { "folio_65536", 512, 65536 };

FIXTURE_SETUP(move_pages)
{
	struct torture *t = &self->torture;

	torture_init(t, "move_pages", variant->name);
	t->block_size = variant->block_size;
	t->folio_bytes = variant->folio_bytes;
	t->floors = floors;
	if (variant->folio_bytes) {
		t->floors = large_floors;
		snprintf(t->params, sizeof(t->params), "blocks=%u " WIDENED,
			 BYTES / variant->block_size);
	}
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(move_pages)
{
}

/* The hammer has filled the cache block by block. Its lookups give new folios buffers. */
static int make_large(struct torture *t)
{
	int rc;

	torture_exclude_begin(t);
	rc = large_folio_read(t->device.path, BYTES, t->folio_bytes);
	if (rc)
		torture_give_up(t, TORTURE_FAIL, "%s: %s", t->device.path, strerror(errno));
	torture_exclude_end(t);
	return rc;
}

TEST_F_TIMEOUT(move_pages, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	if (!torture_start(t) &&
	    (variant->folio_bytes <= variant->block_size || !make_large(t)) &&
	    !torture_move(t, &self->mover, BATCH))
		torture_wait(t);
	torture_move_end(t, &self->mover);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
