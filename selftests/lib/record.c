// SPDX-License-Identifier: GPL-2.0
/*
 * The verdict on a run, and the one line that reports it.
 *
 * Nothing here touches the machine: a run's numbers go in, a result with its
 * reason and a JSON record come out (unit/ tests it on any host).
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "torture.h"

/* Zero events in n trials: less than 3/n a trial at 95 % (rule of three). */
#define RULE_OF_THREE	3.0

const char *result_name(enum torture_result result)
{
	switch (result) {
	case TORTURE_PASS:
		return "pass";
	case TORTURE_INCONCLUSIVE:
		return "inconclusive";
	case TORTURE_SKIP:
		return "skip";
	default:
		return "fail";
	}
}

/**
 * record_bound() - What zero violations in so many exposures prove.
 * @exposures: Lookups of a block while its folio was in the migrate callback.
 *
 * Return: the violations per exposure that 95 % confidence leaves possible.
 */
double record_bound(unsigned long long exposures)
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
 * record_number() - One of the module's counters.
 * @t: The run, with a reading of its statistics.
 * @key: Its name in stats.json.
 *
 * Return: its value, 0 when there is none.
 */
unsigned long long record_number(const struct torture *t, const char *key)
{
	return json_integer_value(json_object_get(t->stats.json, key));
}

/**
 * record_caught() - Has one of the oracles fired that the run waits for?
 * @t: The run, with a reading of its statistics.
 *
 * Any, if the run expects none.
 */
bool record_caught(const struct torture *t)
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
 * record_stuck() - Is something stuck in the kernel, so that the run will not end?
 * @t: The run, with a reading of its statistics. One that waits for the oracle
 * provokes it, and knows how to end.
 */
bool record_stuck(const struct torture *t)
{
	json_t *violations = json_object_get(t->stats.json, "violations");

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
 * Lookups in the window for which it would have mattered. Where it is shut by a flag,
 * only who was early gets a reference; who asks later is refused, and that is the point.
 */
static unsigned long long references_asked(const struct torture *t)
{
	const char *era = json_string_value(json_object_get(t->stats.json, "era"));
	unsigned long long held = record_number(t, "references_held");

	return era && !strcmp(era, "flag") ? held + record_number(t, "references_refused") : held;
}

/**
 * record_asked_s() - For how many seconds are the floors?
 * @t: The run, with statistics.
 *
 * For the time that was asked for: a run that was given more, see torture_continue(),
 * is asked for no more.
 */
double record_asked_s(const struct torture *t)
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
	return torture_migrations(t) >= least(t->floors.migrations_per_s, record_asked_s(t)) &&
	       torture_exposures(t) >= least(t->floors.exposures_per_s, record_asked_s(t));
}

static bool referenced_enough(const struct torture *t)
{
	return references_asked(t) >= t->floors.references_per_s * record_asked_s(t);
}

/**
 * record_is_conclusive() - Has enough happened for a pass to mean something?
 * @t: The run, with statistics.
 *
 * Return: true if enough folios with buffers moved, and enough lookups met one
 * that was moving.
 */
bool record_is_conclusive(const struct torture *t)
{
	return moved_enough(t) && referenced_enough(t);
}

/**
 * record_judge() - Decide what a completed run means.
 * @t: The run, with its final statistics. A result that stands already (a skip,
 *     a failure on the way) stays.
 *
 * A pass has to be earned, see record_is_conclusive(). Below the floors nothing is
 * proven.
 */
void record_judge(struct torture *t)
{
	double seconds = t->stats.elapsed_ms / 1000.0 - t->excluded_s;

	/* A violation outranks what else went wrong; an expected one does not. */
	if (t->stats.violations &&
	    (!t->expected_oracles || (t->result == TORTURE_UNDECIDED &&
				      (record_caught(t) || first_unexpected(t))))) {
		judge_violated(t);
		return;
	}
	if (t->result != TORTURE_UNDECIDED)
		return;
	if (!t->stats.violations && !t->stats.verdict_pass)
		decide(t, TORTURE_FAIL,
		       "the module's verdict is fail, without a violation");
	else if (!moved_enough(t))
		decide(t, TORTURE_INCONCLUSIVE,
		       "inconclusive: %llu migrations of folios with buffers (at least %.0f needed), %llu exposures (at least %.0f needed) in %.1f s",
		       torture_migrations(t),
		       least(t->floors.migrations_per_s, record_asked_s(t)),
		       torture_exposures(t),
		       least(t->floors.exposures_per_s, record_asked_s(t)), seconds);
	else if (!referenced_enough(t))
		decide(t, TORTURE_INCONCLUSIVE,
		       "inconclusive: %llu references held or refused during a migration (at least %.0f needed) in %.1f s",
		       references_asked(t), t->floors.references_per_s * record_asked_s(t),
		       seconds);
	else if (t->expected_oracles)
		decide(t, TORTURE_FAIL,
		       "strategy %s not caught in %llu migrations, %llu exposures, %.1f s",
		       t->strategy, torture_migrations(t), torture_exposures(t), seconds);
	else
		decide(t, TORTURE_PASS,
		       "no violation in %llu exposures: less than %.2g per exposure at 95 %%",
		       torture_exposures(t), record_bound(torture_exposures(t)));
}

static json_t *fired(const struct torture *t)
{
	json_t *all = json_object_get(t->stats.json, "violations");
	json_t *some = json_object();
	const char *oracle;
	json_t *count;

	json_object_foreach(all, oracle, count)
		if (json_integer_value(count))
			json_object_set(some, oracle, count);
	return some;
}

/* How many migrations and milliseconds each oracle took to fire. */
static json_t *to_kill(const struct torture *t)
{
	json_t *all = json_object_get(t->stats.json, "first_by_oracle");
	json_t *kills = json_object();
	const char *oracle;
	json_t *first;

	json_object_foreach(all, oracle, first) {
		json_t *kill = json_object();

		json_object_set(kill, "ms", json_object_get(first, "ms"));
		json_object_set(kill, "migrations",
				json_object_get(first, "migrations"));
		json_object_set_new(kills, oracle, kill);
	}
	return kills;
}

static void set_from_stats(json_t *record, const struct torture *t,
			   const char *key)
{
	json_t *value = json_object_get(t->stats.json, key);

	if (value)
		json_object_set(record, key, value);
}

/**
 * record_format() - The run as one line of JSON.
 * @t: The run, judged.
 *
 * Return: the line, to be freed, or NULL without memory.
 */
char *record_format(const struct torture *t)
{
	json_t *first = json_object_get(t->stats.json, "first_violation");
	json_t *migrations = json_object_get(t->stats.json, "migrations");
	bool as_expected = t->expected_oracles && t->result == TORTURE_PASS;
	json_t *record, *violations = fired(t);
	char *text;

	record = json_pack("{s:s,s:s,s:s,s:s,s:f,s:I,s:I,s:I}", "name", t->name,
			   "strategy", t->strategy, "result",
			   result_name(t->result), "reason", t->reason,
			   "seconds", t->seconds, "lookups",
			   (json_int_t)t->stats.lookups, "migrations",
			   (json_int_t)torture_migrations(t), "exposures",
			   (json_int_t)torture_exposures(t));
	/*
	 * What a control was meant to provoke is no violation of the kernel's:
	 * whoever adds up violations must not find it under that name.
	 */
	json_object_set_new(record, "violations",
			    as_expected ? json_object() : json_incref(violations));
	if (as_expected)
		json_object_set(record, "expected_violations", violations);
	json_object_set(record, "first_violation", first ?: json_null());
	if (t->stats.violations)
		json_object_set_new(record, "to_kill", to_kill(t));
	if (!t->stats.violations && torture_exposures(t))
		json_object_set_new(record, "bound_per_exposure",
				    json_real(record_bound(torture_exposures(t))));
	if (t->stats.json) {
		set_from_stats(record, t, "era");
		set_from_stats(record, t, "block_size");
		set_from_stats(record, t, "null_lookups");
		set_from_stats(record, t, "null_atomic_tolerated");
		set_from_stats(record, t, "references_held");
		set_from_stats(record, t, "references_refused");
		set_from_stats(record, t, "io_errors");
		json_object_set(record, "refused",
				json_object_get(migrations, "refused"));
		set_from_stats(record, t, "moves");
		if (!t->options.brief)
			set_from_stats(record, t, "latency");
		json_object_set(record, "callback_typical_ns",
				json_object_get(migrations, "typical_ns"));
	}
	json_object_set_new(record, "seed", json_integer(t->options.seed));
	if (t->extra)
		json_object_update(record, t->extra);
	text = json_dumps(record, JSON_COMPACT | JSON_PRESERVE_ORDER |
			  JSON_REAL_PRECISION(6));
	json_decref(violations);
	json_decref(record);
	return text;
}
