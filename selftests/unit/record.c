// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests: the record of a run.
 */
#include <stdlib.h>
#include <string.h>

#include "record.h"
#include "stats.h"
#include "torture.h"
#include "unit.h"

static json_t *reread(struct torture *t)
{
	char *text = record_format(t);
	json_t *record = text ? json_loads(text, 0, NULL) : NULL;

	check(record && !strchr(text, '\n'), "a record is one line of JSON",
	      text ?: "none");
	free(text);
	stats_release(&t->stats);
	return record;
}

void test_record(void)
{
	static const char * const complaints[] = { "I/O error", NULL };
	json_int_t migrations = 0, ms = 0, count = 0;
	const char *name = "", *result = "";
	struct torture t;
	json_t *record;
	int brief;

	unit_judge(&t, unit_lost, false);
	record = reread(&t);
	json_unpack(record, "{s:s,s:s,s:I,s:{s:I},s:{s:I}}", "name", &name,
		    "result", &result, "migrations", &migrations, "violations",
		    "lost_update", &count, "first_violation", "ms", &ms);
	check(!strcmp(name, "unit.variant") && !strcmp(result, "fail") &&
	      migrations == 20000 && count == 3 && ms == 73,
	      "a failure's record has the violations and the first", result);
	json_decref(record);

	for (brief = 0; brief < 2; brief++) {
		unit_judge(&t, unit_clean, false);
		t.options.brief = brief;
		json_object_set_new(t.stats.json, "latency", json_object());
		record = reread(&t);
		check(!!json_object_get(record, "latency") != brief,
		      "a record has histograms unless it is to be brief", "");
		json_decref(record);
	}

	unit_judge(&t, unit_clean, false);
	t.provokes = complaints;
	record = reread(&t);
	check(json_array_size(json_object_get(record, "provokes")) == 1,
	      "a record says what its test makes the kernel complain of", "");
	json_decref(record);

	unit_judge(&t, unit_lost, true);
	record = reread(&t);
	check(!json_object_size(json_object_get(record, "violations")) &&
	      json_object_size(json_object_get(record,
					       "expected_violations")) == 2 &&
	      json_is_object(json_object_get(record, "first_violation")),
	      "a caught control's violations are expected ones", "");
	json_decref(record);

	torture_init(&t, "unit", NULL);
	torture_give_up(&t, TORTURE_SKIP, "needs \"quotes\"");
	record = reread(&t);
	check(json_is_null(json_object_get(record, "first_violation")) &&
	      !json_object_size(json_object_get(record, "violations")) &&
	      !strcmp(json_string_value(json_object_get(record, "result")),
		      "skip"),
	      "a skip has a whole record, too", "");
	json_decref(record);
}
