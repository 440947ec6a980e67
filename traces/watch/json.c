// SPDX-License-Identifier: GPL-2.0
/*
 * Everything for programs: a result.json with one test, which bht-report reads, and
 * what a watch knows more, in `watch`.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include <jansson.h>

#include "lib/tools.h"
#include "watch/json.h"
#include "watch/kernel.h"
#include "watch/probes.h"
#include "watch/symbols.h"
#include "watch/table.h"

static json_t *number(__u64 value)
{
	return json_integer(value);
}

static void set(json_t *object, const char *name, json_t *value)
{
	json_object_set_new(object, name, must(value));
}

static json_t *json_stack(struct watch_bpf *bpf, __s32 id)
{
	json_t *array = json_array();
	struct stack stack;
	size_t i;

	stack_read(&stack, bpf, id);
	for (i = 0; i < stack.nr; i++)
		json_array_append_new(array, json_string(stack.names[i]));
	stack_free(&stack);
	return array;
}

static json_t *json_histogram(const struct histogram *histogram)
{
	json_t *object = json_object(), *bins = json_array();
	size_t bin;

	set(object, "count", number(histogram->count));
	set(object, "p50_ns", number(histogram_quantile(histogram, 0.5)));
	set(object, "p90_ns", number(histogram_quantile(histogram, 0.9)));
	set(object, "p99_ns", number(histogram_quantile(histogram, 0.99)));
	set(object, "p999_ns", number(histogram_quantile(histogram, 0.999)));
	set(object, "max_ns", number(histogram->max_ns));
	set(object, "total_ns", number(histogram->total_ns));
	for (bin = 0; bin < HISTOGRAM_BINS; bin++)
		if (histogram->bins[bin])
			json_array_append_new(bins, json_pack("[I,I]", (json_int_t)bin_begin(bin),
							      (json_int_t)histogram->bins[bin]));
	set(object, "histogram", bins);
	return object;
}

static json_t *json_latency(const struct totals *totals)
{
	json_t *object = json_object();
	int kind;

	for (kind = 0; kind < KINDS; kind++)
		set(object, kind_names[kind], json_histogram(&totals->histograms[kind]));
	return object;
}

static json_t *json_counts(const struct counts *counts)
{
	json_t *object = json_object(), *refused = json_object();
	int i;

	set(object, "moved", number(counts->moved));
	set(object, "pages", number(counts->pages));
	set(object, "lru_dropped", number(counts->lru_dropped));
	set(object, "without_buffers", number(counts->without_buffers));
	for (i = 0; i < REFUSALS; i++)
		set(refused, refusal_names[i], number(counts->refused[i]));
	set(object, "refused", refused);
	return object;
}

/* One entry for each device, reason and stack. */
static json_t *json_migrations(const struct totals *totals, struct watch_bpf *bpf)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < totals->nr_rows; i++) {
		const struct count_row *row = &totals->rows[i];
		json_t *object = json_counts(&row->counts);

		set(object, "device", json_string(device_name(row->key.device)));
		set(object, "reason", json_string(reason_name(row->key.reason)));
		set(object, "of_file", json_boolean(row->key.of_file));
		set(object, "stack", json_stack(bpf, row->key.stack));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_nulls(const struct totals *totals, struct watch_bpf *bpf)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < totals->nr_nulls; i++) {
		json_t *object = json_object();

		set(object, "device", json_string(device_name(totals->nulls[i].key.device)));
		set(object, "count", number(totals->nulls[i].count));
		set(object, "stack", json_stack(bpf, totals->nulls[i].key.stack));
		json_array_append_new(array, object);
	}
	return array;
}

/* Of a thread: any bytes. */
static json_t *json_name(const char *name)
{
	json_t *string = json_string(name);

	return string ? string : json_string("?");
}

static json_t *json_event(const struct event *event, struct watch_bpf *bpf)
{
	json_t *object = json_object();

	set(object, "device", json_string(device_name(event->device)));
	set(object, "reason", json_string(reason_name(event->reason)));
	set(object, "index", number(event->index));
	set(object, "block", number(event->block));
	set(object, "begin_ns", number(event->begin_ns));
	set(object, "check_ns", number(event->check_ns));
	set(object, "late_ns", number(event->late_ns));
	set(object, "end_ns", number(event->end_ns));
	set(object, "migration_pid", number(event->migration_pid));
	set(object, "migration_stack", json_stack(bpf, event->migration_stack));
	set(object, "lookup_begin_ns", number(event->lookup_begin_ns));
	set(object, "lookup_end_ns", number(event->lookup_end_ns));
	set(object, "lookup_pid", number(event->lookup_pid));
	set(object, "lookup_comm", json_name(event->lookup_comm));
	set(object, "lookup_stack", json_stack(bpf, event->lookup_stack));
	set(object, "sleeping", json_boolean(event->sleeping));
	return object;
}

static json_t *json_races(const struct found *found)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < RACES_KEPT && i < found->nr_races; i++) {
		const struct race *race = &found->races[i];
		json_t *object = json_event(&race->event, found->bpf);

		set(object, "seen_by_count", json_boolean(race->event.seen & SEEN_COUNT));
		set(object, "seen_by_order", json_boolean(race->event.seen & SEEN_ORDER));
		set(object, "taker_seen", json_boolean(race->event.lookup_end_ns));
		set(object, "release_stack", race->has_release ?
		    json_stack(found->bpf, race->release.lookup_stack) : json_null());
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_stalls(const struct found *found)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < found->nr_stalls; i++) {
		const struct event *stall = &found->stalls[i];
		json_t *object = json_event(stall, found->bpf);

		set(object, "ns", number(stall->lookup_end_ns - stall->lookup_begin_ns));
		set(object, "same_folio", json_boolean(stall->same_folio));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *json_places(void)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < nr_places; i++)
		json_array_append_new(array, json_pack("{s:s,s:s?,s:s?}", "role", places[i].role,
						       "function", places[i].function,
						       "how", places[i].how));
	return array;
}

static json_t *json_watch(const struct totals *totals, const struct found *found)
{
	const struct scalars *s = &totals->scalars;
	json_t *object = json_object();

	set(object, "verdict", json_string(verdict_name(totals, found)));
	set(object, "races", number(found->nr_races));
	set(object, "ref_moved", number(found->nr_ref_moved));
	set(object, "judged", number(s->judged));
	set(object, "not_judged", number(s->not_judged + s->untaken));
	set(object, "check_seen", number(s->met_check));
	set(object, "release_seen", number(s->met_late));
	set(object, "false_nulls", number(s->false_nulls));
	set(object, "null_sleeping", number(s->null_sleeping));
	set(object, "window_lookups", number(s->window_lookups));
	set(object, "lost", number(s->lost + s->uncounted + s->events_lost));
	set(object, "migrate_flag", json_boolean(kernel_has_migrate_flag()));
	set(object, "all", json_counts(&totals->all));
	set(object, "migrations", json_migrations(totals, found->bpf));
	set(object, "nulls", json_nulls(totals, found->bpf));
	set(object, "race_list", json_races(found));
	set(object, "stalls", json_stalls(found));
	set(object, "probes", json_places());
	return object;
}

/**
 * write_json() - Write all of it; a failure ends the program.
 * @path: To this file, - is standard output.
 * @totals: All counts.
 * @found: What was found.
 * @seconds: How long the watch was.
 */
void write_json(const char *path, const struct totals *totals, const struct found *found,
		double seconds)
{
	const char *result = found->nr_races ? "fail" : "pass";
	bool to_stdout = !strcmp(path, "-");
	FILE *file = to_stdout ? stdout : fopen(path, "w");
	json_t *test = json_object(), *root;
	struct utsname kernel;

	if (!file)
		die(EXIT_ENVIRONMENT, "cannot write %s: %s", path, strerror(errno));
	uname(&kernel);
	set(test, "name", json_string("bht-watch"));
	set(test, "result", json_string(result));
	set(test, "seconds", json_real(seconds));
	set(test, "lookups", number(totals->scalars.lookups));
	set(test, "migrations", number(totals->all.moved));
	set(test, "latency", json_latency(totals));
	root = json_pack("{s:i,s:{s:s},s:s,s:[o],s:o}", "schema", 1, "kernel", "release",
			 kernel.release, "verdict", result, "tests", test, "watch",
			 json_watch(totals, found));
	if (json_dumpf(must(root), file, JSON_INDENT(1)) || fputc('\n', file) == EOF ||
	    (to_stdout ? fflush(file) : fclose(file)))
		die(EXIT_ENVIRONMENT, "cannot write %s: %s", path, strerror(errno));
	json_decref(root);
}
