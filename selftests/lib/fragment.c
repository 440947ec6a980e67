// SPDX-License-Identifier: GPL-2.0
/*
 * A node that has plenty of free memory, but not in one piece, because the device's
 * folios are in the way:
 *   fill     anonymous memory takes nearly all that is free
 *   scatter  a page here and there of it is freed, and the device's folios are
 *            brought to the node, into these holes
 *   thin     nearly all of the anonymous memory is freed
 * Then the kernel has to move folios when somebody asks for a large piece. Migrations
 * while the node is prepared are not counted.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fragment.h"
#include "huge.h"
#include "meminfo.h"
#include "progress.h"

#define BATCH		512	/* pages per call, to scatter */
#define HOLES_ONE_IN	8	/* pages of the filler that make room for folios */
#define KEEP_ONE_IN	64	/* pages of it that stay */
#define RESERVE_KIB	(64 * 1024)	/* left free, for everybody else */
#define LEAST_KIB	(RESERVE_KIB * 3 / 2)

/**
 * fragments_open() - Prepare to fragment nodes.
 * @fragments: Zeroed; fragments_close() in any case.
 * @t: The running torture, best with FRAGMENTS_PARAMS.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int fragments_open(struct fragments *fragments, struct torture *t)
{
	char reason[TORTURE_REASON_MAX];

	if (mover_open(&fragments->mover, t, BATCH, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	return 0;
}

static int fragment(struct fragments *fragments, struct torture *t, int node)
{
	long free_kib = node_free_kib(node), least_kib = RESERVE_KIB + huge_page_kib();
	struct filler *filler = &fragments->filler;

	/* Where pages have 64 KiB, a huge one has 512 MB. */
	if (least_kib < LEAST_KIB)
		least_kib = LEAST_KIB;
	if (free_kib < least_kib)
		return torture_give_up(t, TORTURE_SKIP,
				       "node %d has only %ld kB free, %ld are needed (more memory)",
				       node, free_kib, least_kib);
	if (filler_open(filler, node, (free_kib - RESERVE_KIB) * 1024 /
			sysconf(_SC_PAGESIZE)))
		return torture_give_up(t, TORTURE_FAIL,
				       "no memory bound to node %d: %s", node,
				       strerror(errno));
	filler_fill(filler);
	filler_free(filler, HOLES_ONE_IN);
	if (mover_pass(&fragments->mover, node))
		return torture_give_up(t, TORTURE_FAIL, "move_pages: %s",
				       strerror(fragments->mover.error));
	filler_keep(filler, KEEP_ONE_IN);
	return 0;
}

/**
 * fragments_make() - Fragment a node.
 * @fragments: Opened; what was fragmented before is given back.
 * @t: The running torture.
 * @node: The node, or FRAGMENTS_NEXT_NODE: both in turn.
 *
 * Return: the node, or -1 with the run's result decided.
 */
int fragments_make(struct fragments *fragments, struct torture *t, int node)
{
	int rc;

	if (node == FRAGMENTS_NEXT_NODE)
		node = fragments->mover.nodes[fragments->rounds % 2];
	fragments->rounds++;
	filler_close(&fragments->filler);
	torture_exclude_begin(t);
	rc = fragment(fragments, t, node);
	torture_exclude_end(t);
	return rc ? -1 : node;
}

/**
 * fragments_huge_pages() - How many huge pages a fragmented node should have.
 * @node: The node.
 *
 * Some memory has to stay free for everybody else, and is left out.
 */
long fragments_huge_pages(int node)
{
	long pages = (node_free_kib(node) - RESERVE_KIB) / huge_page_kib();

	return pages > 0 ? pages : 0;
}

/**
 * fragments_close() - Give everything back.
 * @fragments: Zeroed or opened.
 */
void fragments_close(struct fragments *fragments)
{
	filler_close(&fragments->filler);
	mover_close(&fragments->mover);
}
