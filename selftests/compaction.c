// SPDX-License-Identifier: GPL-2.0
/*
 * compaction - lets the kernel compact memory, over and over, while the hammer
 * looks up buffers of folios that stand in the way.
 *
 * compact_memory alone is done after its first run: compaction moves folios only
 * from the low end of a zone into partly free pageblocks at its high end, and then
 * everything is there. So each round undoes that on one node:
 *   fill     anonymous memory takes the holes that the last round left
 *   scatter  the device's folios are brought to the node, below them
 *   punch    most of the anonymous memory is freed, a page here and there stays:
 *            pageblocks that are nearly free, but not free, attract compaction
 *   compact  the node
 * Only what moves during the last step is counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "torture.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * shared cores: two thousand migrations by compaction a second, but also 140 on a
 * host that is busy otherwise.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 10,
	.exposures_per_s = 5,
};

#define BATCH		512	/* pages per call, to scatter */
#define FILLER_FACTOR	4	/* anonymous memory per node, in device pages */
#define KEEP_ONE_IN	32	/* pages of it that stay */

FIXTURE(compaction) {
	struct torture torture;
	struct mover mover;
	struct filler filler[2];
	unsigned int rounds;
};

static int compact_node(struct torture *t, int node)
{
	char path[64];
	int fd, rc = -1;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/compact",
		 node);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		rc = write(fd, "1", 1) == 1 ? 0 : -1;
		close(fd);
	}
	if (rc && errno == ENOENT)
		return torture_give_up(t, TORTURE_SKIP, "%s: %s (CONFIG_COMPACTION)",
				       path, strerror(errno));
	if (rc)
		return torture_give_up(t, TORTURE_FAIL, "%s: %s", path,
				       strerror(errno));
	return 0;
}

static int round_on(struct torture *t, struct mover *mover,
		    struct filler *filler)
{
	torture_exclude_begin(t);
	filler_fill(filler);
	if (mover_pass(mover, filler->node))
		return torture_give_up(t, TORTURE_FAIL, "move_pages: %s",
				       strerror(mover->error));
	filler_keep(filler, KEEP_ONE_IN);
	torture_exclude_end(t);
	return compact_node(t, filler->node);
}

FIXTURE_SETUP(compaction)
{
	torture_init(&self->torture, "compaction", NULL);
	self->torture.floors = floors;
	torture_need_nodes(&self->torture);
}

FIXTURE_TEARDOWN(compaction)
{
}

static int prepare(struct torture *t, struct mover *mover,
		   struct filler *filler)
{
	char reason[TORTURE_REASON_MAX];
	int i;

	if (mover_open(mover, t, BATCH, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	for (i = 0; i < 2; i++)
		if (filler_open(&filler[i], mover->nodes[i],
				FILLER_FACTOR * mover->pages))
			return torture_give_up(t, TORTURE_FAIL,
					       "no memory bound to node %d: %s",
					       mover->nodes[i], strerror(errno));
	return 0;
}

TEST_F_TIMEOUT(compaction, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	if (!torture_start(t) && !prepare(t, &self->mover, self->filler))
		while (torture_continue(t))
			if (round_on(t, &self->mover,
				     &self->filler[self->rounds++ % 2]))
				break;
	mover_close(&self->mover);
	filler_close(&self->filler[0]);
	filler_close(&self->filler[1]);
	t->extra = json_pack("{sI sI}", "rounds", (json_int_t)self->rounds,
			     "migrations_to_scatter",
			     (json_int_t)t->excluded_migrations);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
