// SPDX-License-Identifier: GPL-2.0
/*
 * The one line of JSON that reports a run.
 */
#include <stdio.h>
#include <stdlib.h>

#include "record.h"
#include "verdict.h"

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

static json_t *strings(const char * const *texts)
{
	json_t *array = json_array();

	while (*texts)
		json_array_append_new(array, json_string(*texts++));
	return array;
}

static void set_from_stats(json_t *record, const struct torture *t,
			   const char *key)
{
	json_t *value = json_object_get(t->stats.json, key);

	if (value)
		json_object_set(record, key, value);
}

/* One of the test itself, beside those of the module. */
static void set_own_oracle(json_t *record, const struct torture *t)
{
	json_t *violations = json_object_get(record, "violations");

	json_object_set_new(violations, t->oracle, json_integer(1));
	if (!t->stats.violations)
		json_object_set_new(record, "first_violation",
				    json_pack("{ss sI sI}", "oracle", t->oracle, "ms",
					      (json_int_t)t->oracle_ms, "migrations",
					      (json_int_t)torture_migrations(t)));
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

	record = json_pack("{s:s,s:s,s:s,s:s,s:f,s:I,s:I,s:I,s:I}", "name", t->name,
			   "strategy", t->strategy, "result",
			   result_name(t->result), "reason", t->reason,
			   "seconds", t->seconds, "lookups",
			   (json_int_t)t->stats.lookups, "migrations",
			   (json_int_t)torture_migrations(t), "exposures",
			   (json_int_t)torture_exposures(t), "window_exposures",
			   (json_int_t)t->stats.window_exposures);
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
	if (!t->stats.violations && t->stats.window_exposures)
		json_object_set_new(record, "bound_per_exposure",
				    json_real(verdict_bound(t->stats.window_exposures)));
	if (t->module_verdict && *t->module_verdict)
		json_object_set_new(record, "module_verdict", json_string(t->module_verdict));
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
		json_object_set_new(record, "large", json_integer(t->stats.large));
		set_from_stats(record, t, "moves");
		set_from_stats(record, t, "armed");
		if (!t->options.brief)
			set_from_stats(record, t, "latency");
		json_object_set(record, "callback_typical_ns",
				json_object_get(migrations, "typical_ns"));
	}
	if (t->provokes)
		json_object_set_new(record, "provokes", strings(t->provokes));
	json_object_set_new(record, "seed", json_integer(t->options.seed));
	if (t->oracle)
		set_own_oracle(record, t);
	if (t->extra)
		json_object_update(record, t->extra);
	text = json_dumps(record, JSON_COMPACT | JSON_PRESERVE_ORDER |
			  JSON_REAL_PRECISION(6));
	json_decref(violations);
	json_decref(record);
	return text;
}

/**
 * record_print() - Print the run's reason, and its record.
 * @t: The run, judged.
 */
void record_print(const struct torture *t)
{
	char *record = record_format(t);

	printf("# %s: %s\n", t->name, t->reason);
	printf("# bhtorture: %s\n", record ?: "{}");
	free(record);
}
