// SPDX-License-Identifier: GPL-2.0
/*
 * hotplug - CPUs go and come back while folios move and the hammer runs. The hammer
 * pauses now and then, and its threads change CPUs.
 */
#include <stdio.h>

#include "kselftest_harness.h"
#include "source.h"
#include "torture.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 20,
	.exposures_per_s = 10,
};

#define OFFLINED_MIN	3	/* CPUs taken away, in the whole run */

#define VARIATION	"stutter_ms=200 shuffle_ms=300"
#define BATCH		512	/* pages per call */

FIXTURE(hotplug) {
	struct torture torture;
	struct mover mover;
	struct source source;
};

FIXTURE_SETUP(hotplug)
{
	struct torture *t = &self->torture;

	torture_init(t, "hotplug", NULL);
	t->floors = floors;
	snprintf(t->params, sizeof(t->params), "%s", VARIATION);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(hotplug)
{
}

TEST_F_TIMEOUT(hotplug, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	json_int_t offlined = 0;

	if (!torture_start(t) && !source_open(&self->source, &source_hotplug, t) &&
	    !torture_move(t, &self->mover, BATCH) && !source_start(&self->source))
		source_wait(&self->source, 1, t);
	torture_move_end(t, &self->mover);
	t->extra = source_end(&self->source, t);
	torture_stop(t);
	json_unpack(t->extra, "{sI}", "offlined", &offlined);
	if (t->result == TORTURE_PASS && offlined < OFFLINED_MIN)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: CPUs were taken away %lld times (at least %d needed)",
				(long long)offlined, OFFLINED_MIN);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
