// SPDX-License-Identifier: GPL-2.0
/*
 * Hold and wait times as histograms in the kernel: no event is recorded, so that a
 * long run costs no more memory than a short one.
 *
 * Per function, hist triggers on its probes hand the time from one to the next to
 * a synthetic event, hold_<function> or wait_<function>, by the thread's pid: a
 * thread has one private_lock at a time. A variable that is read in a difference
 * is cleared, so that no release is counted twice.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hold.h"

#define INSTANCE	"instances/" HOLD_INSTANCE "/"
#define THREADS		"size=2048"	/* pids seen while recording */

/* Fine where most holds are, coarse beyond: a full map would lose the longest. */
#define FINE_BELOW_NS	200000
#define FINE_BUCKET	"100"
#define FINE_SIZE	"4096"
#define COARSE_BUCKET	"10000"
#define COARSE_SIZE	"4096"

/**
 * histograms_possible() - Can this kernel do it (CONFIG_HIST_TRIGGERS)?
 */
bool histograms_possible(void)
{
	return trace_has("synthetic_events") && trace_has("events/sched/sched_switch/hist");
}

static void set_trigger(const char *system, const char *event, const char *what)
{
	char *file = text(INSTANCE "events/%s/%s/trigger", system, event);

	if (trace_append(file, "%s", what)) {
		char *log = trace_get(INSTANCE "error_log");

		say("%s", log ? log : "");
		die("the kernel refuses the trigger '%s' of %s: %s", what, event,
		    strerror(errno));
	}
	free(file);
}

/* " if lock == 0x...", for an event that is to be seen for one lock only. */
static char *condition(const struct site *site, const struct functions *functions,
		       uint64_t lock)
{
	if (!lock || !site->fetch[0])
		return text("%s", "");
	return text(" if %s == 0x%llx", site->base ? "base" : "lock",
		    (unsigned long long)lock - (site->base ? functions->lock_offset : 0));
}

static void create_distribution(const char *kind, const char *function)
{
	char *event = text("%s_%s", kind, function);
	char *file = text(INSTANCE "events/synthetic/%s/trigger", event);

	if (trace_append("synthetic_events", "%s u64 ns", event))
		die("the kernel refuses the synthetic event %s: %s", event, strerror(errno));
	if (trace_append(file, "hist:keys=ns.buckets=" FINE_BUCKET ":vals=ns:sort=ns:size="
			 FINE_SIZE " if ns < %d", FINE_BELOW_NS)) {
		/* Before 5.14 there are only powers of two. */
		set_trigger("synthetic", event, "hist:keys=ns.log2:vals=ns:sort=ns:size=128");
	} else {
		char *coarse = text("hist:keys=ns.buckets=" COARSE_BUCKET
				    ":vals=ns:sort=ns:size=" COARSE_SIZE " if ns >= %d",
				    FINE_BELOW_NS);

		set_trigger("synthetic", event, coarse);
		free(coarse);
	}
	free(event);
	free(file);
}

static void create_want(const struct functions *functions, const struct function *function,
			size_t f, const struct wanted *wanted)
{
	const struct site *site;
	char *event, *what, *where;
	int n;

	for (n = 1; (event = probe_event(function, PROBE_WANT, n, &site)); n++) {
		where = condition(site, functions, wanted->lock);
		what = text("hist:keys=common_pid:w%zu=common_timestamp:clock=mono:" THREADS "%s",
			    f, where);
		set_trigger(HOLD_GROUP, event, what);
		free(event);
		free(what);
		free(where);
	}
}

static void create_acquired(const struct functions *functions,
			    const struct function *function, size_t f,
			    const struct wanted *wanted)
{
	const struct site *site;
	char *event, *what, *where;
	int n;

	for (n = 1; (event = probe_event(function, PROBE_ACQUIRED, n, &site)); n++) {
		where = condition(site, functions, wanted->lock);
		if (wanted->waits)
			what = text("hist:keys=common_pid:a%zu_%d=common_timestamp,d%zu_%d=common_timestamp-$w%zu:clock=mono:"
				    THREADS ":onmatch(" HOLD_GROUP ".want_%s_1).wait_%s($d%zu_%d)%s",
				    f, n, f, n, f, function->name, function->name, f, n, where);
		else
			what = text("hist:keys=common_pid:a%zu_%d=common_timestamp:clock=mono:"
				    THREADS "%s", f, n, where);
		set_trigger(HOLD_GROUP, event, what);
		free(event);
		free(what);
		free(where);
	}
}

/* One trigger per event that may have begun the hold. */
static void create_released(const struct functions *functions,
			    const struct function *function, size_t f,
			    const struct wanted *wanted)
{
	char *event, *acquired, *what, *where;
	const struct site *site;
	int n, m;

	for (n = 1; (event = probe_event(function, PROBE_RELEASED, n, &site)); n++) {
		where = condition(site, functions, wanted->lock);
		for (m = 1; (acquired = probe_event(function, PROBE_ACQUIRED, m, NULL)); m++) {
			what = text("hist:keys=common_pid:h%zu_%d_%d=common_timestamp-$a%zu_%d:clock=mono:"
				    THREADS ":onmatch(" HOLD_GROUP ".%s).hold_%s($h%zu_%d_%d)%s",
				    f, n, m, f, m, acquired, function->name, f, n, m, where);
			set_trigger(HOLD_GROUP, event, what);
			free(acquired);
			free(what);
		}
		free(event);
		free(where);
	}
}

/**
 * histograms_arm() - Set the triggers on the probes, which arms them.
 * @functions: The functions, their probes defined.
 * @wanted: What was asked for.
 */
void histograms_arm(const struct functions *functions, const struct wanted *wanted)
{
	size_t f;

	for (f = 0; f < functions->count; f++) {
		const struct function *function = &functions->list[f];

		if (!probe_wanted(function, wanted))
			continue;
		if (wanted->waits)
			create_want(functions, function, f, wanted);
		create_acquired(functions, function, f, wanted);
		create_released(functions, function, f, wanted);
	}
}

/**
 * histograms_create() - Make the histograms, and arm the probes.
 * @functions: The functions, their probes defined.
 * @wanted: What was asked for.
 */
void histograms_create(const struct functions *functions, const struct wanted *wanted)
{
	size_t f;

	for (f = 0; f < functions->count; f++) {
		const struct function *function = &functions->list[f];

		if (!probe_wanted(function, wanted))
			continue;
		create_distribution("hold", function->name);
		if (wanted->waits)
			create_distribution("wait", function->name);
	}
	histograms_arm(functions, wanted);
}

static void dump(FILE *out, const char *kind, const char *function)
{
	char *file = text(INSTANCE "events/synthetic/%s_%s/hist", kind, function);
	char *hist = trace_get(file);

	fprintf(out, "# event: synthetic/%s_%s\n%s\n", kind, function, hist ? hist : "");
	free(hist);
	free(file);
}

/* Threads beyond the map's size were not measured: how often. */
static unsigned long long count_lost(const struct function *function)
{
	unsigned long long dropped, sum = 0;
	char *event, *file, *hist, *at;
	int n;

	for (n = 1; (event = probe_event(function, PROBE_ACQUIRED, n, NULL)); n++) {
		file = text(INSTANCE "events/" HOLD_GROUP "/%s/hist", event);
		hist = trace_get(file);
		for (at = hist; at && (at = strstr(at, "Dropped: ")); at++)
			if (sscanf(at, "Dropped: %llu", &dropped) == 1)
				sum += dropped;
		free(event);
		free(file);
		free(hist);
	}
	return sum;
}

/**
 * histograms_disarm() - Remove the triggers on the probes; what was counted stays.
 * @functions: The functions.
 * @wanted: What was asked for.
 */
void histograms_disarm(const struct functions *functions, const struct wanted *wanted)
{
	size_t f;

	for (f = 0; f < functions->count; f++)
		if (probe_wanted(&functions->list[f], wanted))
			functions->list[f].lost += count_lost(&functions->list[f]);
	if (clean_triggers())
		die("cannot disarm the probes: the kernel keeps their triggers");
}

static void dump_lost(FILE *out, const struct function *function)
{
	unsigned long long lost = function->lost + count_lost(function);

	if (lost)
		fprintf(out, "# lost: %s: %llu acquisitions of threads beyond the map's size\n",
			function->name, lost);
}

/**
 * histograms_dump() - Write what was counted so far.
 * @out: Where to.
 * @functions: The functions.
 * @wanted: What was asked for.
 */
void histograms_dump(FILE *out, const struct functions *functions,
		     const struct wanted *wanted)
{
	size_t f;

	for (f = 0; f < functions->count; f++) {
		const struct function *function = &functions->list[f];

		if (!probe_wanted(function, wanted))
			continue;
		dump_lost(out, function);
		dump(out, "hold", function->name);
		if (wanted->waits)
			dump(out, "wait", function->name);
	}
}
