// SPDX-License-Identifier: GPL-2.0
/*
 * trace_cost - what recording costs: lookups and migrations a second while one
 * records, and while nobody does.
 *
 * The machine under a VM is shared, and its speed drifts. So there are interleaved
 * rounds in one boot, and each way of recording is compared with the plain round beside
 * it. Probes are armed before the module is loaded, when nobody runs what they alter.
 * Needs traces/bht-trace in PATH: make run_tests TESTS=trace_cost TRACE=hold.
 *
 * The recipe function_graph patches all of the kernel's functions, which guests of
 * a QEMU before 8.1 did not survive.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "clock.h"
#include "median.h"
#include "module.h"
#include "torture.h"

#define ROUNDS		5
#define BATCH		512	/* pages per call */
#define WAYS		8
#define SETTLE_US	300000
#define ARMING_S	5

/* What must be left of the plain rates, in per cent; 0: shown, not judged. */
static const struct way {
	const char *recipe;	/* NULL: nobody records */
	const char *needs;	/* a file of kernels that can; NULL: all can */
	unsigned int lookups_percent;
	unsigned int migrations_percent;
} ways[WAYS] = {
	{ NULL, NULL, 0, 0 },
	{ "hold-sampled", NULL, 95, 70 },
	{ "hold-only", NULL, 0, 0 },
	{ "hold-histograms", NULL, 0, 0 },
	{ "hold", NULL, 0, 0 },
	{ "lookup-histograms", NULL, 0, 0 },
	{ "function_graph", "/sys/kernel/tracing/set_graph_function", 0, 0 },
	{ "lock_stat", "/proc/lock_stat", 0, 0 },
};

struct rates {
	double lookups[ROUNDS];
	double migrations[ROUNDS];
};

FIXTURE(trace_cost) {
	struct torture torture;
	struct rates rates[WAYS];
	unsigned int slice_us;
};

FIXTURE_SETUP(trace_cost)
{
	torture_init(&self->torture, "trace_cost", "interleaved");
	torture_need_nodes(&self->torture);
	self->slice_us = self->torture.duration_s * 1000000ULL / ROUNDS;
	/* For the watchdog: most of the time goes into arming and disarming. */
	self->torture.duration_s += ROUNDS * WAYS * ARMING_S;
	/* Aimed lookups follow the migrations: fewer of these, fewer of those. */
	snprintf(self->torture.params, sizeof(self->torture.params), "aim_percent=0");
	/* BHT_TRACE only says that bht-trace is there: this test chooses the recipes. */
	if (self->torture.result == TORTURE_UNDECIDED && !getenv("BHT_TRACE"))
		torture_give_up(&self->torture, TORTURE_SKIP,
				"needs bht-trace: make run_tests TESTS=trace_cost TRACE=hold");
	unsetenv("BHT_TRACE");
}

FIXTURE_TEARDOWN(trace_cost)
{
}

static bool is_possible(const struct way *way)
{
	return !way->needs || !access(way->needs, F_OK);
}

/* One slice under load. */
static int measure(struct torture *t, unsigned int slice_us, double *lookups, double *migrations)
{
	char reason[TORTURE_REASON_MAX];
	unsigned long long looked, moved;
	struct mover mover = {};
	double began;
	int rc;

	/* The mover asks them how large the device is. */
	rc = stats_read(&t->stats, reason, sizeof(reason));
	if (!rc)
		rc = torture_move(t, &mover, BATCH);
	usleep(SETTLE_US);
	began = clock_s();
	if (!rc)
		rc = stats_read(&t->stats, reason, sizeof(reason));
	looked = t->stats.lookups;
	moved = t->stats.migrations;
	if (!rc)
		usleep(slice_us);
	if (!rc)
		rc = stats_read(&t->stats, reason, sizeof(reason));
	began = clock_s() - began;
	*lookups = (t->stats.lookups - looked) / began;
	*migrations = (t->stats.migrations - moved) / began;
	torture_move_end(t, &mover);
	return rc ? torture_give_up(t, TORTURE_FAIL, "no statistics") : 0;
}

static int run(struct torture *t, const struct way *way, unsigned int slice_us,
	       double *lookups, double *migrations)
{
	char reason[TORTURE_REASON_MAX], arguments[1024];
	struct tracer tracer = {};
	int rc = 0;

	if (way->recipe)
		setenv("BHT_TRACE", way->recipe, 1);
	if (tracer_start(&tracer, way->recipe ?: "plain", reason, sizeof(reason)))
		rc = torture_give_up(t, TORTURE_FAIL, "%s", reason);
	unsetenv("BHT_TRACE");
	torture_arguments(t, arguments, sizeof(arguments));
	if (!rc && module_load(t->module, arguments, reason, sizeof(reason)))
		rc = torture_give_up(t, TORTURE_FAIL, "%s", reason);
	if (!rc)
		rc = measure(t, slice_us, lookups, migrations);
	if (module_unload(reason, sizeof(reason)) && !rc)
		rc = torture_give_up(t, TORTURE_FAIL, "%s", reason);
	if (tracer_stop(&tracer, reason, sizeof(reason)) && !rc)
		rc = torture_give_up(t, TORTURE_FAIL, "%s", reason);
	return rc;
}

/* The median of the rounds' ratios: within a round, both rates drifted alike. */
static double percent(const double *values, const double *plain)
{
	double ratios[ROUNDS];
	int i;

	for (i = 0; i < ROUNDS; i++)
		ratios[i] = plain[i] ? 100 * values[i] / plain[i] : 0;
	return median(ratios, ROUNDS);
}

static void judge(struct torture *t, const struct rates *rates)
{
	json_t *row, *rows = json_array();
	unsigned int w;

	printf("# %-20s %10s %6s %12s %6s\n", "recorded", "lookups/s", "%",
	       "migrations/s", "%");
	for (w = 0; w < WAYS; w++) {
		const char *name = ways[w].recipe ?: "nothing";
		double lookups = percent(rates[w].lookups, rates[0].lookups);
		double migrations = percent(rates[w].migrations, rates[0].migrations);

		if (!is_possible(&ways[w]))
			continue;
		printf("# %-20s %10.0f %6.1f %12.0f %6.1f\n", name,
		       median(rates[w].lookups, ROUNDS), lookups,
		       median(rates[w].migrations, ROUNDS), migrations);
		row = json_pack("{s:s,s:f,s:f,s:f,s:f}", "name", name,
				"lookups_per_s", median(rates[w].lookups, ROUNDS),
				"lookups_percent", lookups,
				"migrations_per_s", median(rates[w].migrations, ROUNDS),
				"migrations_percent", migrations);
		json_array_append_new(rows, row);
		if (lookups < ways[w].lookups_percent ||
		    migrations < ways[w].migrations_percent)
			torture_give_up(t, TORTURE_FAIL,
					"%s leaves %.1f %% of the lookups and %.1f %% of the migrations, %u and %u are needed",
					name, lookups, migrations,
					ways[w].lookups_percent,
					ways[w].migrations_percent);
	}
	t->extra = json_pack("{so}", "rows", rows);
	if (t->result == TORTURE_UNDECIDED) {
		t->result = TORTURE_PASS;
		snprintf(t->reason, sizeof(t->reason), "cheap enough");
	}
}

TEST_F_TIMEOUT(trace_cost, interleaved, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	double began = clock_s();
	unsigned int round, w;
	int rc = torture_prepare(t);

	for (round = 0; !rc && round < ROUNDS; round++) {
		printf("# trace_cost: round %u of %u\n", round + 1, ROUNDS);
		for (w = 0; !rc && w < WAYS; w++)
			if (is_possible(&ways[w]))
				rc = run(t, &ways[w], self->slice_us,
					 &self->rates[w].lookups[round],
					 &self->rates[w].migrations[round]);
	}
	t->seconds = clock_s() - began;
	if (!rc && t->result == TORTURE_UNDECIDED)
		judge(t, self->rates);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
