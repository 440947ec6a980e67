// SPDX-License-Identifier: GPL-2.0
/*
 * cpuset - migrates a process that maps the device by changing the memory nodes of
 * its cpuset, in both versions of cgroups, while the hammer looks buffers up.
 */
#include "kselftest_harness.h"
#include "source.h"
#include "torture.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * shared cores: 4000 migrations and 400 exposures a second.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 20,
	.exposures_per_s = 10,
	.window_exposures_per_s = 1,
};

FIXTURE(cpuset) {
	struct torture torture;
};

FIXTURE_VARIANT(cpuset) {
	const char *name;
	const struct source_ops *ops;
};

FIXTURE_VARIANT_ADD(cpuset, v2) { "v2", &source_cpuset_v2 };
FIXTURE_VARIANT_ADD(cpuset, v1) { "v1", &source_cpuset_v1 };

FIXTURE_SETUP(cpuset)
{
	torture_init(&self->torture, "cpuset", variant->name);
	self->torture.floors = floors;
	torture_need_nodes(&self->torture);
}

FIXTURE_TEARDOWN(cpuset)
{
}

TEST_F_TIMEOUT(cpuset, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	source_torture(t, variant->ops);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
