// SPDX-License-Identifier: GPL-2.0
/*
 * cma - alloc_contig_range() allocates a range of physical memory and moves the device's
 * folios out of it, while the hammer looks them up.
 *   area      CMA's debugfs file asks for the whole of an area (cma=64M)
 *   gigantic  a huge page of 1 GB, which the buddy allocator does not have. It comes from
 *             memory that was plugged in and is offline (bht-run gives the test's guests
 *             some), so that nothing unmovable is in it
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "filler.h"
#include "fragment.h"
#include "huge.h"
#include "meminfo.h"
#include "memory_block.h"
#include "sysfs.h"
#include "torture.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 10,
	.exposures_per_s = 1,
};

#define AREAS		"/sys/kernel/debug/cma/*/base_pfn"
#define GIGANTIC_KIB	(1024L * 1024)
#define GIGANTIC	(1024ULL * GIGANTIC_KIB)
#define NODE_LEFT_KIB	(40L * 1024)	/* beside an area: less than the area has */

/* A range of memory, and who allocates it. */
struct range {
	unsigned long long first;	/* byte */
	unsigned long long bytes;
	int node;
	char area[256];			/* debugfs folder, or empty: a gigantic page */
	struct memory_blocks blocks;	/* plugged in for it */
};

FIXTURE(cma) {
	struct torture torture;
	struct fragments fragments;
	struct range range;
	struct vacating vacating;
};

FIXTURE_VARIANT(cma) {
	const char *name;
	bool gigantic;
};

FIXTURE_VARIANT_ADD(cma, area) { "area", false };
FIXTURE_VARIANT_ADD(cma, gigantic) { "gigantic", true };

FIXTURE_SETUP(cma)
{
	struct torture *t = &self->torture;

	torture_init(t, "cma", variant->name);
	t->floors = floors;
	snprintf(t->params, sizeof(t->params), FRAGMENTS_PARAMS);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(cma)
{
}

static unsigned long long area_number(const char *area, const char *file)
{
	char path[384], text[32];

	snprintf(path, sizeof(path), "%s/%s", area, file);
	return sysfs_read(path, text, sizeof(text)) ? 0 : strtoull(text, NULL, 0);
}

static int area_ask(const struct range *range, const char *file)
{
	char path[384], pages[24];

	snprintf(path, sizeof(path), "%s/%s", range->area, file);
	snprintf(pages, sizeof(pages), "%llu",
		 range->bytes / (unsigned long long)sysconf(_SC_PAGESIZE));
	return sysfs_write(path, pages);
}

/* The first area of which nothing is in use. */
static int find_area(struct torture *t, struct range *range)
{
	unsigned long long page = sysconf(_SC_PAGESIZE);
	glob_t found = { .gl_pathc = 0 };
	size_t i;

	glob(AREAS, 0, NULL, &found);
	for (i = 0; i < found.gl_pathc && !range->bytes; i++) {
		*strrchr(found.gl_pathv[i], '/') = '\0';
		if (area_number(found.gl_pathv[i], "used"))
			continue;
		snprintf(range->area, sizeof(range->area), "%s", found.gl_pathv[i]);
		range->first = area_number(range->area, "base_pfn") * page;
		range->bytes = area_number(range->area, "count") * page;
	}
	globfree(&found);
	if (!range->bytes)
		return torture_give_up(t, TORTURE_SKIP,
				       "no CMA area to ask for (CONFIG_CMA_DEBUGFS, CONFIG_DMA_CMA and cma=64M on the kernel's command line)");
	range->node = memory_block_node(range->first / memory_block_bytes());
	return 0;
}

/* Whether a gigantic page fits there, and all of it is offline. */
static bool gigabyte_at(const struct memory_blocks *blocks, unsigned int at)
{
	unsigned long long bytes = memory_block_bytes();
	unsigned long need = GIGANTIC / bytes, i;

	if (blocks->number[at] * bytes % GIGANTIC || at + need > blocks->count)
		return false;
	for (i = 1; i < need; i++)
		if (blocks->number[at + i] != blocks->number[at] + i)
			return false;
	return true;
}

static int find_gigabyte(struct torture *t, struct range *range)
{
	struct memory_blocks *blocks = &range->blocks;
	unsigned int i;

	memory_blocks_find(blocks, "state", "offline");
	for (i = 0; i < blocks->count && !range->bytes; i++) {
		if (!gigabyte_at(blocks, i))
			continue;
		range->first = (unsigned long long)blocks->number[i] * memory_block_bytes();
		range->bytes = GIGANTIC;
		range->node = memory_block_node(blocks->number[i]);
	}
	if (!range->bytes)
		return torture_give_up(t, TORTURE_SKIP,
				       "no gigabyte of memory in one piece is offline (CONFIG_MEMORY_HOTPLUG, and a DIMM that is plugged in)");
	return 0;
}

static bool is_in(const struct range *range, unsigned long block)
{
	unsigned long long first = (unsigned long long)block * memory_block_bytes();

	return first >= range->first && first - range->first < range->bytes;
}

static int plug_in_all(struct torture *t, const struct range *range, bool gigabyte)
{
	const struct memory_blocks *blocks = &range->blocks;
	unsigned int i;

	for (i = 0; i < blocks->count; i++)
		if (is_in(range, blocks->number[i]) == gigabyte &&
		    memory_block_set(blocks->number[i], "online_kernel"))
			return torture_give_up(t, TORTURE_SKIP,
					       "memory%lu does not come online: %s",
					       blocks->number[i], strerror(errno));
	return 0;
}

/*
 * A node that comes into being wants memory for itself, kswapd's stack to begin with.
 * That is taken from what comes first: nothing unmovable gets into the gigabyte.
 */
static int plug_in(struct torture *t, const struct range *range)
{
	if (plug_in_all(t, range, false) || plug_in_all(t, range, true))
		return -1;
	if (!huge_pool_exists(range->node, GIGANTIC_KIB))
		return torture_give_up(t, TORTURE_SKIP,
				       "no huge pages of 1 GB (CONFIG_HUGETLBFS, CONFIG_CONTIG_ALLOC, a CPU with pdpe1gb)");
	return 0;
}

static void unplug(const struct range *range)
{
	unsigned int i;

	/* Some of it may be in use for good: that stays online. */
	for (i = 0; i < range->blocks.count; i++)
		memory_block_set(range->blocks.number[i], "offline");
}

/* Return: has it been allocated? It is given back at once. */
static bool allocate(const struct range *range, struct vacating *vacating)
{
	bool done;

	if (*range->area) {
		done = !area_ask(range, "alloc");
		vacating_end(vacating, done);
		return done && !area_ask(range, "free");
	}
	done = huge_pool_set(range->node, GIGANTIC_KIB, 1) == 1;
	vacating_end(vacating, done);
	return done && !huge_pool_set(range->node, GIGANTIC_KIB, 0);
}

/* So that folios that come to the node find room only in the gigabyte. */
static int fill_the_rest(struct torture *t, struct filler *filler, const struct range *range)
{
	unsigned long long bytes = range->blocks.count * memory_block_bytes() - range->bytes;

	if (!bytes)
		return 0;
	if (filler_open(filler, range->node, bytes / sysconf(_SC_PAGESIZE)))
		return torture_give_up(t, TORTURE_FAIL, "no memory bound to node %d: %s",
				       range->node, strerror(errno));
	filler_fill(filler);
	return 0;
}

static int go_to(struct torture *t, struct mover *mover, int node)
{
	if (mover_pass(mover, node))
		return torture_give_up(t, TORTURE_FAIL, "move_pages to node %d: %s", node,
				       strerror(mover->error));
	return 0;
}

/*
 * The page allocator takes pages of an area while they are more than half of what the
 * zone has free (__rmqueue()). So the area is kept from others while the node is
 * filled up.
 */
static int fill_but_area(struct torture *t, struct filler *filler,
			 const struct range *range)
{
	long kib;

	/* While something is in the area, it cannot be kept from others: try next round. */
	if (filler->memory || area_ask(range, "alloc"))
		return 0;
	kib = node_free_kib(range->node) - NODE_LEFT_KIB;
	if (kib > 0 && filler_open(filler, range->node,
				   kib * 1024 / sysconf(_SC_PAGESIZE)))
		return torture_give_up(t, TORTURE_FAIL, "no memory bound to node %d: %s",
				       range->node, strerror(errno));
	if (filler->memory)
		filler_fill(filler);
	area_ask(range, "free");
	return 0;
}

static int bring_into_area(struct torture *t, struct fragments *fragments,
			   const struct range *range)
{
	struct mover *mover = &fragments->mover;
	int other = mover->nodes[mover->nodes[0] == range->node];
	int rc;

	torture_exclude_begin(t);
	rc = go_to(t, mover, other) || fill_but_area(t, &fragments->filler, range) ||
	     go_to(t, mover, range->node);
	torture_exclude_end(t);
	return rc;
}

static int bring_into_gigabyte(struct torture *t, struct fragments *fragments,
			       const struct range *range)
{
	unsigned long block = range->first / memory_block_bytes();
	int rc;

	rc = memory_block_bring(t, &fragments->mover, block);
	if (rc || fragments->filler.memory)
		return rc;
	/* The node is allowed to us now. The folios make way while its rest is filled. */
	torture_exclude_begin(t);
	rc = mover_pass(&fragments->mover, fragments->mover.nodes[0]) ||
	     fill_the_rest(t, &fragments->filler, range);
	torture_exclude_end(t);
	return rc ?: memory_block_bring(t, &fragments->mover, block);
}

/*
 * Until 5.13 pfn_range_valid_contig() refuses a range that is not free. So nothing
 * moves, but the page can be had once the device's folios are elsewhere.
 */
static void judge_gigantic(struct torture *t, struct fragments *fragments,
			   const struct range *range, const struct vacating *vacating)
{
	if (!vacating->attempts || vacating->done || torture_migrations(t) ||
	    t->result != TORTURE_UNDECIDED)
		return;
	torture_exclude_begin(t);
	mover_pass(&fragments->mover, fragments->mover.nodes[0]);
	filler_close(&fragments->filler);
	if (huge_pool_set(range->node, GIGANTIC_KIB, 1) == 1)
		torture_give_up(t, TORTURE_SKIP,
				"alloc_contig_pages() moves nothing here: it tries only what is free (until 5.13)");
	huge_pool_set(range->node, GIGANTIC_KIB, 0);
	torture_exclude_end(t);
}

TEST_F_TIMEOUT(cma, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	struct range *range = &self->range;
	int rc;

	rc = t->result != TORTURE_UNDECIDED ||
	     (variant->gigantic ? find_gigabyte(t, range) || plug_in(t, range) :
				  find_area(t, range)) ||
	     torture_start(t) || fragments_open(&self->fragments, t);
	while (!rc && torture_continue(t)) {
		rc = variant->gigantic ?
			     bring_into_gigabyte(t, &self->fragments, range) :
			     bring_into_area(t, &self->fragments, range);
		if (rc)
			break;
		vacating_begin(&self->vacating, &self->fragments.mover, range->first,
			       range->bytes);
		allocate(range, &self->vacating);
	}
	if (variant->gigantic)
		judge_gigantic(t, &self->fragments, range, &self->vacating);
	fragments_close(&self->fragments);
	torture_stop(t);
	unplug(range);
	t->extra = json_pack("{so}", "vacating", vacating_json(&self->vacating));
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
