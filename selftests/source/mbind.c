// SPDX-License-Identifier: GPL-2.0
/*
 * Source of migration: mbind(2) with MPOL_MF_MOVE_ALL binds the mapping of the device
 * to one node and to the other in turn; what is elsewhere moves, whoever maps it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <numaif.h>

#include "mapping.h"
#include "nodes.h"
#include "source.h"

static int mbind_open(struct source *source)
{
	char reason[TORTURE_REASON_MAX];

	source->state = calloc(1, sizeof(struct mapping));
	if (!source->state)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	if (mapping_open(source->state, source->t, 0, false, reason, sizeof(reason)))
		return source_give_up(source, TORTURE_FAIL, "%s", reason);
	/* Of nothing: does the kernel have it at all? */
	if (mbind(NULL, 0, MPOL_DEFAULT, NULL, 0, 0))
		return source_give_up(source, TORTURE_SKIP, "mbind: %s (CONFIG_NUMA)",
				      strerror(errno));
	return 0;
}

static int mbind_round(struct source *source)
{
	int node = source->nodes[source->rounds % 2];
	struct mapping *mapping = source->state;

	mapping_touch(mapping);
	if (!nodes_bind(mapping->start, mapping_bytes(mapping), node, MPOL_MF_MOVE_ALL))
		return 0;
	/* EIO: some page was busy; the next round takes it. */
	if (errno == EIO || errno == ENOMEM)
		return 0;
	return source_give_up(source, TORTURE_FAIL, "mbind to node %d: %s", node,
			      strerror(errno));
}

static void mbind_close(struct source *source)
{
	mapping_close(source->state);
}

const struct source_ops source_mbind = {
	.name = "mbind",
	.open = mbind_open,
	.round = mbind_round,
	.close = mbind_close,
};
