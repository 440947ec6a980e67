// SPDX-License-Identifier: GPL-2.0
/*
 * controls - is the judge awake, and is it fair?
 *
 * The strategy `busted` (the kernels 5.0 to 5.2) must be caught, and this says how
 * many migrations and milliseconds that took. The sound ones must stay clean under
 * the same load. What the kernel under test does is judged by variant `kernel`.
 */
#include "kselftest_harness.h"
#include "torture.h"

/* What must have happened for `clean`, and for `not caught`, to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 50,
	.exposures_per_s = 50,
};

/* What a lookup that slips into the move can lead to; all else is a false alarm. */
static const char * const race_oracles[] = {
	"lost_update", "stale_read", "torn", "ref_moved", "stale_write", NULL
};

/*
 * Consequences that prove nothing by themselves: a lookup met the old folio after
 * its buffers had left; a lost update reached the media before anybody looked.
 */
static const char * const race_side_effects[] = {
	"null_atomic", "media_loss", NULL
};

#define BATCH		512	/* pages per call */
#define CLEAN_MIN_S	3	/* for a sound strategy, else half of BHT_DURATION */

FIXTURE(controls) {
	struct torture torture;
	struct mover mover;
};

FIXTURE_VARIANT(controls) {
	const char *strategy;
	const char * const *expected_oracles;
};

FIXTURE_VARIANT_ADD(controls, busted) { "busted", race_oracles };
FIXTURE_VARIANT_ADD(controls, held) { "held", NULL };
FIXTURE_VARIANT_ADD(controls, evict) { "evict", NULL };
FIXTURE_VARIANT_ADD(controls, kernel) { "kernel", NULL };

FIXTURE_SETUP(controls)
{
	struct torture *t = &self->torture;

	torture_init(t, "controls", variant->strategy);
	t->strategy = variant->strategy;
	t->expected_oracles = variant->expected_oracles;
	t->tolerated_oracles = race_side_effects;
	t->floors = floors;
	if (!t->expected_oracles) {
		t->duration_s /= 2;
		if (t->duration_s < CLEAN_MIN_S)
			t->duration_s = CLEAN_MIN_S;
	}
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(controls)
{
}

TEST_F_TIMEOUT(controls, judged, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	if (!torture_start(t) && !torture_move(t, &self->mover, BATCH))
		torture_wait(t);
	torture_move_end(t, &self->mover);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
