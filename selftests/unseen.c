// SPDX-License-Identifier: GPL-2.0
/*
 * unseen - more migrations at a time than the module can see. An oracle that has to know
 * of each migration (null_atomic, where the kernel has BH_Migrate) must not judge
 * meanwhile, must say so, and must judge again as soon as they are over.
 *
 * The module can see one at a time (slots=1), two threads move the same pages, and
 * null_atomic is provoked all the time (inject=). Variant `probe`: the kernel's own
 * migrations, which the kretprobe misses. Variant `slot`: the strategy `held`, whose
 * migrations get no slot.
 */
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "torture.h"

#define BATCH		64	/* pages per call */
#define PARAMS		"slots=1 inject=null_atomic widen_us=200"
#define LOOK_EVERY_US	100000
#define AGAIN		5	/* violations after the last unseen migration */

static const char * const null_atomic[] = { "null_atomic", NULL };

FIXTURE(unseen) {
	struct torture torture;
	struct mover mover[2];
};

FIXTURE_VARIANT(unseen) {
	const char *name;
	const char *strategy;
};

FIXTURE_VARIANT_ADD(unseen, probe) { "probe", "kernel" };
FIXTURE_VARIANT_ADD(unseen, slot) { "slot", "held" };

FIXTURE_SETUP(unseen)
{
	struct torture *t = &self->torture;

	torture_init(t, "unseen", variant->name);
	t->strategy = variant->strategy;
	t->expected_oracles = null_atomic;
	snprintf(t->params, sizeof(t->params), "%s", PARAMS);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(unseen)
{
}

static unsigned long long number(const struct torture *t, const char *object,
				 const char *key)
{
	return json_integer_value(json_object_get(json_object_get(t->stats.json, object),
						  key));
}

static unsigned long long unjudged(const struct torture *t)
{
	json_t *armed = json_object_get(t->stats.json, "armed");

	return json_integer_value(json_object_get(json_object_get(armed, "null_atomic"),
						  "unjudged"));
}

/* Let time pass. Return: false when there is none left, or something is wrong. */
static bool wait_a_moment(struct torture *t, unsigned int *moments)
{
	char reason[TORTURE_REASON_MAX];

	usleep(LOOK_EVERY_US);
	if (stats_read(&t->stats, reason, sizeof(reason))) {
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
		return false;
	}
	return (*moments)++ < TORTURE_LONGEST * t->duration_s * 1000000ULL / LOOK_EVERY_US;
}

static void judge_again(struct torture *t)
{
	unsigned long long missed = number(t, "migrations", "missed"), before;
	unsigned int moments = 0;

	/* It takes a while until they are known to be over. */
	usleep(LOOK_EVERY_US);
	wait_a_moment(t, &moments);
	before = t->stats.violations;
	while (t->stats.violations < before + AGAIN)
		if (!wait_a_moment(t, &moments))
			break;
	if (t->stats.violations < before + AGAIN)
		torture_give_up(t, TORTURE_FAIL,
				"after %llu unseen migrations null_atomic judges no more",
				missed);
}

TEST_F_TIMEOUT(unseen, judged, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	unsigned long long missed = 0;
	unsigned int moments = 0;
	const char *era = NULL;

	if (!torture_start(t) && !torture_move(t, &self->mover[0], BATCH) &&
	    !torture_move(t, &self->mover[1], BATCH))
		while (!number(t, "migrations", "missed") && wait_a_moment(t, &moments))
			;
	torture_move_end(t, &self->mover[0]);
	torture_move_end(t, &self->mover[1]);
	if (t->loaded) {
		missed = number(t, "migrations", "missed");
		/* Only there does the judge have to know. With `held` it is not told. */
		era = json_string_value(json_object_get(t->stats.json, "era"));
		if (missed)
			judge_again(t);
		else
			torture_give_up(t, TORTURE_INCONCLUSIVE,
					"inconclusive: no migration went by unseen");
		if (missed && era && !strcmp(era, "flag") && !unjudged(t))
			torture_give_up(t, TORTURE_FAIL,
					"%llu migrations went by unseen, and null_atomic does not say so",
					missed);
	}
	torture_stop(t);
	t->extra = json_pack("{sI sI}", "missed", (json_int_t)missed, "unjudged",
			     (json_int_t)unjudged(t));
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
