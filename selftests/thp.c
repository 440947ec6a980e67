// SPDX-License-Identifier: GPL-2.0
/*
 * thp - several threads want transparent huge pages at once, where a block device's
 * folios are in the way. It does and measures what mmtests' thpfioscale does: how many
 * faults get a huge page, and how long faults take, by the number of threads.
 *
 * Each round fragments a node; the threads then touch as many huge pages as would
 * fit, and the kernel compacts for each of them.
 */
#include <pthread.h>
#include <string.h>

#include "kselftest_harness.h"
#include "fragment.h"
#include "huge.h"
#include "torture.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 10,
	.exposures_per_s = 1,
};

#define THREADS_MAX	3

struct thp_thread {
	struct torture *torture;
	struct thp_faults faults;
	pthread_t thread;
	int node;
	long pages;
	bool running;
};

FIXTURE(thp) {
	struct torture torture;
	struct fragments fragments;
	struct thp thp;
	struct thp_thread thread[THREADS_MAX];
};

FIXTURE_VARIANT(thp) {
	const char *name;
	unsigned int threads;
};

FIXTURE_VARIANT_ADD(thp, threads_1) { "threads_1", 1 };
FIXTURE_VARIANT_ADD(thp, threads_3) { "threads_3", 3 };

FIXTURE_SETUP(thp)
{
	struct torture *t = &self->torture;

	torture_init(t, "thp", variant->name);
	t->floors = floors;
	snprintf(t->params, sizeof(t->params), FRAGMENTS_PARAMS);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(thp)
{
}

static void *thread_main(void *argument)
{
	struct thp_thread *thread = argument;

	thp_fault(&thread->faults, thread->torture, thread->node, thread->pages, 0);
	return NULL;
}

static int one_round(struct torture *t, struct fragments *fragments,
		     struct thp_thread *thread, unsigned int threads)
{
	int node = fragments_make(fragments, t, FRAGMENTS_NEXT_NODE), rc = 0;
	unsigned int i;

	if (node < 0)
		return -1;
	for (i = 0; i < threads && !rc; i++) {
		thread[i].torture = t;
		thread[i].node = node;
		thread[i].pages = fragments_huge_pages(node) / threads;
		rc = pthread_create(&thread[i].thread, NULL, thread_main, &thread[i]);
		thread[i].running = !rc;
	}
	for (i = 0; i < threads; i++) {
		if (thread[i].running)
			pthread_join(thread[i].thread, NULL);
		thread[i].running = false;
		thp_release(&thread[i].faults);
	}
	return rc ? torture_give_up(t, TORTURE_FAIL, "no thread: %s", strerror(rc)) : 0;
}

/* Averages as thpfioscale's: of the faults that got a huge page, and of the others. */
static json_t *measurements(const struct thp_thread *thread, unsigned int threads,
			    unsigned int rounds)
{
	struct thp_faults sum = { .asked = 0 };
	unsigned long long base;
	unsigned int i;

	for (i = 0; i < threads; i++) {
		const struct thp_faults *faults = &thread[i].faults;

		sum.asked += faults->asked;
		sum.got += faults->got;
		sum.huge_s += faults->huge_s;
		sum.base_s += faults->base_s;
		if (faults->longest_s > sum.longest_s)
			sum.longest_s = faults->longest_s;
	}
	base = sum.asked - sum.got;
	return json_pack("{sI so s{sf sf sf}}", "rounds", (json_int_t)rounds,
			 "high_order", supply_json("transparent huge pages", sum.asked,
						   sum.got),
			 "faults",
			 "huge_us", sum.got ? 1e6 * sum.huge_s / sum.got : 0.0,
			 "base_us", base ? 1e6 * sum.base_s / base : 0.0,
			 "longest_us", 1e6 * sum.longest_s);
}

TEST_F_TIMEOUT(thp, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	if (!thp_begin(&self->thp, t, "madvise") && !torture_start(t) &&
	    !fragments_open(&self->fragments, t))
		while (torture_continue(t))
			if (one_round(t, &self->fragments, self->thread,
				      variant->threads))
				break;
	fragments_close(&self->fragments);
	thp_end(&self->thp);
	t->extra = measurements(self->thread, variant->threads, self->fragments.rounds);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
