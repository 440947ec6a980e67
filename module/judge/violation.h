/* SPDX-License-Identifier: GPL-2.0 */
/*
 * oracle.c: what is judged, and the violations that were found.
 */
#ifndef _BHTORTURE_ORACLE_H
#define _BHTORTURE_ORACLE_H

#include <linux/atomic.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "target/target.h"

struct hammer_thread;
struct torture;

enum oracle {
	ORACLE_REF_MOVED,
	ORACLE_LOST_UPDATE,
	ORACLE_STALE_READ,
	ORACLE_TORN,
	ORACLE_STALE_WRITE,
	ORACLE_MEDIA_LOSS,
	ORACLE_NULL_SLEEPING,
	ORACLE_NULL_ATOMIC,
	ORACLE_STUCK,
	ORACLE_STATE_LEAK,
	ORACLE_COUNT,
};

/* What an oracle knows of the violation it saw; the rest is added for it. */
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
	raw_spinlock_t lock;	/* records */
	unsigned int records;
	struct violation_record record[ORACLE_RECORDS];
	struct violation_record first[ORACLE_COUNT];	/* of each oracle */
	struct ratelimit_state ratelimit;
};

extern const char * const oracle_names[ORACLE_COUNT];

void oracle_init(struct torture *t);
void oracle_report(struct torture *t, const struct violation *violation);
void oracle_judge_block(struct hammer_thread *ht, u64 block,
			enum stamp_state state, u64 found);
void oracle_judge_reference(struct hammer_thread *ht, struct buffer_head *bh,
			    u64 block, struct folio *folio, char *data);
void oracle_judge_probe(struct hammer_thread *ht, struct buffer_head *bh,
			u64 block, struct folio *folio, char *data, dev_t dev,
			unsigned long index);
void oracle_judge_null(struct hammer_thread *ht, u64 block, u32 drops,
		       enum oracle oracle, bool quiet);
void oracle_heal(struct hammer_thread *ht, u64 block);
bool oracle_injects(struct hammer_thread *ht, enum oracle oracle);

#endif /* _BHTORTURE_ORACLE_H */
