// SPDX-License-Identifier: GPL-2.0
/*
 * bench - what the judging costs, and how fast folios move; not a test.
 *
 * The machine under a VM is shared, and its speed drifts. So everything is measured in
 * one boot, in interleaved rounds, and medians are reported: two figures that are
 * compared were measured within seconds of each other.
 *
 * Lookups are compared without migrations, so that both loops find the same idle lock.
 * What watching costs is measured with nothing but a mover at work. The kernel's own
 * statistics count its migrations, because they count with and without the module.
 * Where the guest has bht-watch and the kernel has BTF, it is measured as well.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "median.h"
#include "meminfo.h"
#include "module.h"
#include "torture.h"
#include "watcher.h"

#define ROUNDS		5
#define BLOCK_SIZE	1024
#define BLOCKS		32768	/* 8192 pages: one full call of the largest batch */
#define SLICES		10	/* one slice is this part of BHT_DURATION */
#define SLICE_MIN_US	500000
#define SETTLE_US	200000	/* between starting something and measuring it */

#define BATCHES		5
static const unsigned int batches[BATCHES] = { 1, 8, 64, 512, 8192 };

#define BATCH_HAMMERED	512	/* the one that lookups are reported for */
#define WATCHED_BYTES	(16 * 1024 * 1024)

enum {
	ROW_BARE,
	ROW_HAMMER,
	ROW_HAMMER_BPF,		/* with bht-watch beside it */
	ROW_HAMMER_MIGRATING,
	ROW_HAMMER_MIGRATING_BPF,
	ROW_WATCH_OFF,
	ROW_WATCH_ON,
	ROW_WATCH_NO_PROBER,
	ROW_WATCH_ONLY_PROBES,
	ROW_WATCH_BPF,
	ROW_BATCH,
	ROWS = ROW_BATCH + BATCHES,
};

static struct {
	char name[32];
	const char *unit;
	int base;		/* the row that ratio is relative to */
	double value[ROUNDS];
	double ratio[ROUNDS];
} rows[ROWS];

static bool has_watcher;

static unsigned int slice_us;
static unsigned int cpus;
static char module_path[4096];
static char only_bare[512];	/* module parameters, from learn_personalities() */

static void die(struct torture *t, const char *reason)
{
	char ignored[TORTURE_REASON_MAX];

	fprintf(stderr, "bench: %s\n", reason);
	module_unload(ignored, sizeof(ignored));
	device_put(&t->device);
	exit(1);
}

static void look(struct torture *t)
{
	char reason[TORTURE_REASON_MAX];

	if (stats_read(&t->stats, reason, sizeof(reason)))
		die(t, reason);
}

/* By its name, or to compare one with. */
static bool wanted(const struct torture *t, int row)
{
	int i;

	for (i = 0; i < ROWS; i++)
		if ((i == row || rows[i].base == row) && !fnmatch(t->options.rows, rows[i].name, 0))
			return true;
	return false;
}

/* Per second, over one slice. */
static void measure(struct torture *t, double *lookups, double *migrations)
{
	unsigned long long lookups_before, migrations_before;
	double began, seconds;

	usleep(SETTLE_US);
	look(t);
	began = clock_s();
	lookups_before = t->stats.lookups;
	migrations_before = t->stats.migrations;
	usleep(slice_us);
	look(t);
	seconds = clock_s() - began;
	*lookups = (t->stats.lookups - lookups_before) / seconds;
	*migrations = (t->stats.migrations - migrations_before) / seconds;
}

static void load(struct torture *t, const char *threads)
{
	char params[512], reason[TORTURE_REASON_MAX];

	snprintf(params, sizeof(params),
		 "device=%s strategy=%s block_size=%d blocks=%d seed=%u %s %s",
		 t->device.path, t->options.strategy, BLOCK_SIZE, BLOCKS,
		 t->options.seed, threads, t->options.params);
	if (module_load(module_path, params, reason, sizeof(reason)))
		die(t, reason);
}

static void unload(struct torture *t)
{
	char reason[TORTURE_REASON_MAX];

	if (module_unload(reason, sizeof(reason)))
		die(t, reason);
}

/* The bare loop alone: all other personalities, which the module names, have no thread. */
static void learn_personalities(struct torture *t)
{
	json_t *personalities, *unused;
	const char *name;
	size_t used;

	load(t, "");
	look(t);
	unload(t);
	used = snprintf(only_bare, sizeof(only_bare), "bare=%u", cpus);
	personalities = json_object_get(t->stats.json, "personalities");
	json_object_foreach(personalities, name, unused)
		if (strcmp(name, "bare") && used < sizeof(only_bare))
			used += snprintf(only_bare + used,
					 sizeof(only_bare) - used, " %s=0",
					 name);
}

static void bench_bare(struct torture *t, int round)
{
	double lookups, migrations;

	if (!wanted(t, ROW_BARE))
		return;
	load(t, only_bare);
	measure(t, &lookups, &migrations);
	rows[ROW_BARE].value[round] = lookups / cpus;
	unload(t);
}

static void start_watcher(struct torture *t, pid_t *watcher)
{
	char reason[TORTURE_REASON_MAX];

	if (watcher_start(watcher, reason, sizeof(reason)))
		die(t, reason);
}

/*
 * The hammer's lookups with bht-watch beside them, and then once more without: a drift of
 * their speed, as after the module was loaded, cancels.
 */
static void bench_watcher(struct torture *t, int row, int round)
{
	double *base = &rows[rows[row].base].value[round];
	double lookups, migrations;
	pid_t watcher;

	if (!has_watcher || !wanted(t, row))
		return;
	start_watcher(t, &watcher);
	measure(t, &lookups, &migrations);
	watcher_end(&watcher);
	rows[row].value[round] = lookups / cpus;
	measure(t, &lookups, &migrations);
	*base = (*base + lookups / cpus) / 2;
}

static void bench_hammer(struct torture *t, int round)
{
	char reason[TORTURE_REASON_MAX];
	double lookups, migrations;
	struct mover mover;
	int i;

	load(t, "");
	measure(t, &lookups, &migrations);
	rows[ROW_HAMMER].value[round] = lookups / cpus;
	bench_watcher(t, ROW_HAMMER_BPF, round);
	for (i = 0; i < BATCHES; i++) {
		if (!wanted(t, ROW_BATCH + i) &&
		    (batches[i] != BATCH_HAMMERED || !wanted(t, ROW_HAMMER_MIGRATING)))
			continue;
		if (mover_open(&mover, t, batches[i], reason, sizeof(reason)) ||
		    mover_start(&mover))
			die(t, reason);
		measure(t, &lookups, &migrations);
		rows[ROW_BATCH + i].value[round] = migrations;
		if (batches[i] == BATCH_HAMMERED) {
			rows[ROW_HAMMER_MIGRATING].value[round] = lookups / cpus;
			bench_watcher(t, ROW_HAMMER_MIGRATING_BPF, round);
		}
		mover_close(&mover);
	}
	unload(t);
}

static unsigned long long pages_migrated(struct torture *t)
{
	unsigned long long migrated = vmstat_events("pgmigrate_success");

	if (!migrated)
		die(t, "no pgmigrate_success in /proc/vmstat: nothing moves");
	return migrated;
}

static double migration_rate(struct torture *t)
{
	unsigned long long before;
	double began;

	usleep(SETTLE_US);
	began = clock_s();
	before = pages_migrated(t);
	usleep(slice_us);
	return (pages_migrated(t) - before) / (clock_s() - began);
}

/* One part less in each row: that shows which part costs what. */
static const char * const watch_params[ROWS] = {
	[ROW_WATCH_ON] = "",
	[ROW_WATCH_NO_PROBER] = "prober=0",
	[ROW_WATCH_ONLY_PROBES] = "prober=0 quarantine_folios=0",
};

static void bench_watch(struct torture *t, int round)
{
	char params[512], reason[TORTURE_REASON_MAX];
	struct mover mover;
	int row;

	if (!wanted(t, ROW_WATCH_OFF))
		return;
	if (mover_open_device(&mover, t, WATCHED_BYTES, BATCH_HAMMERED, reason,
			      sizeof(reason)) || mover_start(&mover))
		die(t, reason);
	rows[ROW_WATCH_OFF].value[round] = migration_rate(t);
	for (row = ROW_WATCH_ON; row <= ROW_WATCH_ONLY_PROBES; row++) {
		if (!wanted(t, row))
			continue;
		snprintf(params, sizeof(params), "watch=%s %s %s",
			 t->device.path, watch_params[row], t->options.params);
		if (module_load(module_path, params, reason, sizeof(reason)))
			die(t, reason);
		rows[row].value[round] = migration_rate(t);
		unload(t);
	}
	if (has_watcher && wanted(t, ROW_WATCH_BPF)) {
		pid_t watcher;

		start_watcher(t, &watcher);
		rows[ROW_WATCH_BPF].value[round] = migration_rate(t);
		watcher_end(&watcher);
	}
	mover_close(&mover);
}

static void name_rows(void)
{
	int i;

	strcpy(rows[ROW_BARE].name, "bare_lookups");
	strcpy(rows[ROW_HAMMER].name, "hammer_lookups");
	strcpy(rows[ROW_HAMMER_BPF].name, "hammer_bht_watch");
	strcpy(rows[ROW_HAMMER_MIGRATING].name, "hammer_lookups_migrating");
	strcpy(rows[ROW_HAMMER_MIGRATING_BPF].name, "hammer_migrating_bht_watch");
	for (i = 0; i < ROWS; i++) {
		rows[i].unit = "lookups/s per CPU";
		rows[i].base = ROW_BARE;
	}
	rows[ROW_HAMMER_BPF].base = ROW_HAMMER;
	rows[ROW_HAMMER_MIGRATING_BPF].base = ROW_HAMMER_MIGRATING;
	strcpy(rows[ROW_WATCH_OFF].name, "move_pages_unwatched");
	strcpy(rows[ROW_WATCH_ON].name, "move_pages_watched");
	strcpy(rows[ROW_WATCH_NO_PROBER].name, "move_pages_no_prober");
	strcpy(rows[ROW_WATCH_ONLY_PROBES].name, "move_pages_only_probes");
	strcpy(rows[ROW_WATCH_BPF].name, "move_pages_bht_watch");
	for (i = ROW_WATCH_OFF; i <= ROW_WATCH_BPF; i++) {
		rows[i].unit = "migrations/s";
		rows[i].base = ROW_WATCH_OFF;
	}
	for (i = 0; i < BATCHES; i++) {
		snprintf(rows[ROW_BATCH + i].name, sizeof(rows[0].name),
			 "move_pages_batch_%u", batches[i]);
		rows[ROW_BATCH + i].unit = "migrations/s";
		rows[ROW_BATCH + i].base = ROW_BATCH;
	}
}

static void print_rows(const struct torture *t, double seconds)
{
	json_t *record, *row, *list = json_array();
	char *text;
	int i, round;

	printf("# %-26s %12s  %-18s %s\n", "what", "median", "unit", "ratio");
	for (i = 0; i < ROWS; i++) {
		if (!rows[i].value[0])
			continue;	/* there is no bht-watch here */
		for (round = 0; round < ROUNDS; round++) {
			double base = rows[rows[i].base].value[round];

			rows[i].ratio[round] = base ?
				rows[i].value[round] / base : 0;
		}
		printf("# %-26s %12.0f  %-18s %.2f\n", rows[i].name,
		       median(rows[i].value, ROUNDS), rows[i].unit,
		       median(rows[i].ratio, ROUNDS));
		row = json_pack("{s:s,s:f,s:s,s:f}", "name", rows[i].name,
				"value", median(rows[i].value, ROUNDS), "unit",
				rows[i].unit, "ratio", median(rows[i].ratio, ROUNDS));
		json_array_append_new(list, row);
	}
	record = json_pack("{s:s,s:s,s:s,s:f,s:i,s:i,s:I,s:o}",
			   "name", "bench", "strategy", t->options.strategy,
			   "result", "pass", "seconds", seconds,
			   "rounds", ROUNDS, "cpus", (int)cpus,
			   "seed", (json_int_t)t->options.seed, "rows", list);
	text = json_dumps(record, JSON_COMPACT | JSON_PRESERVE_ORDER |
			  JSON_REAL_PRECISION(6));
	printf("# bhtorture: %s\n", text);
	free(text);
	json_decref(record);
}

int main(void)
{
	char reason[TORTURE_REASON_MAX];
	struct torture t;
	double began;
	pid_t watcher;
	int round;

	torture_init(&t, "bench", NULL);
	torture_need_nodes(&t);
	if (t.result != TORTURE_UNDECIDED)
		die(&t, t.reason);
	if (geteuid())
		die(&t, "needs root: loads a kernel module");
	if (debugfs_mount(reason, sizeof(reason)) ||
	    module_find(t.options.module, module_path, sizeof(module_path),
			reason, sizeof(reason)) ||
	    module_unload(reason, sizeof(reason)) ||
	    (t.options.device ?
	     device_take(&t.device, t.options.device, reason, sizeof(reason)) :
	     device_get(&t.device, DEVICE_NONE, 0, reason, sizeof(reason))))
		die(&t, reason);
	cpus = sysconf(_SC_NPROCESSORS_ONLN);
	slice_us = t.duration_s * 1000000ULL / SLICES;
	if (slice_us < SLICE_MIN_US)
		slice_us = SLICE_MIN_US;

	name_rows();
	has_watcher = !watcher_start(&watcher, reason, sizeof(reason));
	watcher_end(&watcher);
	if (!has_watcher)
		printf("# bench: bht-watch is not measured: %s\n", reason);
	learn_personalities(&t);
	began = clock_s();
	for (round = 0; round < ROUNDS; round++) {
		printf("# bench: round %d of %d, %.0f s\n", round + 1, ROUNDS,
		       clock_s() - began);
		bench_bare(&t, round);
		bench_hammer(&t, round);
		bench_watch(&t, round);
	}
	device_put(&t.device);
	print_rows(&t, clock_s() - began);
	stats_release(&t.stats);
	return 0;
}
