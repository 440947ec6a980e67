// SPDX-License-Identifier: GPL-2.0
/*
 * hugetlb - a node's pool of huge pages has to grow where a block device's folios
 * are in the way: the kernel compacts, and moves them.
 *
 * Each round fragments a node. Then it asks for as many huge pages as would fit, until it
 * has them or the kernel does not try any more, and gives them back. How many were asked
 * for and how many were had is reported; the verdict does not depend on it.
 */
#include <errno.h>
#include <string.h>

#include "kselftest_harness.h"
#include "fragment.h"
#include "huge.h"
#include "nodes.h"
#include "torture.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 10,
	.exposures_per_s = 1,
};

/*
 * Writes to nr_hugepages in a round. Each ends with the first page that cannot be had,
 * and after failures the kernel does not even try: defer_compaction() lets up to 64
 * requests go by.
 */
#define TRIES_MAX	65

FIXTURE(hugetlb) {
	struct torture torture;
	struct fragments fragments;
	unsigned long long asked, got;	/* huge pages */
};

FIXTURE_SETUP(hugetlb)
{
	struct torture *t = &self->torture;
	int nodes[2], i;

	torture_init(t, "hugetlb", NULL);
	t->floors = floors;
	snprintf(t->params, sizeof(t->params), FRAGMENTS_PARAMS);
	torture_need_nodes(t);
	for (i = 0; i < nodes_find(nodes); i++)
		if (!huge_pool_exists(nodes[i], huge_page_kib()))
			torture_give_up(t, TORTURE_SKIP,
					"no huge pages on node %d (CONFIG_HUGETLBFS)",
					nodes[i]);
}

FIXTURE_TEARDOWN(hugetlb)
{
}

static int one_round(struct torture *t, struct fragments *fragments,
		     unsigned long long *asked, unsigned long long *got)
{
	int node = fragments_make(fragments, t, FRAGMENTS_NEXT_NODE);
	long kib = huge_page_kib(), wanted, had = 0, has;
	unsigned int tries = 0;

	if (node < 0)
		return -1;
	wanted = fragments_huge_pages(node);
	do {
		has = huge_pool_set(node, kib, wanted);
		if (has < 0)
			break;
		/* Those that came, and the one that did not. */
		*asked += has - had + (has < wanted);
		*got += has - had;
		had = has;
	} while (has < wanted && ++tries < TRIES_MAX && torture_continue(t));
	if (has < 0 || huge_pool_set(node, kib, 0) < 0)
		return torture_give_up(t, TORTURE_FAIL, "nr_hugepages of node %d: %s",
				       node, strerror(errno));
	return 0;
}

TEST_F_TIMEOUT(hugetlb, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	if (!torture_start(t) && !fragments_open(&self->fragments, t))
		while (torture_continue(t))
			if (one_round(t, &self->fragments, &self->asked, &self->got))
				break;
	fragments_close(&self->fragments);
	t->extra = json_pack("{sI so}", "rounds", (json_int_t)self->fragments.rounds,
			     "high_order", supply_json("huge pages by nr_hugepages",
						       self->asked, self->got));
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
