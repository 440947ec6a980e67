// SPDX-License-Identifier: GPL-2.0
/*
 * compaction - lets the kernel compact memory in each way it has, over and over,
 * while the hammer looks up buffers of folios that stand in the way.
 *
 * Compaction moves folios from the low end of a zone into partly free pageblocks at its
 * high end. After one run everything is there, and it moves nothing any more. So each
 * round undoes that on one node, and then asks for compaction again:
 *   global     writes to vm.compact_memory
 *   per_node   writes to the node's `compact`
 *   direct     faults in memory that wants huge pages: a fault that finds none compacts
 *   kcompactd  the same, but with `defer`: the fault wakes kcompactd and gives up.
 *              compaction_proactiveness is at its greatest
 * For the first two some of the node is fragmented: pages that are freed leave
 * pageblocks nearly free, but not free. A huge page would still be found beside these,
 * so for the last two the whole node is fragmented.
 *
 * With blocks larger than a page (6.15) each folio wants a free piece of its own size.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "filler.h"
#include "fragment.h"
#include "huge.h"
#include "meminfo.h"
#include "sysfs.h"
#include "torture.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * shared cores: two thousand migrations by compaction a second, but also 140 on a
 * host that is busy otherwise.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 10,
	.exposures_per_s = 1,
};

/* Where all folios are large. */
static const struct torture_floors large_floors = {
	.migrations_per_s = 1,
	.exposures_per_s = 1,
	.large_per_s = 1,
};

/* A large folio takes long, and is refused whenever one of its buffers is in use. */
#define FEW_AIMED	"aim_percent=5"

#define SHORTEST_S	3	/* of each variant, else half of BHT_DURATION */
#define DAEMON_S	10	/* kcompactd works in bursts, seconds apart */
#define BATCH		512	/* pages per call, to scatter */
#define FILLER_FACTOR	4	/* anonymous memory per node, in device pages */
#define KEEP_ONE_IN	32	/* pages of it that stay */
#define DAEMON_US	10000	/* for kcompactd, after each time it is woken */

#define GLOBAL		"/proc/sys/vm/compact_memory"
#define PROACTIVENESS	"/proc/sys/vm/compaction_proactiveness"	/* from 5.9 */

FIXTURE(compaction) {
	struct torture torture;
	struct mover mover;
	struct filler filler[2];
	struct fragments fragments;
	struct thp thp;
	struct thp_faults faults;
	char proactiveness[16];	/* before, if there is such a thing */
	unsigned int rounds;
	unsigned long long direct;	/* as the kernel counts them, before */
	unsigned long long daemon;
};

FIXTURE_VARIANT(compaction) {
	const char *name;
	bool global;
	const char *defrag;	/* of huge pages; NULL: it is asked to compact */
	unsigned int pause_us;	/* after each fault */
	unsigned int block_size;
	const char *blocks;
};

FIXTURE_VARIANT_ADD(compaction, global) { "global", true, NULL, 0, 1024, "" };
FIXTURE_VARIANT_ADD(compaction, per_node) { "per_node", false, NULL, 0, 1024, "" };
FIXTURE_VARIANT_ADD(compaction, direct) {
	"direct", false, "madvise", 0, 1024, FRAGMENTS_PARAMS
};

FIXTURE_VARIANT_ADD(compaction, kcompactd) {
	"kcompactd", false, "defer", DAEMON_US, 1024, FRAGMENTS_PARAMS
};

FIXTURE_VARIANT_ADD(compaction, global_block_16384) {
	"global_block_16384", true, NULL, 0, 16384, FEW_AIMED " blocks=1024"
};

FIXTURE_VARIANT_ADD(compaction, global_block_65536) {
	"global_block_65536", true, NULL, 0, 65536, FEW_AIMED " blocks=256"
};

FIXTURE_SETUP(compaction)
{
	struct torture *t = &self->torture;

	torture_init(t, "compaction", variant->name);
	t->floors = floors;
	t->duration_s /= 2;
	if (t->duration_s < SHORTEST_S)
		t->duration_s = SHORTEST_S;
	if (variant->pause_us && t->duration_s < DAEMON_S)
		t->duration_s = DAEMON_S;
	t->block_size = variant->block_size;
	snprintf(t->params, sizeof(t->params), "%s", variant->blocks);
	if (variant->block_size > sysconf(_SC_PAGESIZE))
		t->floors = large_floors;
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(compaction)
{
}

static int ask_to_compact(struct torture *t, bool global, int node)
{
	char path[64];

	snprintf(path, sizeof(path), global ? GLOBAL :
		 "/sys/devices/system/node/node%d/compact", node);
	if (!sysfs_write(path, "1"))
		return 0;
	return torture_give_up(t, errno == ENOENT ? TORTURE_SKIP : TORTURE_FAIL,
			       "%s: %s (CONFIG_COMPACTION, CONFIG_SYSCTL)", path, strerror(errno));
}

static int prepare(struct torture *t, struct mover *mover, struct filler *filler)
{
	char reason[TORTURE_REASON_MAX];
	int i;

	if (mover_open(mover, t, BATCH, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	for (i = 0; i < 2; i++)
		if (filler_open(&filler[i], mover->nodes[i],
				FILLER_FACTOR * mover->mapping.pages))
			return torture_give_up(t, TORTURE_FAIL,
					       "no memory bound to node %d: %s",
					       mover->nodes[i], strerror(errno));
	return 0;
}

/* The filler takes all holes of the last round, then leaves others among the folios. */
static int spread(struct torture *t, struct mover *mover, struct filler *filler)
{
	filler_fill(filler);
	if (mover_pass(mover, filler->node))
		return torture_give_up(t, TORTURE_FAIL, "move_pages: %s",
				       strerror(mover->error));
	filler_keep(filler, KEEP_ONE_IN);
	return 0;
}

static int round_on_request(struct torture *t, struct mover *mover,
			    struct filler *filler, bool global)
{
	int rc;

	torture_exclude_begin(t);
	rc = spread(t, mover, filler);
	torture_exclude_end(t);
	return rc ?: ask_to_compact(t, global, filler->node);
}

/*
 * kcompactd may decide that there is nothing to do, so it is asked until something has
 * moved. It is also asked to be proactive, which it does at once from 5.16 on.
 */
static int round_on_demand(struct torture *t, struct fragments *fragments,
			   struct thp_faults *faults, unsigned int pause_us)
{
	int node = fragments_make(fragments, t, FRAGMENTS_NEXT_NODE), rc;
	unsigned long long before = torture_migrations(t);

	if (node < 0)
		return -1;
	/* Each time: the kernel acts when it is written. */
	if (pause_us)
		sysfs_write(PROACTIVENESS, "100");
	do {
		rc = thp_fault(faults, t, node, fragments_huge_pages(node), pause_us);
		thp_release(faults);
	} while (!rc && pause_us && torture_migrations(t) == before && torture_continue(t));
	return rc;
}

static json_t *measurements(const struct torture *t, unsigned int rounds,
			    unsigned long long direct, unsigned long long daemon)
{
	return json_pack("{sI sI s{sI sI}}", "rounds", (json_int_t)rounds,
			 "migrations_to_scatter", (json_int_t)t->excluded_migrations,
			 "compactions", "direct",
			 (json_int_t)(vmstat_events("compact_stall") - direct),
			 "kcompactd",
			 (json_int_t)(vmstat_events("compact_daemon_wake") - daemon));
}

TEST_F_TIMEOUT(compaction, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	int rc;

	self->direct = vmstat_events("compact_stall");
	self->daemon = vmstat_events("compact_daemon_wake");
	if (variant->pause_us)
		sysfs_read(PROACTIVENESS, self->proactiveness,
			   sizeof(self->proactiveness));
	if (variant->defrag)
		rc = thp_begin(&self->thp, t, variant->defrag) || torture_start(t) ||
		     fragments_open(&self->fragments, t);
	else
		rc = torture_start(t) || prepare(t, &self->mover, self->filler);
	while (!rc && torture_continue(t)) {
		if (variant->defrag)
			rc = round_on_demand(t, &self->fragments, &self->faults,
					     variant->pause_us);
		else
			rc = round_on_request(t, &self->mover,
					      &self->filler[self->rounds % 2],
					      variant->global);
		self->rounds++;
	}
	fragments_close(&self->fragments);
	mover_close(&self->mover);
	filler_close(&self->filler[0]);
	filler_close(&self->filler[1]);
	thp_end(&self->thp);
	sysfs_restore(PROACTIVENESS, self->proactiveness);
	t->extra = measurements(t, self->rounds, self->direct, self->daemon);
	if (variant->defrag)
		json_object_set_new(t->extra, "high_order",
				    supply_json("transparent huge pages",
						self->faults.asked, self->faults.got));
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
