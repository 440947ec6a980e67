/* SPDX-License-Identifier: GPL-2.0 */
/*
 * latency.c: how long lookups and the strategies' own holds take.
 */
#ifndef _BHTORTURE_REPORT_LATENCY_H
#define _BHTORTURE_REPORT_LATENCY_H

#include <linux/types.h>

#include "report/histogram.h"
#include "report/latency_kind.h"
#include "thread.h"

struct torture;
struct tracepoint;

struct latency_cpu {
	struct histogram kind[LATENCY_COUNT];
};

struct latency {
	struct latency_cpu **cpu;
	struct tracepoint *fast_path;	/* armed; NULL: lookups are not timed */
};

extern const char * const latency_names[LATENCY_COUNT];

int latency_start(struct torture *t);
void latency_stop(struct torture *t);
void latency_free(struct torture *t);
u64 latency_begin(struct torture *t, u64 block, enum lookup lookup);
u64 latency_end(enum lookup lookup, u64 begin_ns);
void latency_lookup(struct torture *t, u64 block, enum lookup lookup,
		    u64 latency_ns, bool migrating, bool found);
void latency_hold(struct latency *latency, u64 hold_ns);
void latency_sum(struct torture *t, enum latency_kind kind,
		 struct histogram *sum);

#endif /* _BHTORTURE_REPORT_LATENCY_H */
