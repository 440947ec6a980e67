/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What makes the kernel move folios of the tortured device: one kind a file, each
 * with a thread of its own that works round after round. So a test can run one, and
 * `storm` can run all.
 *
 * A source knows nothing of the run but the device. What it cannot do it says with
 * source_give_up(): a skip that names what the kernel lacks, or a failure.
 */
#ifndef _SELFTESTS_BHTORTURE_SOURCE_H
#define _SELFTESTS_BHTORTURE_SOURCE_H

#include "run.h"

struct source;

struct source_ops {
	const char *name;
	/* In the test's main thread, the torture running. 0, or -1 having given up. */
	int (*open)(struct source *source);
	/* In the source's thread: move what can be moved once. Likewise. */
	int (*round)(struct source *source);
	/* Undo open(), from any half-built state; may be missing. */
	void (*close)(struct source *source);
	/* Called last: what is to be reported; may be missing. */
	json_t *(*figures)(const struct source *source);
};

struct source {
	const struct source_ops *ops;
	const struct torture *t;
	int nodes[2];
	void *state;		/* of the kind; open() allocates, source_close() frees */
	unsigned long long rounds;
	enum torture_result result;	/* undecided as long as all is well */
	char reason[TORTURE_REASON_MAX];
	pthread_t thread;
	bool running;
	bool stop;
};

int source_open(struct source *source, const struct source_ops *ops,
		const struct torture *t);
int source_start(struct source *source);
void source_ask_to_stop(struct source *source);
void source_stop(struct source *source);
json_t *source_close(struct source *source);
int source_give_up(struct source *source, enum torture_result result,
		   const char *format, ...)
	__printf(3, 4);
bool source_stopping(const struct source *source);
void source_pause(const struct source *source, unsigned int ms);
void source_wait(const struct source *sources, size_t count, struct torture *t);
json_t *source_end(struct source *source, struct torture *t);
void source_torture(struct torture *t, const struct source_ops *ops);

extern const struct source_ops source_move_pages;
extern const struct source_ops source_migrate_pages;
extern const struct source_ops source_migratepages;	/* the program */
extern const struct source_ops source_mbind;
extern const struct source_ops source_cpuset_v1;
extern const struct source_ops source_cpuset_v2;
extern const struct source_ops source_numa_balancing;
extern const struct source_ops source_soft_offline;
extern const struct source_ops source_damon;
/* A part of what the tests of these names do. */
extern const struct source_ops source_compaction;
extern const struct source_ops source_hugetlb;
extern const struct source_ops source_memory_offline;

/* They move nothing by themselves, but run beside sources. */
extern const struct source_ops source_hotplug;
extern const struct source_ops source_stress;

#endif /* _SELFTESTS_BHTORTURE_SOURCE_H */
