/* SPDX-License-Identifier: GPL-2.0 */
/*
 * violation.c: the oracles by name, and the violations that they have seen.
 */
#ifndef _BHTORTURE_JUDGE_VIOLATION_H
#define _BHTORTURE_JUDGE_VIOLATION_H

#include <linux/atomic.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "judge/oracle.h"

struct torture;

/* What an oracle knows of the violation it saw. violation_report() adds the rest. */
struct violation {
	enum oracle oracle;
	dev_t dev;		/* 0: the target's, and index from block */
	unsigned long index;	/* of the page */
	u64 block;		/* first block of the page for stale_write */
	u64 expected;		/* generation; for stale_write the former 8 bytes */
	u64 found;
	unsigned int offset;	/* in the page, for stale_write */
	unsigned int age_ms;	/* since the last write, or since vacated */
	u64 seen_ns;		/* when; 0: now. Some judgements take their time */
	u64 seen_migrations;	/* of folios with buffers, until then */
};

struct violation_record {
	struct violation violation;
	u64 ms;			/* since the torture began */
	u64 migrations;		/* of folios with buffers, until then */
	int cpu;
	char thread[TASK_COMM_LEN];
};

#define ORACLE_RECORDS	256

struct oracles {
	atomic64_t count[ORACLE_COUNT];
	raw_spinlock_t lock;	/* for those who write any of this */
	unsigned int records;
	struct violation_record record[ORACLE_RECORDS];
	struct violation_record first[ORACLE_COUNT];	/* of each oracle */
	struct ratelimit_state ratelimit;
};

extern const char * const oracle_names[ORACLE_COUNT];

void violation_init(struct torture *t);
u64 violation_count(const struct oracles *oracles, enum oracle oracle);
unsigned int violation_records(const struct oracles *oracles);
void violation_stamp(const struct torture *t, struct violation *violation);
void violation_report(struct torture *t, const struct violation *violation);

#endif /* _BHTORTURE_JUDGE_VIOLATION_H */
