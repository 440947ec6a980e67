// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a run folder: result.json, trace.dat and hold.hist. Or one file of these.
 *
 * A recording knows each hold, a histogram only its bin. But a histogram loses
 * nothing. With both, the recording counts unless it lost events.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/tools.h"
#include "report/contention.h"
#include "report/events.h"
#include "report/facts.h"
#include "report/hist.h"
#include "report/merge.h"
#include "report/result.h"
#include "report/run.h"
#include "report/trace.h"
#include "report/whole.h"

static bool has_holds(const struct report *report)
{
	size_t i;

	for (i = 0; i < report->nr_series; i++)
		if (report->series[i].what != WHAT_LATENCY && report->series[i].dist.count)
			return true;
	return false;
}

/* Each source has a report of its own at first: the holds of one of them count. */
static struct report *load_part(const char *path, const char *test,
				void (*load)(struct report *, const char *))
{
	struct report *part = report_new(path, test);

	load(part, path);
	return part;
}

/* What was measured from outside: exact.hist, exact-2.hist and so on, a torture each. */
static struct report *load_exact(const char *folder, const char *test)
{
	struct report *all = NULL, *one;
	char *path;
	int i;

	for (i = 1; ; i++) {
		path = i == 1 ? printed("%s/exact.hist", folder) :
				printed("%s/exact-%d.hist", folder, i);
		if (access(path, F_OK)) {
			free(path);
			return all;
		}
		one = load_part(path, test, load_hist);
		free(path);
		path = i == 1 ? printed("%s/exact.json", folder) :
				printed("%s/exact-%d.json", folder, i);
		if (!access(path, F_OK))
			contention_load(one, path);
		free(path);
		path = i == 1 ? printed("%s/exact.events", folder) :
				printed("%s/exact-%d.events", folder, i);
		if (!access(path, F_OK))
			events_load(one, path);
		free(path);
		if (all) {
			merge_series(all, one);
			merge_rest(all, one);
			report_free(one);
		} else {
			all = one;
		}
	}
}

/* What was recorded of one test, or of all: trace.dat and hold.hist of a folder. */
static bool load_recording(struct report *report, const char *folder, const char *test)
{
	struct report *recorded = NULL, *counted = NULL, *chosen, *exact;
	char *trace = printed("%s/trace.dat", folder);
	char *hist = printed("%s/hold.hist", folder);
	bool found;

	if (!access(trace, F_OK)) {
		if (!looks_like_trace(trace))
			die(EXIT_INPUT, "%s: not a trace.dat", trace);
		recorded = load_part(trace, test, load_trace);
	}
	if (!access(hist, F_OK))
		counted = load_part(hist, test, load_hist);
	chosen = recorded && has_holds(recorded) &&
		 !(recorded->lost && counted && has_holds(counted)) ? recorded : counted;
	if (recorded && counted && has_holds(recorded) && has_holds(counted))
		report_note(report, "holds and waits are from %s",
			    chosen == recorded ? "trace.dat, where each one is exact" :
			    "hold.hist, as trace.dat lost events");
	if (!chosen)
		chosen = recorded;
	exact = load_exact(folder, test);
	if (exact && chosen)
		report_note(report, "holds and waits are from exact.hist: those of bht-hold contain its probes");
	if (exact)
		chosen = exact;
	if (chosen)
		merge_series(report, chosen);
	found = recorded || counted || exact;
	if (exact) {
		merge_rest(report, exact);
		report_free(exact);
	}
	if (recorded) {
		merge_rest(report, recorded);
		report_free(recorded);
	}
	if (counted) {
		merge_rest(report, counted);
		report_free(counted);
	}
	free(trace);
	free(hist);
	return found;
}

/* Each test variant has a recording of its own, in results/. */
static bool load_recordings(struct report *report, const char *folder)
{
	char *results = printed("%s/results", folder);
	struct dirent **entries;
	int i, nr = scandir(results, &entries, NULL, alphasort);
	bool found = false;

	for (i = 0; i < nr; i++) {
		char *test = printed("%s/%s", results, entries[i]->d_name);

		if (entries[i]->d_name[0] != '.')
			found |= load_recording(report, test, entries[i]->d_name);
		free(test);
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
	free(results);
	/* Links to the last of those. */
	return found || load_recording(report, folder, "recording");
}

static void load_folder(struct report *report, const char *folder)
{
	char *result = printed("%s/result.json", folder);
	bool found = !access(result, F_OK);

	if (found)
		load_result(report, result);
	found |= load_recordings(report, folder);
	if (!found)
		die(EXIT_INPUT, "%s: not a run folder: no result.json, trace.dat or hold.hist in it",
		    folder);
	free(result);
}

static bool looks_like_result(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && !strcmp(dot, ".json");
}

/**
 * load_path() - Read a run folder, a trace.dat, a dump of histograms, a result.json.
 * @report: The report, added to.
 * @path: Of either.
 */
void load_path(struct report *report, const char *path)
{
	struct stat status;

	if (stat(path, &status))
		die(EXIT_INPUT, "%s: %s", path, strerror(errno));
	if (S_ISDIR(status.st_mode))
		load_folder(report, path);
	else if (!S_ISREG(status.st_mode))
		die(EXIT_INPUT, "%s: neither a file nor a run folder", path);
	else if (looks_like_trace(path))
		load_trace(report, path);
	else if (looks_like_hist(path))
		load_hist(report, path);
	else if (looks_like_result(path))
		load_result(report, path);
	else
		die(EXIT_INPUT, "%s: neither a trace.dat, nor a dump of histograms, nor a result.json",
		    path);
}
