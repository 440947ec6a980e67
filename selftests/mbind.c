// SPDX-License-Identifier: GPL-2.0
/*
 * mbind - migrates the device's page cache by binding a mapping of it to one node
 * and to the other, while the hammer looks buffers up.
 */
#include "kselftest_harness.h"
#include "source.h"
#include "torture.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * shared cores: 9000 migrations and 1700 exposures a second.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 20,
	.exposures_per_s = 10,
	.window_exposures_per_s = 2,
};

FIXTURE(mbind) {
	struct torture torture;
};

FIXTURE_SETUP(mbind)
{
	torture_init(&self->torture, "mbind", NULL);
	self->torture.floors = floors;
	torture_need_nodes(&self->torture);
}

FIXTURE_TEARDOWN(mbind)
{
}

TEST_F_TIMEOUT(mbind, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	source_torture(t, &source_mbind);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
