// SPDX-License-Identifier: GPL-2.0
/*
 * migrate_pages - migrates a process that maps the device from node to node, by the
 * system call and by the program of numactl, while the hammer looks buffers up.
 */
#include "kselftest_harness.h"
#include "source.h"
#include "torture.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * shared cores: 5000 migrations a second by the system call, half as many by
 * the program, and some hundreds of exposures.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 20,
	.exposures_per_s = 10,
	.window_exposures_per_s = 1,
};

FIXTURE(migrate_pages) {
	struct torture torture;
};

FIXTURE_VARIANT(migrate_pages) {
	const char *name;
	const struct source_ops *ops;
};

FIXTURE_VARIANT_ADD(migrate_pages, syscall) { "syscall", &source_migrate_pages };
FIXTURE_VARIANT_ADD(migrate_pages, migratepages) { "migratepages", &source_migratepages };

FIXTURE_SETUP(migrate_pages)
{
	torture_init(&self->torture, "migrate_pages", variant->name);
	self->torture.floors = floors;
	torture_need_nodes(&self->torture);
}

FIXTURE_TEARDOWN(migrate_pages)
{
}

TEST_F_TIMEOUT(migrate_pages, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	source_torture(t, variant->ops);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
