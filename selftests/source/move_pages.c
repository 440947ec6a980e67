// SPDX-License-Identifier: GPL-2.0
/*
 * Source of migration: move_pages(2), as in the test `move_pages`. See lib/mover.c.
 */
#include <stdlib.h>
#include <string.h>

#include "mover.h"
#include "source.h"

#define BATCH	512	/* pages per call */

static int move_pages_open(struct source *source)
{
	char reason[TORTURE_REASON_MAX];
	struct mover *mover = calloc(1, sizeof(*mover));

	source->state = mover;
	if (!mover)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	if (mover_open(mover, source->t, BATCH, reason, sizeof(reason)))
		return source_give_up(source, TORTURE_FAIL, "%s", reason);
	return 0;
}

static int move_pages_round(struct source *source)
{
	struct mover *mover = source->state;

	if (mover_pass(mover, MOVER_OTHER_NODE))
		return source_give_up(source, TORTURE_FAIL, "move_pages: %s",
				      strerror(mover->error));
	return 0;
}

static void move_pages_close(struct source *source)
{
	mover_close(source->state);
}

const struct source_ops source_move_pages = {
	.name = "move_pages",
	.open = move_pages_open,
	.round = move_pages_round,
	.close = move_pages_close,
};
