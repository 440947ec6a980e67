/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bht-report: what it reads and what it says, in one picture.
 *
 *   trace.dat   -> trace.c  \                   / text.c
 *   hold.hist   -> hist.c    > struct report  -<  json.c  (JSON, CSV)
 *   result.json -> run.c    /   of series       \ html.c, svg.c
 *                                  |
 *              budget.c and compare.c judge and compare its figures
 *
 * A series is what was measured of one holder (a kernel function) and one outcome
 * (the return code of the migration that it was part of); its durations are a
 * distribution (dist.c).
 */
#ifndef _BHT_REPORT_H
#define _BHT_REPORT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

/* Exit codes, as in scripts/lib/base.sh. */
#define EXIT_OK			0
#define EXIT_BUDGET		1	/* a --fail-if was met */
#define EXIT_INPUT		2	/* bad option, truncated or foreign file */
#define EXIT_ENVIRONMENT	3	/* no memory, cannot write */

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define NO_CALIBRATION		(-1)

/* Distributions: durations in ns, both ends of a bin belong to it. */
struct report_bin {
	uint64_t from, to;
	uint64_t count;
	uint64_t before;	/* in the bins before it, once sorted */
};

enum report_resolution {
	RESOLUTION_EXACT,	/* a bin is one value, or as good as (0.1 %) */
	RESOLUTION_LINEAR,	/* bins of equal width */
	RESOLUTION_LOG2,	/* (2^(k-1), 2^k] */
};

enum report_quantile { P50, P90, P99, P999, QUANTILES };

struct report_dist {
	struct report_bin *bins;
	size_t nr, room;
	bool sorted;
	uint64_t count;
	double sum_ns;
	uint64_t max_ns;
	enum report_resolution resolution;
	uint64_t width;			/* RESOLUTION_LINEAR */
	bool has_given;			/* whoever measured also knew these */
	double given[QUANTILES];
};

extern const double report_quantiles[QUANTILES];
extern const char * const report_quantile_names[QUANTILES];

void dist_add(struct report_dist *dist, uint64_t from, uint64_t to,
	      uint64_t count);
void dist_sort(struct report_dist *dist);
void dist_merge(struct report_dist *into, const struct report_dist *from);
void dist_free(struct report_dist *dist);
double quantile_rank(double part, double count);
double dist_rank(struct report_dist *dist, double rank);
double dist_quantile(struct report_dist *dist, enum report_quantile which);

/* The histogram of 2019: BUCKETS of one width, the last is open. */
#define BUCKETS		20

struct report_buckets {
	double edge[BUCKETS];		/* upper, ns; the last one's is unused */
	uint64_t count[BUCKETS];
	unsigned int nr;
};

void dist_buckets(struct report_dist *dist, uint64_t width,
		  struct report_buckets *buckets);

#define LOG2_BUCKETS	64

void dist_log2(struct report_dist *dist, uint64_t counts[LOG2_BUCKETS]);

/* What was measured */
enum report_what { WHAT_HOLD, WHAT_WAIT, WHAT_LATENCY, WHATS };

extern const char * const report_what_names[WHATS];

struct report_series {
	enum report_what what;
	char *holder;
	char *outcome;			/* NULL: no migration, or not known */
	struct report_dist dist;
};

/* A place on the timeline */
enum report_mark_kind { MARK_MIGRATION, MARK_HOLD, MARK_VIOLATION, MARK_RECORDING };

struct report_mark {
	uint64_t begin, end;		/* ns, of the recording's clock */
	enum report_mark_kind kind;
	int cpu;
	int pid;
	int rc;
	uint64_t index;			/* of the folio */
	const char *name;		/* function, oracle, test; the report's */
};

#define MARKS_MAX	(1024 * 1024)

struct report_strings {
	char **string;
	size_t nr;
};

struct report {
	char *path;
	char *label;			/* for people; the folder's name if not given */
	char *kernel;
	char *clock;
	double seconds;			/* recorded; 0: not known */
	long long calibration_ns;	/* what probes add to a hold */
	long long calibration_wait_ns;	/* and to a wait */
	bool net;			/* and has been taken off */
	uint64_t events, lost;
	struct report_series *series;
	size_t nr_series;
	struct report_mark *marks;
	size_t nr_marks, room_marks, dropped_marks;
	struct report_strings unmeasurable, notes, names;
	struct report_strings migration_side;	/* functions */
	json_t *result;			/* result.json, NULL without */
	json_t *tests;			/* those of all runs that were merged */
};

struct report *report_new(const char *path, const char *label);
void report_free(struct report *report);
struct report_series *report_series(struct report *report, enum report_what what,
				    const char *holder, const char *outcome);
struct report_series *report_find(struct report *report, enum report_what what,
				  const char *holder, const char *outcome);
void report_merged(struct report *report, enum report_what what,
		   const char *holder, struct report_dist *dist);
double report_share(const struct report *report, const struct report_dist *dist);
void report_order(struct report *report);
void report_take_off_probe(struct report *report);
const char *report_name(struct report *report, const char *name);
void report_mark(struct report *report, const struct report_mark *mark);
__printf(2, 3) void report_note(struct report *report, const char *format, ...);
void report_unmeasurable(struct report *report, const char *text);
void report_fact(struct report *report, const char *text);
const char *outcome_name(long long rc, char *buffer, size_t size);

/* Loading; on a bad file one line on stderr, then exit 2 */
void load_path(struct report *report, const char *path);
void load_trace(struct report *report, const char *path);
void load_hist(struct report *report, const char *path);
bool looks_like_trace(const char *path);
bool is_whole(const char *path);
bool looks_like_hist(const char *path);

/* join.c: from what probes say to holds and waits */
struct join;

struct join *join_new(struct report *report);
void join_free(struct join *join);
int join_function(struct join *join, const char *name);
const char *join_name(const struct join *join, int function);
bool join_is_probed(const struct join *join, int function);
void join_expect(struct join *join, int function, bool probed, bool returns);
void join_want(struct join *join, int pid, int function, uint64_t ts);
void join_acquired(struct join *join, int pid, int function, uint64_t ts);
void join_released(struct join *join, int pid, int function, uint64_t ts, int cpu);
void join_returned(struct join *join, int pid, int function, int rc);
void join_forget(struct join *join);
uint64_t join_unjoined(const struct join *join);

/* Numbers of a run that are not durations, from result.json */
struct report_rates {
	double seconds, lookups, migrations, refused, misses, false_nulls, violations;
	double huge_asked, huge_got;
	bool has_refused, has_misses, has_nulls;
};

enum report_scalar {
	SCALAR_LOOKUPS, SCALAR_MIGRATIONS, SCALAR_SUCCESS, SCALAR_HUGE,
	SCALAR_NULLS, SCALAR_MISSES, SCALAR_VIOLATIONS, SCALARS
};

struct report_scalar_info {
	const char *name;
	const char *title;
	int digits;
};

extern const struct report_scalar_info report_scalars[SCALARS];

void rates_add(struct report_rates *rates, json_t *test);
void report_rates(const struct report *report, struct report_rates *rates);
bool rates_scalar(const struct report_rates *rates, enum report_scalar which,
		  double *value);

/* Writing */
struct report_options {
	uint64_t bucket_ns;		/* 0: chosen */
	bool histograms;
};

void write_text(FILE *out, struct report *report,
		const struct report_options *options);
void write_json(FILE *out, struct report *report,
		const struct report_options *options);
void write_csv(FILE *out, struct report *report);
void write_html(FILE *out, struct report *report,
		const struct report_options *options);
void write_buckets(FILE *out, struct report_dist *dist, uint64_t width);
const char *report_verdict(const struct report *report);
void format_us(double ns, const struct report_dist *dist, char *buffer, size_t size);

/* The parts of the page: svg.c, timeline.c, closeup.c */
void html_text(FILE *out, const char *text);
void format_duration(double ns, char *text, size_t size);
void svg_histogram(FILE *out, struct report *report, enum report_what what,
		   const char *holder);
void svg_timeline(FILE *out, struct report *report);
void svg_closeup(FILE *out, struct report *report);

/* Comparing */
struct report_interval {
	bool known;
	double ratio, low, high;	/* 95 % */
};

struct report_random {
	uint64_t state;
};

void compare_quantile(struct report_dist *base, struct report_dist *other,
		      double q, struct report_random *random,
		      struct report_interval *interval);
void compare_text(FILE *out, struct report **reports, size_t nr);
void compare_json(FILE *out, struct report **reports, size_t nr);

/* Budgets */
struct report_budget;

extern const char budget_grammar[];

struct report_budget *budget_parse(const char *text, char *reason, size_t size);
int budget_judge(const struct report_budget *budget, struct report *report,
		 FILE *out);
void budget_free(struct report_budget *budget);

/* tools.c */
__printf(2, 3) __noreturn void die(int status, const char *format, ...);
void *must(void *memory);
char *copy(const char *text);
__printf(1, 2) char *printed(const char *format, ...);
__printf(1, 0) char *vprinted(const char *format, va_list arguments);
void strings_add(struct report_strings *strings, char *string);
bool strings_have(const struct report_strings *strings, const char *string);
void strings_free(struct report_strings *strings);

#endif
