// SPDX-License-Identifier: GPL-2.0
/*
 * storm - all sources of migration at once, while CPUs come and go and stress-ng loads
 * memory: for bugs that need several of them.
 *
 * A source that this kernel lacks is left out, and the record says which and why.
 */
#include "kselftest_harness.h"
#include "source.h"
#include "torture.h"

/*
 * What must have happened for a pass to mean something. Typical under TCG on two
 * shared cores, busy otherwise: 1500 migrations and 30 exposures a second.
 */
static const struct torture_floors floors = {
	.migrations_per_s = 50,
	.exposures_per_s = 5,
};

#define SOURCES_MIN	3	/* that move; less is no storm */
/* They slow each other down: a round of each takes a while. */
#define STORM_MIN_S	20

/* Steered nearly as convict is, so that a bug shows soon. */
#define STEERING	"widen_us=50 aim_percent=80"

struct participant {
	const struct source_ops *ops;
	const struct source_ops *otherwise;	/* where the kernel lacks that */
	bool company;				/* moves nothing by itself */
};

static const struct participant participants[] = {
	{ .ops = &source_move_pages },
	{ .ops = &source_migrate_pages },
	{ .ops = &source_mbind },
	{ .ops = &source_cpuset_v2, .otherwise = &source_cpuset_v1 },
	{ .ops = &source_numa_balancing },
	{ .ops = &source_soft_offline },
	{ .ops = &source_damon },
	{ .ops = &source_compaction },
	{ .ops = &source_hugetlb },
	{ .ops = &source_memory_offline },
	{ .ops = &source_hotplug, .company = true },
	{ .ops = &source_stress, .company = true },
};

FIXTURE(storm) {
	struct torture torture;
	struct source source[ARRAY_SIZE(participants)];
	size_t count;		/* of those that work here */
	json_t *missing;	/* name: why */
};

FIXTURE_SETUP(storm)
{
	struct torture *t = &self->torture;

	torture_init(t, "storm", NULL);
	t->floors = floors;
	snprintf(t->params, sizeof(t->params), "%s", STEERING);
	if (t->duration_s < STORM_MIN_S)
		t->duration_s = STORM_MIN_S;
	torture_need_nodes(t);
	self->missing = json_object();
}

FIXTURE_TEARDOWN(storm)
{
	json_decref(self->missing);
}

/* Open one; a skip leaves it out. Return: -1 with the run's result decided. */
static int add(struct torture *t, struct source *source,
	       const struct source_ops *ops, json_t *missing)
{
	if (!source_open(source, ops, t))
		return 0;
	json_decref(source_close(source));
	if (source->result != TORTURE_SKIP)
		return torture_give_up(t, source->result, "%s: %s", ops->name,
				       source->reason);
	json_object_set_new(missing, ops->name, json_string(source->reason));
	source->ops = NULL;
	return 0;
}

/* Return: how many work here. */
static size_t gather(struct torture *t, struct source *source, json_t *missing)
{
	const struct participant *one;
	size_t count = 0, moving = 0, i;

	for (i = 0; i < ARRAY_SIZE(participants); i++) {
		one = &participants[i];
		if (add(t, &source[count], one->ops, missing))
			return count;
		if (!source[count].ops && one->otherwise &&
		    add(t, &source[count], one->otherwise, missing))
			return count;
		if (!source[count].ops)
			continue;
		count++;
		moving += !one->company;
	}
	if (moving < SOURCES_MIN)
		torture_give_up(t, TORTURE_SKIP,
				"only %zu sources of migration here (at least %d needed)",
				moving, SOURCES_MIN);
	return count;
}

TEST_F_TIMEOUT(storm, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	json_t *sources = json_object();
	size_t i;

	if (!torture_start(t)) {
		torture_exclude_begin(t);
		self->count = gather(t, self->source, self->missing);
		torture_exclude_end(t);
		torture_restart_clock(t);
		for (i = 0; i < self->count; i++)
			source_start(&self->source[i]);
		source_wait(self->source, self->count, t);
	}
	for (i = 0; i < self->count; i++)
		source_ask_to_stop(&self->source[i]);
	for (i = 0; i < self->count; i++)
		json_object_set_new(sources, self->source[i].ops->name,
				    source_end(&self->source[i], t));
	t->extra = json_pack("{so sO}", "sources", sources, "missing", self->missing);
	torture_stop(t);
	for (i = 0; i < self->count && t->result == TORTURE_PASS; i++)
		if (!self->source[i].rounds)
			torture_give_up(t, TORTURE_INCONCLUSIVE,
					"inconclusive: %s completed no round",
					self->source[i].ops->name);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
