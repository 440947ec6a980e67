// SPDX-License-Identifier: GPL-2.0
/*
 * pressure - anonymous memory grows until next to nothing is left, shrinks and grows
 * again, while the hammer and the quarantine want memory, too. Memory that is reclaimed,
 * refused or dropped on the way must not look like a violation.
 *
 * It stops before the OOM killer would come, which would end the test.
 */
#include <stdio.h>

#include "kselftest_harness.h"
#include "hog.h"
#include "meminfo.h"
#include "torture.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 5,
	.exposures_per_s = 2,
};

#define START_KIB	(96 * 1024)	/* left to the torture to begin with */
#define EDGE_KIB	(24 * 1024)	/* memory_clean_kib(): turn back */
#define NEAR_KIB	(48 * 1024)	/* must have been reached */
#define GIVE_BACK	4		/* this part of it, then grow again */
#define BATCH		512		/* pages per call */

FIXTURE(pressure) {
	struct torture torture;
	struct mover mover;
	struct hog hog;
	unsigned int turns;
};

FIXTURE_SETUP(pressure)
{
	struct torture *t = &self->torture;

	torture_init(t, "pressure", NULL);
	t->floors = floors;
	/* Who allocates may have to wait for those who free, one after the other. */
	snprintf(t->params, sizeof(t->params), "stuck_s=30");
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(pressure)
{
}

TEST_F_TIMEOUT(pressure, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	if (!torture_prepare(t) &&
	    !hog_open(&self->hog, t, 2 * memory_available_kib()))
		while (hog_grow(&self->hog, START_KIB))
			;
	if (!torture_start(t) && !torture_move(t, &self->mover, BATCH)) {
		while (torture_continue(t)) {
			t->wanting = self->hog.least_kib > NEAR_KIB;
			if (hog_grow(&self->hog, EDGE_KIB))
				continue;
			hog_shrink(&self->hog, self->hog.used / GIVE_BACK);
			self->turns++;
		}
	}
	torture_move_end(t, &self->mover);
	torture_stop(t);
	hog_close(&self->hog);
	if (t->result == TORTURE_PASS && self->hog.least_kib > NEAR_KIB)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %lu KiB were always available (less than %u needed)",
				self->hog.least_kib, NEAR_KIB);
	t->extra = json_pack("{sI sI}", "least_available_kib",
			     (json_int_t)self->hog.least_kib, "turns",
			     (json_int_t)self->turns);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
