// SPDX-License-Identifier: GPL-2.0
/*
 * oracle_* - does each oracle see what it is there for, and nothing else?
 *
 * One program per oracle, all built from this file (-DORACLE=ref_moved):
 *   fires   a fault that the module inflicts on itself (inject=) must be seen, by
 *           that oracle. Some oracles have several faults, and a program for each
 *   silent  without the fault, under the same load, nothing may be seen
 * Both run under the strategy `held`, the module's own sound one, so that the result is
 * about the judge and not about the kernel. controls tests that genuine races are seen.
 */
#include "kselftest_harness.h"
#include "torture.h"

#define STRATEGY	"held"
#define BATCH		512	/* pages per call */

/* What must have happened for `silent` to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 50,
	.exposures_per_s = 20,
};

#define SILENT_MIN_S	3	/* else a quarter of BHT_DURATION */
#define FIRES_MIN_S	15	/* ends as soon as seen; a busy host can be slow */
#define AT_STOP_S	1	/* of torture, for what is judged when it stops */

struct oracle {
	const char *name;
	const char *inject;		/* the fault, if not just the name */
	const char *oracle;		/* the oracle, if not the name */
	const char *params;		/* of the module, for both variants */
	bool at_stop;			/* judged when the torture has stopped */
	/* What the same fault may look like to others. */
	const char *side_effects[3];
};

static const struct oracle oracles[] = {
	{ .name = "ref_moved" },
	/* It may reach the media, or be read back, before anybody looks. */
	{ .name = "lost_update", .side_effects = { "media_loss" } },
	{ .name = "stale_read" },
	{ .name = "torn" },
	{ .name = "stale_write" },
	{ .name = "media_loss", .at_stop = true },
	{ .name = "null_sleeping" },
	{ .name = "null_atomic" },
	{ .name = "stuck", .params = "stuck_s=2" },
	/* When the torture ends nobody has been stuck for long enough yet. */
	{ .name = "stuck_at_end", .inject = "stuck", .oracle = "stuck",
	  .params = "stuck_s=5", .at_stop = true },
	/* It uses a CPU and gives it away, as if it looked for a buffer for ever. */
	{ .name = "stuck_livelock", .inject = "stuck.livelock",
	  .oracle = "stuck", .params = "stuck_s=2" },
	{ .name = "state_leak", .at_stop = true },
	/* One reference too many on each of 64 folios. */
	{ .name = "state_leak_references", .inject = "state_leak.folio_references",
	  .oracle = "state_leak", .at_stop = true },
	/* Who syncs or drops the folio would wait for ever. */
	{ .name = "state_leak_locked", .inject = "state_leak.folio_locked",
	  .oracle = "state_leak", .at_stop = true },
	{ .name = "never_moves" },
	{ }
};

/* The harness pastes names together; they must be expanded before. */
#define TEXT(name)			#name
#define TEXT_OF(name)			TEXT(name)
#define PASTE(a, b)			a##b
#define PROGRAM_OF(name)		PASTE(oracle_, name)
#define PROGRAM				PROGRAM_OF(ORACLE)
#define DEFINE_FIXTURE(name)		FIXTURE(name)
#define DEFINE_VARIANT(name)		FIXTURE_VARIANT(name)
#define ADD_VARIANT(name, variant)	FIXTURE_VARIANT_ADD(name, variant)
#define DEFINE_SETUP(name)		FIXTURE_SETUP(name)
#define DEFINE_TEARDOWN(name)		FIXTURE_TEARDOWN(name)
#define DEFINE_TEST(name, test)		TEST_F_TIMEOUT(name, test, TORTURE_HARNESS_S)

DEFINE_FIXTURE(PROGRAM) {
	struct torture torture;
	struct mover mover;
	const char *expected[2];
};

DEFINE_VARIANT(PROGRAM) {
	const char *name;
	bool fires;
};

ADD_VARIANT(PROGRAM, fires) { "fires", true };
ADD_VARIANT(PROGRAM, silent) { "silent", false };

static const struct oracle *find_oracle(struct torture *t, const char *name)
{
	const struct oracle *oracle;

	for (oracle = oracles; oracle->name; oracle++)
		if (!strcmp(oracle->name, name))
			return oracle;
	torture_give_up(t, TORTURE_FAIL, "no oracle %s in the test's table", name);
	return &oracles[0];
}

DEFINE_SETUP(PROGRAM)
{
	struct torture *t = &self->torture;
	const struct oracle *oracle;

	torture_init(t, TEXT_OF(PROGRAM), variant->name);
	oracle = find_oracle(t, TEXT_OF(ORACLE));
	t->strategy = STRATEGY;
	t->floors = floors;
	if (!variant->fires && oracle->oracle)
		torture_give_up(t, TORTURE_SKIP, "the same as oracle_%s.silent",
				oracle->oracle);
	if (variant->fires) {
		self->expected[0] = oracle->oracle ?: oracle->name;
		t->expected_oracles = self->expected;
		t->tolerated_oracles = oracle->side_effects;
		if (t->duration_s < FIRES_MIN_S)
			t->duration_s = FIRES_MIN_S;
		if (oracle->at_stop)
			t->duration_s = AT_STOP_S;
	} else {
		t->duration_s /= 4;
		if (t->duration_s < SILENT_MIN_S)
			t->duration_s = SILENT_MIN_S;
	}
	snprintf(t->params, sizeof(t->params), "%s%s %s",
		 variant->fires ? "inject=" : "",
		 variant->fires ? oracle->inject ?: oracle->name : "",
		 oracle->params ?: "");
	torture_need_nodes(t);
}

DEFINE_TEARDOWN(PROGRAM)
{
}

/* The module says which personalities it could start on this kernel. */
static int need_sleeping_lookup(struct torture *t)
{
	json_int_t threads = 0;

	if (strcmp(TEXT_OF(ORACLE), "null_sleeping"))
		return 0;
	json_unpack(t->stats.json, "{s{s{sI}}}", "personalities", "sleeper",
		    "threads", &threads);
	if (threads)
		return 0;
	return torture_give_up(t, TORTURE_SKIP,
			       "this kernel has no __find_get_block_nonatomic()");
}

DEFINE_TEST(PROGRAM, judged)
{
	struct torture *t = &self->torture;

	if (!torture_start(t) && !need_sleeping_lookup(t) &&
	    !torture_move(t, &self->mover, BATCH))
		torture_wait(t);
	torture_move_end(t, &self->mover);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
