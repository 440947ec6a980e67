/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is read and written: a report has series and marks.
 *
 * A series is what was measured of one holder (a kernel function) and one outcome
 * (the return code of the migration that it was part of). Its durations are a
 * distribution.
 *
 *   trace.dat   -> whole.c, trace.c, join.c  \                  / text.c, histogram_2019.c
 *   hold.hist   -> hist.c                     > struct report -<  json.c (JSON, CSV)
 *   result.json -> result.c, rates.c         /       |           \ html.c and what it draws
 *                                                    |
 *     run.c reads all of a run folder;     budget.c, compare.c judge and compare
 */
#ifndef _BHT_REPORT_REPORT_H
#define _BHT_REPORT_REPORT_H

#include <jansson.h>

#include "report/dist.h"
#include "report/strings.h"

#define NO_CALIBRATION		(-1)

/* What was measured: in ns, and in instructions. */
enum report_what {
	WHAT_HOLD, WHAT_WAIT, WHAT_LATENCY,
	WHAT_HOLD_INSN, WHAT_WAIT_INSN, WHAT_LATENCY_INSN,
	WHATS,
};

extern const char * const report_what_names[WHATS];

static inline bool what_is_insn(enum report_what what)
{
	return what >= WHAT_HOLD_INSN;
}

/* By what a figure was measured. */
enum report_measure {
	MEASURE_CLOCK,		/* with probes, preemption, and other noise in it */
	MEASURE_GUEST,		/* the time of a guest that counts in instructions: exact */
	MEASURE_INSN,		/* instructions: exact */
	MEASURES,
};

extern const char * const report_measure_titles[MEASURES];

struct report_series {
	enum report_what what;
	char *holder;
	char *outcome;			/* NULL: no migration, or not known */
	bool exact;			/* not by a clock */
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

struct report {
	char *path;
	char *label;			/* for people; the folder's name if not given */
	char *kernel;
	char *clock;
	double seconds;			/* recorded; 0: not known */
	long long calibration_ns;	/* what probes add to a hold */
	long long calibration_wait_ns;	/* and to a wait */
	bool net;			/* and has been taken off */
	bool exact;			/* this part of it was measured from outside (exact/) */
	uint64_t events, lost;
	struct report_series *series;
	size_t nr_series;
	struct report_mark *marks;
	size_t nr_marks, room_marks, dropped_marks;
	struct report_strings unmeasurable, notes, names;
	struct report_strings migration_side;	/* functions */
	json_t *result;			/* result.json, NULL without */
	json_t *tests;			/* those of all runs that were merged */
	json_t *pairs;			/* see protocol.c; NULL: not measured */
	json_t *contention;		/* see contention.c; NULL: not measured */
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
enum report_measure report_measure(const struct report_series *series);
bool report_has_exact(const struct report *report);
bool report_first_of_holder(const struct report *report, size_t i);
const char *report_verdict(const struct report *report);
const char *outcome_name(long long rc, char *buffer, size_t size);

#endif /* _BHT_REPORT_REPORT_H */
