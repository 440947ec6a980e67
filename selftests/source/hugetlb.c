// SPDX-License-Identifier: GPL-2.0
/*
 * Source of migration: huge pages for the pool of one node and the other in turn,
 * given back at once. Folios that are in the way have to move. See the test `hugetlb`.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "huge.h"
#include "source.h"

#define HUGE_PAGES	16	/* as much as others can do without for a moment */

struct hugetlb {
	long kib;
	unsigned long long asked, got;
};

static int hugetlb_open(struct source *source)
{
	struct hugetlb *hugetlb = calloc(1, sizeof(*hugetlb));

	source->state = hugetlb;
	if (!hugetlb)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	hugetlb->kib = huge_page_kib();
	if (!huge_pool_exists(source->nodes[0], hugetlb->kib))
		return source_give_up(source, TORTURE_SKIP,
				      "no pool of huge pages (CONFIG_HUGETLBFS)");
	return 0;
}

static int hugetlb_round(struct source *source)
{
	struct hugetlb *hugetlb = source->state;
	int node = source->nodes[source->rounds % 2];
	long got = huge_pool_set(node, hugetlb->kib, HUGE_PAGES);

	if (got < 0 || huge_pool_set(node, hugetlb->kib, 0) < 0)
		return source_give_up(source, TORTURE_FAIL,
				      "the pool of huge pages of node %d: %s", node,
				      strerror(errno));
	hugetlb->asked += HUGE_PAGES;
	hugetlb->got += got;
	return 0;
}

static json_t *hugetlb_figures(const struct source *source)
{
	const struct hugetlb *hugetlb = source->state;

	return json_pack("{sI sI}", "asked", (json_int_t)hugetlb->asked, "got",
			 (json_int_t)hugetlb->got);
}

const struct source_ops source_hugetlb = {
	.name = "hugetlb",
	.open = hugetlb_open,
	.round = hugetlb_round,
	.figures = hugetlb_figures,
};
