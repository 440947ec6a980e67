// SPDX-License-Identifier: GPL-2.0
/*
 * cma - alloc_contig_range() allocates a range of physical memory and moves the device's
 * folios out of it, while the hammer looks them up.
 *   area      CMA's debugfs file asks for the whole of an area (cma=64M)
 *   gigantic  a huge page of 1 GB, which the buddy allocator does not have. It comes from
 *             memory that was plugged in and is offline (bht-run gives the test's guests
 *             some), so that nothing unmovable is in it
 * The other variants have metadata of a mounted filesystem there, see lib/mounted.c: in the
 * gigabyte, because more kernels have that.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "area.h"
#include "filler.h"
#include "fragment.h"
#include "gigabyte.h"
#include "meminfo.h"
#include "memory_block.h"
#include "mounted.h"
#include "nodes.h"
#include "pipes.h"
#include "torture.h"
#include "vacating.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 10,
	.exposures_per_s = 1,
};

#define NODE_LEFT_KIB	(40L * 1024)	/* beside an area: less than the area has */

/* A range of memory, and who allocates it. */
struct range {
	unsigned long long first;	/* byte */
	unsigned long long bytes;
	int node;
	struct area area;		/* without bytes: a gigantic page */
	struct gigabyte gigabyte;
};

FIXTURE(cma) {
	struct torture torture;
	struct fragments fragments;
	struct range range;
	struct vacating vacating;
	struct mounted mounted;
	struct pipes pipes;
};

FIXTURE_VARIANT(cma) {
	const char *name;
	bool gigantic;
	const struct filesystem_type *type;	/* NULL: the hammer's device */
};

FIXTURE_VARIANT_ADD(cma, area) { "area", false, NULL };
FIXTURE_VARIANT_ADD(cma, gigantic) { "gigantic", true, NULL };
FIXTURE_VARIANT_ADD(cma, ext4_1k) { "ext4_1k", true, &mounted_ext4_1k };
FIXTURE_VARIANT_ADD(cma, ext4_4k) { "ext4_4k", true, &mounted_ext4_4k };
FIXTURE_VARIANT_ADD(cma, ext4_16k) { "ext4_16k", true, &mounted_ext4_16k };
/*
 * Not nilfs2: its super block stays. By reading, nilfs_read_super_block() has sb_bread()
 * allocate it as movable, and holds it as long as it is mounted; the folio was not traced.
 */
FIXTURE_VARIANT_ADD(cma, vfat) { "vfat", true, &mounted_vfat };

FIXTURE_SETUP(cma)
{
	struct torture *t = &self->torture;

	torture_init(t, "cma", variant->name);
	t->floors = floors;
	if (variant->type)
		mounted_init(t, variant->type);
	else
		snprintf(t->params, sizeof(t->params), FRAGMENTS_PARAMS);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(cma)
{
}

static int find_area(struct torture *t, struct range *range)
{
	if (area_find(&range->area, t))
		return -1;
	range->first = range->area.first;
	range->bytes = range->area.bytes;
	range->node = memory_block_node(range->first / memory_block_bytes());
	return 0;
}

/* Memory of @pipes is beside the gigabyte: that is the only one that there is by then. */
static int plug_in(struct torture *t, struct range *range, struct pipes *pipes)
{
	struct gigabyte *gigabyte = &range->gigabyte;

	if (gigabyte_find(gigabyte, t) || gigabyte_plug_in_rest(gigabyte, t))
		return -1;
	if (pipes) {
		nodes_prefer(gigabyte->node);
		pipes_fill(pipes);
		nodes_prefer(-1);
	}
	range->first = gigabyte->first;
	range->bytes = gigabyte->bytes;
	range->node = gigabyte->node;
	return gigabyte_plug_in(gigabyte, t);
}

/* Return: has it been allocated? It is given back at once. */
static bool allocate(const struct range *range, struct vacating *vacating)
{
	bool done;

	if (range->area.bytes) {
		done = !area_allocate(&range->area);
		vacating_end(vacating, done);
		return done && !area_free(&range->area);
	}
	done = gigabyte_ask(&range->gigabyte);
	vacating_end(vacating, done);
	return done && !gigabyte_give_back(&range->gigabyte);
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
	if (filler->memory || area_allocate(&range->area))
		return 0;
	kib = node_free_kib(range->node) - NODE_LEFT_KIB;
	if (kib > 0 && filler_open(filler, range->node,
				   kib * 1024 / sysconf(_SC_PAGESIZE)))
		return torture_give_up(t, TORTURE_FAIL, "no memory bound to node %d: %s",
				       range->node, strerror(errno));
	if (filler->memory)
		filler_fill(filler);
	area_free(&range->area);
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
	     gigabyte_fill_rest(&range->gigabyte, t, &fragments->filler);
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
	if (gigabyte_ask(&range->gigabyte))
		torture_give_up(t, TORTURE_SKIP,
				"alloc_contig_pages() moves nothing here: it tries only what is free (until 5.13)");
	gigabyte_give_back(&range->gigabyte);
	torture_exclude_end(t);
}

static void run_hammered(struct torture *t, struct fragments *fragments,
			 struct range *range, bool gigantic, struct vacating *vacating)
{
	int rc;

	rc = (gigantic ? plug_in(t, range, NULL) : find_area(t, range)) ||
	     torture_start(t) || fragments_open(fragments, t);
	while (!rc && torture_continue(t)) {
		rc = gigantic ? bring_into_gigabyte(t, fragments, range) :
				bring_into_area(t, fragments, range);
		if (rc)
			break;
		vacating_begin(vacating, &fragments->mover, range->first, range->bytes);
		allocate(range, vacating);
	}
	if (gigantic)
		judge_gigantic(t, fragments, range, vacating);
	fragments_close(fragments);
}

static int ask_gigabyte(const struct vacating_range *asked)
{
	const struct range *range = asked->argument;
	bool done = gigabyte_ask(&range->gigabyte);

	gigabyte_give_back(&range->gigabyte);
	errno = EBUSY;
	return done ? 0 : -1;
}

/*
 * The node is nearly full beside the gigabyte. What the kernel needs for itself to mount
 * something there takes the place that pipes had: that is for what does not move.
 */
static int make_room(struct torture *t, struct filler *filler, struct pipes *pipes,
		     const struct range *range)
{
	int rc = gigabyte_fill_rest(&range->gigabyte, t, filler);

	pipes_close(pipes);
	return rc;
}

static void run_mounted(struct torture *t, struct mounted *mounted, struct range *range,
			struct filler *filler, struct pipes *pipes,
			const struct filesystem_type *type)
{
	struct vacating_range asked = { .ask = ask_gigabyte, .argument = range };
	int rc = plug_in(t, range, pipes) ||
		 make_room(t, filler, pipes, range) ||
		 mounted_start(mounted, t, type, range->node);

	asked.first = range->first;
	asked.bytes = range->bytes;
	while (!rc && torture_continue(t))
		rc = mounted_vacate(mounted, t, &asked);
	pipes_close(pipes);
	filler_close(filler);
}

TEST_F_TIMEOUT(cma, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	struct range *range = &self->range;

	if (!torture_prepare(t) && variant->type)
		run_mounted(t, &self->mounted, range, &self->fragments.filler,
			    &self->pipes, variant->type);
	else if (t->prepared)
		run_hammered(t, &self->fragments, range, variant->gigantic, &self->vacating);
	if (variant->type)
		mounted_end(&self->mounted, t);
	torture_stop(t);
	gigabyte_unplug(&range->gigabyte);
	t->extra = json_pack("{so}", "vacating",
			     vacating_json(variant->type ? &self->mounted.vacating :
							   &self->vacating));
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
