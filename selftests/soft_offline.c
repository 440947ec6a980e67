// SPDX-License-Identifier: GPL-2.0
/*
 * soft_offline - the memory below the device's pages is taken out of use, a page at
 * a time, while the hammer looks buffers up. Each attempt has to move its folio, in
 * a time that is reported.
 */
#include "kselftest_harness.h"
#include "source.h"
#include "torture.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * shared cores: 600 migrations a second, of 1.3 ms each, and 4800 exposures.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 10,
	.exposures_per_s = 1,
	.window_exposures_per_s = 1,
};

FIXTURE(soft_offline) {
	struct torture torture;
};

FIXTURE_SETUP(soft_offline)
{
	torture_init(&self->torture, "soft_offline", NULL);
	self->torture.floors = floors;
	torture_need_nodes(&self->torture);
}

FIXTURE_TEARDOWN(soft_offline)
{
}

TEST_F_TIMEOUT(soft_offline, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	source_torture(t, &source_soft_offline);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
