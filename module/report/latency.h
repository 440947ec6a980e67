/* SPDX-License-Identifier: GPL-2.0 */
/*
 * latency.c: how long lookups and the strategies' own holds take.
 */
#ifndef _BHTORTURE_LATENCY_H
#define _BHTORTURE_LATENCY_H

#include <linux/types.h>

#include "hammer/hammer.h"

struct torture;
struct tracepoint;

/* In this order: three paths, the same three during a migration of the folio. */
enum latency_kind {
	LATENCY_LOOKUP_FAST,		/* found in the bh LRU */
	LATENCY_LOOKUP_SLOW,		/* __find_get_block_slow(), atomic */
	LATENCY_LOOKUP_SLEEPING,	/* the same, under the folio lock */
	LATENCY_LOOKUP_FAST_MIGRATING,
	LATENCY_LOOKUP_SLOW_MIGRATING,
	LATENCY_LOOKUP_SLEEPING_MIGRATING,
	LATENCY_HOLD,			/* of private_lock, by strategy.c */
	LATENCY_COUNT,
};

/* Buckets are at most a sixteenth wide, up to 2^34 ns (17 s), 4 KiB in all. */
#define LATENCY_STEPS	16
#define LATENCY_BUCKETS	(LATENCY_STEPS * 31)

struct latency_histogram {
	u64 count;
	u64 total_ns;
	u64 max_ns;
	u64 bucket[LATENCY_BUCKETS];
};

struct latency_cpu {
	struct latency_histogram kind[LATENCY_COUNT];
};

struct latency {
	struct latency_cpu **cpu;
	struct tracepoint *fast_path;	/* armed; NULL: lookups are not timed */
};

extern const char * const latency_names[LATENCY_COUNT];

int latency_start(struct torture *t);
void latency_stop(struct torture *t);
void latency_free(struct torture *t);
bool latency_wanted(struct hammer_thread *ht, bool exposed);
u64 latency_begin(struct torture *t, u64 block, enum lookup lookup);
u64 latency_end(enum lookup lookup, u64 begin_ns);
void latency_lookup(struct torture *t, u64 block, enum lookup lookup,
		    u64 latency_ns, bool migrating, bool found);
void latency_hold(struct torture *t, unsigned long index, u64 hold_ns);
void latency_sum(struct torture *t, enum latency_kind kind,
		 struct latency_histogram *sum);
u64 latency_percentile(const struct latency_histogram *sum,
		       unsigned int per_mille);
u64 latency_bucket_ns(unsigned int bucket);

#endif /* _BHTORTURE_LATENCY_H */
