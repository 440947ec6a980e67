// SPDX-License-Identifier: GPL-2.0
/*
 * The verdict on a run.
 *
 * Nothing here touches the machine: a run's numbers go in, a result with its reason
 * comes out (unit/ tests it on any host).
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "verdict.h"

/* Zero events in n trials: less than 3/n a trial at 95 % (rule of three). */
#define RULE_OF_THREE	3.0

/**
 * verdict_bound() - What zero violations in so many window exposures prove.
 * @exposures: Lookups of a block while its folio was in the window of a migration
 *     that succeeded: those that could have lost an update.
 *
 * Return: the violations per window exposure that 95 % confidence leaves possible.
 */
double verdict_bound(unsigned long long exposures)
{
	double bound = exposures ? RULE_OF_THREE / exposures : 1.0;

	return bound < 1.0 ? bound : 1.0;
}

static void __printf(3, 4)
decide(struct torture *t, enum torture_result result, const char *format, ...)
{
	va_list arguments;

	t->result = result;
	va_start(arguments, format);
	vsnprintf(t->reason, sizeof(t->reason), format, arguments);
	va_end(arguments);
}

static bool is_listed(const char * const *oracles, const char *oracle)
{
	for (; oracles && *oracles; oracles++)
		if (!strcmp(*oracles, oracle))
			return true;
	return false;
}

/* What an oracle's expected and found are; see enum oracle in the module. */
static const char *quantity(const char *oracle)
{
	if (!strcmp(oracle, "ref_moved"))
		return "page frame";
	if (!strcmp(oracle, "stale_write"))
		return "contents";
	return "generation";
}

/* A number of the record; those of stale_write may be strings, being too big. */
static const char *number(json_t *first, const char *key, char *text, size_t size)
{
	json_t *value = json_object_get(first, key);

	if (json_is_string(value))
		return json_string_value(value);
	snprintf(text, size, "%lld", (long long)json_integer_value(value));
	return text;
}

/* "lost_update: block 17: generation 42 expected, 41 found; after ..." */
static void describe_first(const struct torture *t, char *text, size_t size)
{
	json_t *first = json_object_get(t->stats.json, "first_violation");
	json_int_t block = 0, ms = 0, moved = 0, cpu = 0;
	const char *oracle = "unknown", *thread = "?";
	const char *expected, *found;
	char numbers[2][24];

	json_unpack(first, "{ss s?I s?I s?I s?I s?s}", "oracle", &oracle, "block",
		    &block, "ms", &ms, "migrations", &moved, "cpu", &cpu,
		    "thread", &thread);
	expected = number(first, "expected", numbers[0], sizeof(numbers[0]));
	found = number(first, "found", numbers[1], sizeof(numbers[1]));
	snprintf(text, size,
		 "%s: block %lld: %s %s expected, %s found%s; after %lld ms and %lld migrations, on CPU %lld in %s",
		 oracle, (long long)block, quantity(oracle), expected, found,
		 /* torn: the end of the block has another one */
		 !strcmp(expected, found) ? " at its start only" : "",
		 (long long)ms, (long long)moved, (long long)cpu, thread);
}

/* "46 lost_update, 12 ref_moved" */
static void describe_all(const struct torture *t, char *text, size_t size)
{
	json_t *violations = json_object_get(t->stats.json, "violations");
	const char *oracle;
	size_t used = 0;
	json_t *count;

	text[0] = '\0';
	json_object_foreach(violations, oracle, count) {
		if (!json_integer_value(count) || used >= size)
			continue;
		used += snprintf(text + used, size - used, "%s%lld %s",
				 used ? ", " : "",
				 (long long)json_integer_value(count), oracle);
	}
}

static const char *first_unexpected(const struct torture *t)
{
	json_t *violations = json_object_get(t->stats.json, "violations");
	const char *oracle;
	json_t *count;

	json_object_foreach(violations, oracle, count)
		if (json_integer_value(count) &&
		    !is_listed(t->expected_oracles, oracle) &&
		    !is_listed(t->tolerated_oracles, oracle))
			return oracle;
	return NULL;
}

/**
 * verdict_caught() - Has one of the oracles fired that the run waits for?
 * @t: The run, with a reading of its statistics.
 *
 * Any, if the run expects none.
 */
bool verdict_caught(const struct torture *t)
{
	json_t *violations = json_object_get(t->stats.json, "violations");
	const char *oracle;
	json_t *count;

	json_object_foreach(violations, oracle, count)
		if (json_integer_value(count) &&
		    (!t->expected_oracles ||
		     is_listed(t->expected_oracles, oracle)))
			return true;
	return false;
}

/**
 * verdict_stuck() - Is something stuck in the kernel, so that the run will not end?
 * @t: The run. One that waits for the oracle provokes it, and knows how to end.
 * @stats: A reading of its statistics.
 */
bool verdict_stuck(const struct torture *t, const struct torture_stats *stats)
{
	json_t *violations = json_object_get(stats->json, "violations");

	return !t->expected_oracles &&
	       json_integer_value(json_object_get(violations, "stuck"));
}

static void judge_violated(struct torture *t)
{
	const char *unexpected = first_unexpected(t);
	char first[256], all[128];

	describe_first(t, first, sizeof(first));
	describe_all(t, all, sizeof(all));
	if (!t->expected_oracles)
		decide(t, TORTURE_FAIL, "strategy %s: violations: %s; first %s",
		       t->strategy, all, first);
	else if (unexpected)
		decide(t, TORTURE_FAIL,
		       "strategy %s: oracle %s has no reason to fire: %s; first %s",
		       t->strategy, unexpected, all, first);
	else
		decide(t, TORTURE_PASS, "strategy %s caught: %s; first %s",
		       t->strategy, all, first);
}

/*
 * Lookups that would have got a reference in the window, if it were open. Where BH_Migrate
 * shuts it, a lookup in the window is refused: that counts as much as a reference.
 */
static unsigned long long references_asked(const struct torture *t)
{
	const char *era = json_string_value(json_object_get(t->stats.json, "era"));
	unsigned long long held = stats_number(&t->stats, "references_held");

	if (era && !strcmp(era, "flag"))
		return held + stats_number(&t->stats, "references_refused");
	return held;
}

/**
 * verdict_asked_s() - For how many seconds are the floors?
 * @t: The run, with statistics.
 *
 * A run that was given more time than it asked for, see torture_continue(), does not have
 * to reach more.
 */
double verdict_asked_s(const struct torture *t)
{
	double seconds = t->stats.elapsed_ms / 1000.0 - t->excluded_s;

	return seconds < t->duration_s ? seconds : t->duration_s;
}

static double least(unsigned int per_s, double seconds)
{
	return per_s * seconds < 1 ? 1 : per_s * seconds;
}

static bool moved_enough(const struct torture *t)
{
	return torture_migrations(t) >= least(t->floors.migrations_per_s, verdict_asked_s(t)) &&
	       torture_exposures(t) >= least(t->floors.exposures_per_s, verdict_asked_s(t)) &&
	       t->stats.window_exposures >=
		least(t->floors.window_exposures_per_s, verdict_asked_s(t));
}

static bool moved_enough_large(const struct torture *t)
{
	return t->stats.large >= t->floors.large_per_s * verdict_asked_s(t);
}

static bool referenced_enough(const struct torture *t)
{
	return references_asked(t) >= t->floors.references_per_s * verdict_asked_s(t);
}

/* Has somebody given the module this parameter? */
static bool names_parameter(const char *params, const char *name)
{
	size_t length = strlen(name);
	const char *at;

	for (at = params; params && (at = strstr(at, name)); at += length)
		if ((at == params || at[-1] == ' ') && at[length] == '=')
			return true;
	return false;
}

/*
 * The steering that the test asked for and that met nothing: the run was not what it
 * was meant to be. Return: its name, or NULL. Older modules do not tell.
 */
static const char *unmet_steering(const struct torture *t)
{
	static const char * const steering[] = {
		"widen_us", "gap_us", "delay_in", "linger_us", "aim_percent", "hold_us",
		"jitter_us",
	};
	json_t *armed = json_object_get(t->stats.json, "armed"), *part;
	size_t i;

	for (i = 0; !t->steering_drawn && i < sizeof(steering) / sizeof(*steering); i++) {
		part = json_object_get(armed, steering[i]);
		if ((names_parameter(t->params, steering[i]) ||
		     names_parameter(t->options.params, steering[i])) &&
		    json_is_true(json_object_get(part, "asked")) &&
		    !json_integer_value(json_object_get(part, "met")))
			return steering[i];
	}
	return NULL;
}

static bool is_armed(const struct torture *t, const char *name)
{
	json_t *armed = json_object_get(t->stats.json, "armed");

	return json_is_true(json_object_get(json_object_get(armed, name), "armed"));
}

/**
 * verdict_is_conclusive() - Has enough happened for a pass to mean something?
 * @t: The run, with statistics.
 *
 * Return: true if enough folios with buffers moved, large ones among them, enough lookups
 * met one that was moving, and all steering that was asked for met something.
 */
bool verdict_is_conclusive(const struct torture *t)
{
	return moved_enough(t) && moved_enough_large(t) && referenced_enough(t) &&
	       !unmet_steering(t);
}

/**
 * verdict_has_enough() - Has so much happened that the rest of its time would be for little?
 * @t: The run, with statistics.
 *
 * Where a second of the guest's is dear (--accel icount) a run is counted in what happens,
 * see BHT_ENOUGH. One that waits for a violation has not seen enough before that.
 */
bool verdict_has_enough(const struct torture *t)
{
	double times = t->options.enough;

	if (!times || t->fixed_duration || t->wanting || t->expected_oracles)
		return false;
	return torture_migrations(t) >=
		times * least(t->floors.migrations_per_s, t->duration_s) &&
	       torture_exposures(t) >=
		times * least(t->floors.exposures_per_s, t->duration_s) &&
	       t->stats.window_exposures >=
		times * least(t->floors.window_exposures_per_s, t->duration_s) &&
	       t->stats.large >= times * (t->floors.large_per_s * t->duration_s) &&
	       references_asked(t) >= times * t->floors.references_per_s * t->duration_s &&
	       !unmet_steering(t);
}

/**
 * verdict_judge() - Decide what a completed run means.
 * @t: The run, with its final statistics. A result that stands already (a skip,
 *     a failure on the way) stays.
 *
 * A pass has to be earned, see verdict_is_conclusive(). Below the floors nothing is
 * proven.
 */
void verdict_judge(struct torture *t)
{
	double seconds = t->stats.elapsed_ms / 1000.0 - t->excluded_s;

	/* A violation outranks what else went wrong; an expected one does not. */
	if (t->stats.violations &&
	    (!t->expected_oracles || (t->result == TORTURE_UNDECIDED &&
				      (verdict_caught(t) || first_unexpected(t))))) {
		judge_violated(t);
		return;
	}
	if (t->result != TORTURE_UNDECIDED)
		return;
	if (!t->stats.violations && t->stats.verdict_fail)
		decide(t, TORTURE_FAIL,
		       "the module's verdict is fail, without a violation");
	else if (!moved_enough(t))
		decide(t, TORTURE_INCONCLUSIVE,
		       "inconclusive: %llu migrations of folios with buffers (at least %.0f needed), %llu exposures (at least %.0f needed), %llu window exposures (at least %.0f needed) in %.1f s",
		       torture_migrations(t),
		       least(t->floors.migrations_per_s, verdict_asked_s(t)),
		       torture_exposures(t),
		       least(t->floors.exposures_per_s, verdict_asked_s(t)),
		       t->stats.window_exposures,
		       least(t->floors.window_exposures_per_s, verdict_asked_s(t)), seconds);
	else if (!moved_enough_large(t))
		decide(t, TORTURE_INCONCLUSIVE,
		       "inconclusive: %llu migrations of folios of several pages (at least %.0f needed) in %.1f s",
		       t->stats.large, t->floors.large_per_s * verdict_asked_s(t), seconds);
	else if (!referenced_enough(t))
		decide(t, TORTURE_INCONCLUSIVE,
		       "inconclusive: %llu references held or refused during a migration (at least %.0f needed) in %.1f s",
		       references_asked(t), t->floors.references_per_s * verdict_asked_s(t),
		       seconds);
	else if (unmet_steering(t))
		decide(t, TORTURE_INCONCLUSIVE, "inconclusive: %s %s in %.1f s",
		       unmet_steering(t), is_armed(t, unmet_steering(t)) ?
		       "met nothing" : "is not armed", seconds);
	else if (t->expected_oracles)
		decide(t, TORTURE_FAIL,
		       "strategy %s not caught in %llu migrations, %llu exposures, %.1f s",
		       t->strategy, torture_migrations(t), torture_exposures(t), seconds);
	else
		decide(t, TORTURE_PASS,
		       "no violation in %llu exposures, %llu window exposures: less than %.2g per window exposure at 95 %%",
		       torture_exposures(t), t->stats.window_exposures,
		       verdict_bound(t->stats.window_exposures));
}
