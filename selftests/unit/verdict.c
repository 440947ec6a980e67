// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests: the verdict on a run.
 */
#include <stdio.h>
#include <string.h>

#include "stats.h"
#include "torture.h"
#include "unit.h"
#include "verdict.h"

const char unit_clean[] = STATS("5000", "4000", "20000", CLEAN, "null", "pass");
static const char few[] = STATS("5000", "4000", "499", CLEAN, "null", "pass");
static const char unmet[] = STATS("49", "49", "20000", CLEAN, "null", "pass");
static const char outside[] = STATS("5000", "0", "20000", CLEAN, "null", "inconclusive");
static const char seldom[] = STATS("5000", "19", "20000", CLEAN, "null", "pass");
static const char nothing[] = STATS("0", "0", "0", CLEAN, "null", "inconclusive");
const char unit_lost[] = STATS("5000", "4000", "20000",
	"\"lost_update\":3,\"null_atomic\":7", FIRST, "fail");
static const char harmless[] = STATS("5000", "4000", "20000",
	"\"lost_update\":0,\"null_atomic\":7",
	"{\"oracle\":\"null_atomic\"}", "fail");
static const char leaked[] = STATS("5000", "4000", "20000",
	"\"lost_update\":3,\"state_leak\":1", FIRST, "fail");

static const char * const race[] = { "lost_update", "torn", NULL };
static const char * const side_effects[] = { "null_atomic", NULL };

/**
 * unit_judge() - A run with these statistics, judged.
 * @t: What to fill in; its statistics are to be released.
 * @stats: The text of stats.json.
 * @control: Is a violation expected?
 */
void unit_judge(struct torture *t, const char *stats, bool control)
{
	char reason[TORTURE_REASON_MAX];

	torture_init(t, "unit", "variant");
	t->strategy = control ? "busted" : "kernel";
	t->expected_oracles = control ? race : NULL;
	t->tolerated_oracles = control ? side_effects : NULL;
	t->floors = (struct torture_floors){ 50, 5, 2, 0, 0 };
	if (stats_parse(&t->stats, stats, reason, sizeof(reason)))
		printf("# %s\n", reason);
	verdict_judge(t);
}

static void check_verdict(const char *what, const char *stats, bool control,
			  enum torture_result wanted, const char *reason)
{
	struct torture t;

	unit_judge(&t, stats, control);
	check(t.result == wanted && strstr(t.reason, reason), what, t.reason);
	stats_release(&t.stats);
}

/* References are asked for, and one is held: who else is told, and what of it? */
static void check_references(const char *what, const char *era,
			     enum torture_result wanted)
{
	struct torture t;
	json_t *json;

	unit_judge(&t, unit_clean, false);
	json = t.stats.json;
	json_object_set_new(json, "era", json_string(era));
	json_object_set_new(json, "references_held", json_integer(1));
	json_object_set_new(json, "references_refused", json_integer(1000));
	json_object_set_new(json, "null_lookups", json_integer(1000));
	t.result = TORTURE_UNDECIDED;
	t.floors.references_per_s = 2;
	verdict_judge(&t);
	check(t.result == wanted, what, t.reason);
	stats_release(&t.stats);
}

/* 20000 migrations, but of how many large folios? */
static void check_folios(const char *what, unsigned int large, enum torture_result wanted)
{
	struct torture t;

	unit_judge(&t, unit_clean, false);
	t.stats.large = large;
	t.floors.large_per_s = 50;
	t.duration_s = 10;
	t.result = TORTURE_UNDECIDED;
	verdict_judge(&t);
	check(t.result == wanted, what, t.reason);
	check(verdict_is_conclusive(&t) == (wanted == TORTURE_PASS), what,
	      "the run waits for it");
	stats_release(&t.stats);
}

/* 20000 migrations, and a pass needs 500; of the others there are more. */
static void check_enough(const char *what, unsigned int times, bool control, bool wanted)
{
	struct torture t;

	unit_judge(&t, unit_clean, control);
	t.duration_s = 10;
	t.options.enough = times;
	check(verdict_has_enough(&t) == wanted, what, t.reason);
	stats_release(&t.stats);
}

/* Steering was asked for by its name, and so much was met. */
static void check_steering(const char *what, const char *params, bool armed, int met,
			   enum torture_result wanted, const char *reason)
{
	struct torture t;

	unit_judge(&t, unit_clean, false);
	json_object_set_new(t.stats.json, "armed",
			    json_pack("{s{sb sb si} s{sb sb si}}", "gap_us", "asked", 1,
				      "armed", armed, "met", met, "widen_us", "asked", 0,
				      "armed", 0, "met", 0));
	snprintf(t.params, sizeof(t.params), "%s", params);
	t.result = TORTURE_UNDECIDED;
	verdict_judge(&t);
	check(t.result == wanted && strstr(t.reason, reason), what, t.reason);
	check(verdict_is_conclusive(&t) == (wanted == TORTURE_PASS), what,
	      "the run waits for it");
	stats_release(&t.stats);
}

static void test_steering(void)
{
	check_steering("steering that met something is no matter", "gap_us=50 widen_us=0",
		       true, 1, TORTURE_PASS, "");
	check_steering("steering that met nothing is inconclusive", "widen_us=0 gap_us=50",
		       true, 0, TORTURE_INCONCLUSIVE, "gap_us met nothing");
	check_steering("steering that is not armed is inconclusive", "gap_us=50", false, 0,
		       TORTURE_INCONCLUSIVE, "gap_us is not armed");
	check_steering("what no test has named is no matter", "no_gap_us=1 gap_usual=1",
		       true, 0, TORTURE_PASS, "");
}

static void test_bound(void)
{
	check(verdict_bound(0) == 1.0, "no exposure proves nothing", "");
	check(verdict_bound(1) == 1.0, "a probability is at most 1", "");
	check(verdict_bound(3000) == 0.001, "3 / 3000 is 0.001", "");
}

void test_verdict(void)
{
	struct torture t;

	test_bound();
	test_steering();
	check_references("lookups that a flag refuses were in the window", "flag",
			 TORTURE_PASS);
	check_references("elsewhere only references that were held count", "held",
			 TORTURE_INCONCLUSIVE);

	check_folios("too few large folios are inconclusive", 499, TORTURE_INCONCLUSIVE);
	check_folios("enough large folios are a pass", 500, TORTURE_PASS);

	check_verdict("enough and no violation is a pass, with its bound", unit_clean,
		      false, TORTURE_PASS, "4000 window exposures: less than 0.00075 per");
	check_enough("forty times what a pass needs", 40, false, true);
	check_enough("not more than that", 41, false, false);
	check_enough("time counts unless said otherwise", 0, false, false);
	check_enough("a control waits for its violation", 40, true, false);
	check_verdict("too few migrations are inconclusive", few, false,
		      TORTURE_INCONCLUSIVE, "at least 500 needed");
	check_verdict("too few exposures are inconclusive", unmet, false,
		      TORTURE_INCONCLUSIVE, "at least 50 needed");
	check_verdict("exposures outside of the window are inconclusive", outside, false,
		      TORTURE_INCONCLUSIVE, "0 window exposures (at least 20 needed)");
	check_verdict("too few in the window are inconclusive", seldom, false,
		      TORTURE_INCONCLUSIVE, "19 window exposures (at least 20 needed)");
	check_verdict("nothing at all is inconclusive", nothing, false,
		      TORTURE_INCONCLUSIVE, "0 migrations");
	check_verdict("a violation fails and is told in full", unit_lost, false,
		      TORTURE_FAIL,
		      "lost_update: block 1159: generation 42 expected, 41 found; after 73 ms and 285 migrations, on CPU 1 in bht_checker/1");
	check_verdict("a harmless oracle fails a test, too", harmless, false,
		      TORTURE_FAIL, "7 null_atomic");
	check_verdict("a control that is caught passes", unit_lost, true,
		      TORTURE_PASS, "strategy busted caught");
	check_verdict("a control that is not caught fails", unit_clean, true,
		      TORTURE_FAIL, "not caught");
	check_verdict("a control's side effects are no catch", harmless, true,
		      TORTURE_FAIL, "not caught");
	check_verdict("a control that could not be caught is inconclusive", few,
		      true, TORTURE_INCONCLUSIVE, "inconclusive");
	check_verdict("a control with a false alarm fails", leaked, true,
		      TORTURE_FAIL, "oracle state_leak has no reason to fire");

	unit_judge(&t, unit_clean, false);
	t.result = TORTURE_UNDECIDED;
	t.excluded_migrations = 19600;
	verdict_judge(&t);
	check(t.result == TORTURE_INCONCLUSIVE,
	      "what preparations moved does not count", t.reason);
	stats_release(&t.stats);

	unit_judge(&t, nothing, false);
	t.result = TORTURE_UNDECIDED;
	t.floors = (struct torture_floors){ 0, 0, 0, 0, 0 };
	verdict_judge(&t);
	check(t.result == TORTURE_INCONCLUSIVE && strstr(t.reason, "at least 1 needed"),
	      "even without floors a pass takes an exposure", t.reason);
	stats_release(&t.stats);

	unit_judge(&t, unit_clean, false);
	t.result = TORTURE_UNDECIDED;
	t.floors = (struct torture_floors){ 2000, 500, 400, 0, 0 };
	t.stats.elapsed_ms *= 3;
	check(verdict_is_conclusive(&t), "a run that took longer is asked for no more",
	      "20,000 migrations and 5,000 exposures asked for");
	t.floors.exposures_per_s++;
	check(!verdict_is_conclusive(&t), "nor for less", "5,010 exposures asked for");
	stats_release(&t.stats);

	torture_init(&t, "unit", NULL);
	torture_give_up(&t, TORTURE_SKIP, "no module");
	torture_give_up(&t, TORTURE_FAIL, "later");
	verdict_judge(&t);
	check(t.result == TORTURE_SKIP && !strcmp(t.reason, "no module"),
	      "the first decision stands", t.reason);

	torture_init(&t, "unit", NULL);
	torture_give_up(&t, TORTURE_INCONCLUSIVE, "hardly moved");
	torture_give_up(&t, TORTURE_FAIL, "damaged");
	torture_give_up(&t, TORTURE_INCONCLUSIVE, "later");
	check(t.result == TORTURE_FAIL && !strcmp(t.reason, "damaged"),
	      "a failure outranks what was inconclusive", t.reason);
}
