// SPDX-License-Identifier: GPL-2.0
/*
 * damon - DAMON moves the device's pages for being cold, and back for being hot,
 * while the hammer looks buffers up.
 */
#include "kselftest_harness.h"
#include "source.h"
#include "torture.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 10,
	.exposures_per_s = 5,
};

FIXTURE(damon) {
	struct torture torture;
};

FIXTURE_SETUP(damon)
{
	torture_init(&self->torture, "damon", NULL);
	self->torture.floors = floors;
	torture_need_nodes(&self->torture);
}

FIXTURE_TEARDOWN(damon)
{
}

TEST_F_TIMEOUT(damon, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	source_torture(t, &source_damon);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
