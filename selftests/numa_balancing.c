// SPDX-License-Identifier: GPL-2.0
/*
 * numa_balancing - the kernel brings the device's pages to the CPUs that read them,
 * while the hammer looks buffers up.
 */
#include "kselftest_harness.h"
#include "source.h"
#include "torture.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * shared cores: 600 migrations and 1300 exposures a second.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 10,
	.exposures_per_s = 5,
	.window_exposures_per_s = 1,
};

FIXTURE(numa_balancing) {
	struct torture torture;
};

FIXTURE_SETUP(numa_balancing)
{
	torture_init(&self->torture, "numa_balancing", NULL);
	self->torture.floors = floors;
	torture_need_nodes(&self->torture);
}

FIXTURE_TEARDOWN(numa_balancing)
{
}

TEST_F_TIMEOUT(numa_balancing, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	source_torture(t, &source_numa_balancing);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
