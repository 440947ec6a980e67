// SPDX-License-Identifier: GPL-2.0
/*
 * convict - as soon as possible, is this kernel guilty?
 *
 * For bisecting and for scoring mutants: one run with all steering on. It ends at the
 * first violation, whether an oracle fires or the kernel complains. A conviction is as
 * good as any. A pass says less than that of move_pages: there is one block size, and
 * the window is widened.
 *
 * Variant `block_16384` has blocks larger than a page, with a folio of several pages each
 * (from 6.15 on). It is run by name only, so that bisecting does not take twice as long.
 */
#include <stdio.h>
#include <string.h>

#include "kselftest_harness.h"
#include "torture.h"

/* What must have happened for an acquittal to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 20,
	.exposures_per_s = 20,
	.window_exposures_per_s = 1,
};

#define BATCH	512	/* pages per call */
#define LARGE	" blocks=1024"	/* 16 MiB */

/* Four buffers per folio; lookups wait for the widened window; soon stuck. */
#define STEERING	"widen_us=50 aim_percent=80 stuck_s=10" STEERING_CODE

/* The places for these are found in the code of some architectures: module/compat/code.h. */
#if defined(__x86_64__) || defined(__aarch64__)
#define STEERING_CODE	" gap_us=50 linger_us=3000"
#else
#define STEERING_CODE	""
#endif

FIXTURE(convict) {
	struct torture torture;
};

FIXTURE_VARIANT(convict) {
	const char *name;
	unsigned int block_size;
	bool by_name;
};

FIXTURE_VARIANT_ADD(convict, steered) { "steered", 1024, false };
FIXTURE_VARIANT_ADD(convict, block_16384) { "block_16384", 16384, true };

FIXTURE_SETUP(convict)
{
	struct torture *t = &self->torture;

	torture_init(t, "convict", variant->name);
	t->block_size = variant->block_size;
	t->floors = floors;
	t->until_complaint = true;
	snprintf(t->params, sizeof(t->params), STEERING "%s",
		 variant->by_name ? LARGE : "");
	if (variant->by_name && !strcmp(t->options.only, "*"))
		torture_give_up(t, TORTURE_SKIP, "by name only: BHT_ONLY=%s", t->name);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(convict)
{
}

TEST_F_TIMEOUT(convict, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	torture_run(t, BATCH);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
