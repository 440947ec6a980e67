// SPDX-License-Identifier: GPL-2.0
/*
 * What bht-watch knows more than a result.json has: the verdict with how its moments were
 * seen, who moved folios of which device and what refused, races and stalls with both
 * stacks. They become notes, which every format shows.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/facts.h"
#include "report/watch.h"

static const char *text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "?";
}

static long long number_of(json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* The names, innermost first; freed by who asked. */
static char *stack_text(json_t *stack)
{
	char *all = copy(""), *longer;
	json_t *name;
	size_t i;

	json_array_foreach(stack, i, name) {
		if (!json_is_string(name))
			continue;
		longer = printed("%s%s%s", all, i ? " < " : "", json_string_value(name));
		free(all);
		all = longer;
	}
	return all;
}

static char *refused_text(json_t *refused)
{
	char *all = copy(""), *longer;
	const char *why;
	json_t *count;

	json_object_foreach(refused, why, count) {
		if (!json_integer_value(count))
			continue;
		longer = printed("%s%s%s %lld", all, *all ? ", " : "", why,
				 (long long)json_integer_value(count));
		free(all);
		all = longer;
	}
	return all;
}

static void note_migrations(struct report *report, json_t *migrations)
{
	json_t *row;
	size_t i;

	json_array_foreach(migrations, i, row) {
		char *refused = refused_text(json_object_get(row, "refused"));
		char *stack = stack_text(json_object_get(row, "stack"));

		report_note(report, "%s, %s: %lld moved, refused: %s; by %s",
			    text_of(row, "device"), text_of(row, "reason"),
			    number_of(row, "moved"), *refused ? refused : "none", stack);
		free(refused);
		free(stack);
	}
}

/* Both stacks of a race, or of a stall. */
static void note_events(struct report *report, json_t *events, const char *what)
{
	json_t *event;
	size_t i;

	json_array_foreach(events, i, event) {
		char *lookup = stack_text(json_object_get(event, "lookup_stack"));
		char *migration = stack_text(json_object_get(event, "migration_stack"));

		report_note(report, "%s: block %lld of %s, %lld ns; looked up by %s: %s; moved (%s) by %s",
			    what, number_of(event, "block"), text_of(event, "device"),
			    number_of(event, "lookup_end_ns") - number_of(event, "lookup_begin_ns"),
			    text_of(event, "lookup_comm"), *lookup ? lookup : "not seen",
			    text_of(event, "reason"), migration);
		free(lookup);
		free(migration);
	}
}

static void note_nulls(struct report *report, json_t *nulls)
{
	json_t *row;
	size_t i;

	json_array_foreach(nulls, i, row) {
		char *stack = stack_text(json_object_get(row, "stack"));

		report_note(report, "%lld false NULLs on %s, got by %s", number_of(row, "count"),
			    text_of(row, "device"), stack);
		free(stack);
	}
}

/**
 * load_watch() - Add what a watch has found as notes.
 * @report: The report.
 * @watch: `watch` of its JSON, or NULL.
 */
void load_watch(struct report *report, json_t *watch)
{
	if (!json_is_object(watch))
		return;
	report_note(report, "bht-watch: %s; %lld races, %lld ref_moved, %lld migrations judged, %lld not judged, %lld lost",
		    text_of(watch, "verdict"), number_of(watch, "races"),
		    number_of(watch, "ref_moved"), number_of(watch, "judged"),
		    number_of(watch, "not_judged"), number_of(watch, "lost"));
	note_events(report, json_object_get(watch, "race_list"), "race");
	note_migrations(report, json_object_get(watch, "migrations"));
	note_nulls(report, json_object_get(watch, "nulls"));
	note_events(report, json_object_get(watch, "stalls"), "stall");
}
