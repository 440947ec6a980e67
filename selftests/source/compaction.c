// SPDX-License-Identifier: GPL-2.0
/*
 * Source of migration: compaction of one node and the other in turn, after some of the
 * node's memory has been fragmented again. The test `compaction` knows other ways to ask
 * for it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "filler.h"
#include "source.h"
#include "sysfs.h"

#define FILLER_PAGES	2048	/* of anonymous memory on each node */
#define KEEP_ONE_IN	32	/* of them stay */

struct compaction {
	struct filler filler[2];
};

static int compaction_open(struct source *source)
{
	struct compaction *compaction = calloc(1, sizeof(*compaction));
	int i;

	source->state = compaction;
	if (!compaction)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	for (i = 0; i < 2; i++)
		if (filler_open(&compaction->filler[i], source->nodes[i], FILLER_PAGES))
			return source_give_up(source, TORTURE_FAIL,
					      "no memory bound to node %d: %s",
					      source->nodes[i], strerror(errno));
	return 0;
}

static int compaction_round(struct source *source)
{
	struct compaction *compaction = source->state;
	struct filler *filler = &compaction->filler[source->rounds % 2];
	char path[64];

	filler_fill(filler);
	filler_keep(filler, KEEP_ONE_IN);
	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/compact",
		 filler->node);
	if (!sysfs_write(path, "1"))
		return 0;
	return source_give_up(source, errno == ENOENT ? TORTURE_SKIP : TORTURE_FAIL,
			      "%s: %s (CONFIG_COMPACTION)", path, strerror(errno));
}

static void compaction_close(struct source *source)
{
	struct compaction *compaction = source->state;

	filler_close(&compaction->filler[0]);
	filler_close(&compaction->filler[1]);
}

const struct source_ops source_compaction = {
	.name = "compaction",
	.open = compaction_open,
	.round = compaction_round,
	.close = compaction_close,
};
