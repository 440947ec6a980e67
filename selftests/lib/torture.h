/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One torture run, from the device to the record.
 *
 * A test fills in a struct torture, calls torture_start(), makes folios move
 * until torture_continue() says that it is over, calls torture_end(), and hands
 * what came out to the harness with TORTURE_VERDICT(). Whatever goes wrong on
 * the way ends up as one result with one reason, and in one record on stdout.
 */
#ifndef _SELFTESTS_BHTORTURE_TORTURE_H
#define _SELFTESTS_BHTORTURE_TORTURE_H

#include "move.h"
#include "progress.h"
#include "run.h"

/*
 * The harness wants its time limit at compile time, BHT_DURATION is known at run
 * time: each run is bounded by a watchdog of its own (watchdog.c), well below
 * this.
 */
#define TORTURE_HARNESS_S	(4 * OPTIONS_DURATION_MAX_S)

void torture_init(struct torture *t, const char *test, const char *variant);
void torture_need_nodes(struct torture *t);
int torture_prepare(struct torture *t);
int torture_start(struct torture *t);
void torture_arguments(const struct torture *t, char *arguments, size_t size);
void torture_stop(struct torture *t);
void torture_end(struct torture *t);
void torture_run(struct torture *t, unsigned int batch);

/*
 * Hand the result to the harness. A macro because SKIP() and EXPECT_*() need the
 * test's own _metadata, whose layout differs from kernel to kernel.
 */
#define TORTURE_VERDICT(t) do {						\
	const struct torture *_t = (t);					\
									\
	if (_t->result == TORTURE_SKIP) {				\
		SKIP(break, "%s", _t->reason);				\
	} else {							\
		EXPECT_STREQ("pass", result_name(_t->result))		\
			TH_LOG("%s: %s", _t->name, _t->reason);		\
	}								\
} while (0)

#endif /* _SELFTESTS_BHTORTURE_TORTURE_H */
