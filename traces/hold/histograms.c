// SPDX-License-Identifier: GPL-2.0
/*
 * Hold and wait times as histograms in the kernel: no event is recorded, so that a
 * long run costs no more memory than a short one.
 *
 * Each function has two synthetic events, hold_<function> and wait_<function>. Hist
 * triggers on its probes hand them the time from one probe to the next. They go by
 * the thread's pid: a thread has one private_lock at a time. A variable that is read
 * in a difference is cleared, so that no release is counted twice.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hold/histograms.h"
#include "hold/instance.h"
#include "hold/names.h"
#include "hold/probes.h"
#include "hold/triggers.h"
#include "lib/tools.h"

#define THREADS		"size=2048"	/* pids seen while recording */

/* Fine bins where most holds are, coarse ones beyond: a full map would lose the longest. */
#define FINE_BELOW_NS	200000
#define FINE_BUCKET	"100"
#define FINE_SIZE	"4096"
#define COARSE_BUCKET	"10000"
#define COARSE_SIZE	"4096"

/* Per function: acquisitions that were not measured, while armed before. */
static unsigned long long *lost;

/**
 * histograms_possible() - Can this kernel do it (CONFIG_HIST_TRIGGERS)?
 */
bool histograms_possible(void)
{
	return tracefs_file_exists(NULL, "synthetic_events") &&
	       tracefs_event_file_exists(NULL, "sched", "sched_switch", "hist");
}

/* " if lock == 0x...", for a recording of one lock only. */
static char *condition(const struct site *site, const struct functions *functions,
		       uint64_t lock)
{
	if (!lock || !site->fetch[0])
		return copy("");
	return printed(" if %s == 0x%llx", site->base ? "base" : "lock",
		       (unsigned long long)lock - (site->base ? functions->lock_offset : 0));
}

static void create_distribution(const char *kind, const char *function)
{
	char *event = printed("%s_%s", kind, function);
	char *definition = printed("%s u64 ns", event);
	char *fine = printed("hist:keys=ns.buckets=" FINE_BUCKET ":vals=ns:sort=ns:size="
			     FINE_SIZE " if ns < %d", FINE_BELOW_NS);
	char *coarse = printed("hist:keys=ns.buckets=" COARSE_BUCKET ":vals=ns:sort=ns:size="
			       COARSE_SIZE " if ns >= %d", FINE_BELOW_NS);

	if (tracefs_instance_file_append(NULL, "synthetic_events", definition) < 0)
		die(EXIT_ENVIRONMENT, "the kernel refuses the synthetic event %s: %s", event,
		    strerror(errno));
	/* Before 5.14 there are only powers of two. */
	if (tracefs_event_file_append(instance_get(), "synthetic", event, "trigger", fine) < 0)
		trigger_set("synthetic", event, "hist:keys=ns.log2:vals=ns:sort=ns:size=128");
	else
		trigger_set("synthetic", event, coarse);
	free(event);
	free(definition);
	free(fine);
	free(coarse);
}

static void create_want(const struct functions *functions, const struct function *function,
			size_t f, const struct wanted *wanted)
{
	const struct site *site;
	char *event, *what, *where;
	int n;

	for (n = 1; (event = probe_event(function, PROBE_WANT, n, &site)); n++) {
		where = condition(site, functions, wanted->lock);
		what = printed("hist:keys=common_pid:w%zu=common_timestamp:clock=mono:" THREADS "%s",
			       f, where);
		trigger_set(HOLD_GROUP, event, what);
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
			what = printed("hist:keys=common_pid:a%zu_%d=common_timestamp,d%zu_%d=common_timestamp-$w%zu:clock=mono:"
				       THREADS ":onmatch(" HOLD_GROUP ".want_%s_1).wait_%s($d%zu_%d)%s",
				       f, n, f, n, f, function->name, function->name, f, n, where);
		else
			what = printed("hist:keys=common_pid:a%zu_%d=common_timestamp:clock=mono:"
				       THREADS "%s", f, n, where);
		trigger_set(HOLD_GROUP, event, what);
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
			what = printed("hist:keys=common_pid:h%zu_%d_%d=common_timestamp-$a%zu_%d:clock=mono:"
				       THREADS ":onmatch(" HOLD_GROUP ".%s).hold_%s($h%zu_%d_%d)%s",
				       f, n, m, f, m, acquired, function->name, f, n, m, where);
			trigger_set(HOLD_GROUP, event, what);
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

	free(lost);
	lost = allocate(functions->count * sizeof(*lost));
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
	char *event = printed("%s_%s", kind, function);
	char *hist = tracefs_event_file_read(instance_get(), "synthetic", event, "hist", NULL);

	fprintf(out, "# event: synthetic/%s\n%s\n", event, hist ? hist : "");
	free(hist);
	free(event);
}

/* How many acquisitions were not measured, as their threads did not fit into the map. */
static unsigned long long count_lost(const struct function *function)
{
	unsigned long long dropped, sum = 0;
	char *event, *hist, *at;
	int n;

	for (n = 1; (event = probe_event(function, PROBE_ACQUIRED, n, NULL)); n++) {
		hist = tracefs_event_file_read(instance_get(), HOLD_GROUP, event, "hist", NULL);
		for (at = hist; at && (at = strstr(at, "Dropped: ")); at++)
			if (sscanf(at, "Dropped: %llu", &dropped) == 1)
				sum += dropped;
		free(event);
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
			lost[f] += count_lost(&functions->list[f]);
	if (triggers_remove(instance_get(), HOLD_GROUP))
		die(EXIT_ENVIRONMENT, "cannot disarm the probes: the kernel keeps their triggers");
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
	unsigned long long not_measured;
	size_t f;

	for (f = 0; f < functions->count; f++) {
		const struct function *function = &functions->list[f];

		if (!probe_wanted(function, wanted))
			continue;
		not_measured = lost[f] + count_lost(function);
		if (not_measured)
			fprintf(out, "# lost: %s: %llu acquisitions of threads beyond the map's size\n",
				function->name, not_measured);
		dump(out, "hold", function->name);
		if (wanted->waits)
			dump(out, "wait", function->name);
	}
}
