// SPDX-License-Identifier: GPL-2.0
/*
 * Reads histograms as tracefs prints them (events/.../hist), one or many in a file.
 * Before each is a line `# event: SYSTEM/NAME`. Before all is a header of
 * `# KEY: VALUE` lines, which say what the figures are worth.
 *
 * Keys that count are `ns`, exact, .hex, .log2 or .buckets=N, `insn`, of exact/, and
 * `ret`, the outcome. Others, as a lock's address, are added up. A histogram without its totals is
 * truncated; one that does not add up to them is damaged.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/facts.h"
#include "report/hist.h"

#define LINE_MAX_CHARS	(64 * 1024)
#define SLACK		8

struct hist {
	struct report *report;
	const char *path;
	unsigned long line;
	char *event;		/* of the histogram under way */
	bool begun, totals, skipped;
	int ns_base, ret_base;	/* of its keys: the kernel prints .hex without 0x */
	uint64_t hits, stated_hits;
};

static __noreturn void foreign(const struct hist *hist, const char *why)
{
	die(EXIT_INPUT, "%s: line %lu: %s", hist->path, hist->line, why);
}

static bool after(const char *line, const char *prefix, const char **rest)
{
	size_t length = strlen(prefix);

	if (strncmp(line, prefix, length))
		return false;
	*rest = line + length;
	return true;
}

static void finish_hist(struct hist *hist)
{
	if (hist->begun && !hist->totals)
		die(EXIT_INPUT, "%s: truncated: the histogram of %s has no totals",
		    hist->path, hist->event ?: "the event");
	/* While durations still come in, the two may differ a little. */
	if (hist->begun && !hist->skipped && fabs((double)hist->hits - hist->stated_hits) >
	    SLACK + hist->stated_hits / 100.0)
		die(EXIT_INPUT, "%s: damaged: the histogram of %s has %llu hits, its totals say %llu",
		    hist->path, hist->event ?: "the event",
		    (unsigned long long)hist->hits,
		    (unsigned long long)hist->stated_hits);
	hist->begun = false;
}

/* Is a field in a trigger's "keys=FIELD,FIELD:" or "vals=FIELD,FIELD:"? */
static bool has_field(const char *trigger, const char *list, const char *field)
{
	const char *at = strstr(trigger, list);
	size_t length;

	for (at = at ? at + strlen(list) : NULL; at; at += length + 1) {
		length = strcspn(at, ",:");
		if (length == strlen(field) && !strncmp(at, field, length))
			return true;
		if (at[length] != ',')
			return false;
	}
	return false;
}

/* "hist:keys=ns.hex,ret:vals=hitcount,ns:sort=ns:size=2048 [active]" */
static void on_trigger(struct hist *hist, const char *trigger)
{
	hist->ns_base = has_field(trigger, "keys=", "ns.hex") ? 16 : 10;
	hist->ret_base = has_field(trigger, "keys=", "ret.hex") ? 16 : 10;
	if (has_field(trigger, "vals=", "ns.hex"))
		foreign(hist, "sums in hexadecimal (vals=ns.hex) are not read: record vals=ns");
}

static void on_comment(struct hist *hist, const char *line)
{
	const char *rest;

	if (after(line, "# event: ", &rest)) {
		finish_hist(hist);
		free(hist->event);
		hist->event = copy(rest);
	} else if (after(line, "# event histogram", &rest)) {
		finish_hist(hist);
		hist->begun = true;
		hist->totals = false;
		hist->skipped = false;
		hist->ns_base = 10;
		hist->ret_base = 10;
		hist->hits = 0;
		hist->stated_hits = 0;
	} else if (after(line, "# trigger info: ", &rest)) {
		on_trigger(hist, rest);
	} else if (after(line, "# ", &rest)) {
		report_fact(hist->report, rest);
	}
}

/* "ns: ~ 2^13" or "ns: ~ 5000-9999" or "ns:       1234" or, with base 16, "ns: 4d2" */
static bool parse_ns(const char *text, int base, struct report_bin *bin,
		     enum report_resolution *resolution, uint64_t *width)
{
	unsigned long long from, to;
	unsigned int power;
	char *end;

	if (sscanf(text, " ~ 2^%u", &power) == 1 && power < 64) {
		bin->from = power ? (1ULL << (power - 1)) + 1 : 0;
		bin->to = 1ULL << power;
		*resolution = RESOLUTION_LOG2;
		return true;
	}
	if (sscanf(text, " ~ %llu-%llu", &from, &to) == 2 && from <= to) {
		bin->from = from;
		bin->to = to;
		*resolution = RESOLUTION_LINEAR;
		*width = to - from + 1;
		return true;
	}
	from = strtoull(text, &end, base);
	if (end == text || (*end != ' ' && *end != ','))
		return false;
	bin->from = from;
	bin->to = from;
	*resolution = RESOLUTION_EXACT;
	return true;
}

/* The value of "KEY:" in "{ KEY: VALUE, KEY: VALUE } hitcount: N", or NULL. */
static const char *value_of(const char *text, const char *key)
{
	size_t length = strlen(key);

	for (text = strstr(text, key); text; text = strstr(text + 1, key))
		if (text[length] == ':' && text[-1] == ' ')
			return text + length + 1;
	return NULL;
}

static void on_entry(struct hist *hist, char *line)
{
	char *end = strstr(line, "} hitcount:"), *values = end;
	enum report_what what = WHAT_HOLD;
	enum report_resolution resolution;
	const char *name, *ns, *ret, *sum;
	struct report_series *series;
	struct report_bin bin = { 0 };
	unsigned long long hits;
	uint64_t width = 0;
	char buffer[32];
	bool insn;

	if (!end && strstr(line, "hitcount (%):"))
		foreign(hist, "only per cent, no hits (hitcount.percent and nohitcount): record with hits");
	if (!hist->begun || hist->totals || !end || sscanf(end, "} hitcount: %llu", &hits) != 1)
		foreign(hist, "not a line of a histogram");
	*end = '\0';
	ns = value_of(line, "ns");
	insn = !ns;
	if (insn)
		ns = value_of(line, "insn");
	if (!ns) {
		/* A histogram of something else. */
		hist->skipped = true;
		return;
	}
	if (!parse_ns(ns, hist->ns_base, &bin, &resolution, &width))
		foreign(hist, "no duration in this line of a histogram");
	name = hist->event ?: hist->path;
	if (strrchr(name, '/'))
		name = strrchr(name, '/') + 1;
	if (after(name, "wait_", &name))
		what = WHAT_WAIT;
	else if (after(name, "latency_", &name))
		what = WHAT_LATENCY;
	else
		after(name, "hold_", &name);
	if (insn)
		what += WHAT_HOLD_INSN;
	ret = value_of(line, "ret");
	series = report_series(hist->report, what, name, !ret ? NULL :
			       outcome_name((int)strtoull(ret, NULL, hist->ret_base), buffer,
					    sizeof(buffer)));
	if (series->dist.resolution < resolution)
		series->dist.resolution = resolution;
	/* The narrowest bins count: rare long durations may be in wider ones. */
	if (width && (!series->dist.width || series->dist.width > width))
		series->dist.width = width;
	dist_add(&series->dist, bin.from, bin.to, hits);
	hist->hits += hits;
	/* With vals=ns the kernel adds up exactly. */
	sum = value_of(values + 1, "ns");
	if (sum)
		series->dist.sum_ns += strtod(sum, NULL) -
			(bin.from / 2.0 + bin.to / 2.0) * hits;
}

static void on_total(struct hist *hist, const char *line)
{
	unsigned long long value;

	if (sscanf(line, " Hits: %llu", &value) == 1)
		hist->stated_hits = value;
	/* The last line of a histogram. */
	if (sscanf(line, " Dropped: %llu", &value) == 1) {
		hist->totals = true;
		if (value)
			report_note(hist->report, "%s: %llu durations did not fit into the in-kernel histogram (size= too small)",
				    hist->event ?: hist->path, value);
	}
}

/**
 * looks_like_hist() - Does the file begin as a dump of histograms does?
 * @path: The file.
 */
bool looks_like_hist(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[256];
	bool is = false;
	int i;

	for (i = 0; file && i < 64 && !is && fgets(line, sizeof(line), file); i++) {
		if (line[0] != '#' && line[0] != '\n')
			break;
		is = !strncmp(line, "# event", 7) || !strncmp(line, "# calibration_ns", 16) ||
		     !strncmp(line, "# exact: ", 9);
	}
	if (file)
		fclose(file);
	return is;
}

/**
 * load_hist() - Read a dump of in-kernel histograms into the report.
 * @report: The report.
 * @path: The file. When it is truncated or foreign, this ends the program.
 */
void load_hist(struct report *report, const char *path)
{
	struct hist hist = { .report = report, .path = path };
	FILE *file = fopen(path, "r");
	size_t size = 0;
	char *line = NULL;
	ssize_t length;

	if (!file)
		die(EXIT_INPUT, "%s: %s", path, strerror(errno));
	while ((length = getline(&line, &size, file)) >= 0) {
		hist.line++;
		if (length > LINE_MAX_CHARS || memchr(line, '\0', length))
			foreign(&hist, "not text");
		if (line[length - 1] != '\n')
			die(EXIT_INPUT, "%s: truncated: its last line has no end", path);
		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#')
			on_comment(&hist, line);
		else if (line[0] == '{')
			on_entry(&hist, line);
		else if (line[0] == ' ' || line[0] == '\t')
			on_total(&hist, line);
		else if (line[0] && strcmp(line, "Totals:"))
			foreign(&hist, "not a line of a histogram");
	}
	if (ferror(file))
		die(EXIT_INPUT, "%s: cannot be read", path);
	finish_hist(&hist);
	free(hist.event);
	free(line);
	fclose(file);
}
