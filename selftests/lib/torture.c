// SPDX-License-Identifier: GPL-2.0
/*
 * One torture run, from the device to the record: the order of things.
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "large_folio.h"
#include "module.h"
#include "nodes.h"
#include "record.h"
#include "taint.h"
#include "torture.h"
#include "verdict.h"
#include "watchdog.h"

/* The module's stuck_s, unless a test gives its own. */
#define STUCK_LEAST_S	5
#define STUCK_MOST_S	30

static bool wanted(const struct torture *t)
{
	char globs[512], *glob, *rest = NULL;

	snprintf(globs, sizeof(globs), "%s", t->options.only);
	for (glob = strtok_r(globs, " ", &rest); glob;
	     glob = strtok_r(NULL, " ", &rest))
		if (!fnmatch(glob, t->name, 0))
			return true;
	return false;
}

/**
 * torture_init() - Preset a run from the environment.
 * @t: The run.
 * @test: The test's name.
 * @variant: The variant's, or NULL.
 */
void torture_init(struct torture *t, const char *test, const char *variant)
{
	char reason[TORTURE_REASON_MAX];

	memset(t, 0, sizeof(*t));
	snprintf(t->name, sizeof(t->name), "%s%s%s", test, variant ? "." : "",
		 variant ?: "");
	if (options_read(&t->options, reason, sizeof(reason)))
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
	t->strategy = t->options.strategy;
	t->duration_s = t->options.duration_s;
	t->block_size = 1024;
	t->device = DEVICE_NOTHING;
	if (t->result == TORTURE_UNDECIDED && !wanted(t))
		torture_give_up(t, TORTURE_SKIP, "not wanted: BHT_ONLY=%s",
				t->options.only);
}

/**
 * torture_need_nodes() - Skip the run unless folios can move between two nodes.
 * @t: The run.
 */
void torture_need_nodes(struct torture *t)
{
	int nodes[2];

	if (nodes_find(nodes) < 2)
		torture_give_up(t, TORTURE_SKIP,
				"needs two NUMA nodes with memory (boot with numa=fake=2)");
}

static int get_device(struct torture *t)
{
	char reason[TORTURE_REASON_MAX];

	if (t->options.device) {
		if (device_take(&t->device, t->options.device, reason, sizeof(reason)))
			return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	} else if (device_get(&t->device, t->device_kind, t->device_kib, reason,
			      sizeof(reason))) {
		return torture_give_up(t, TORTURE_SKIP, "%s",
				       t->device_kind == DEVICE_VIRTIO && t->options.no_virtio ?
				       t->options.no_virtio : reason);
	}
	return 0;
}

/* Folios larger than a page, for large blocks or for many: from 6.15 on. */
static int check_large_folios(struct torture *t)
{
	unsigned int bytes = t->block_size > t->folio_bytes ? t->block_size : t->folio_bytes;

	/* A page of arm64 may be as large: then no folio needs several. */
	if (bytes <= sysconf(_SC_PAGESIZE)) {
		t->floors.large_per_s = 0;
		return 0;
	}
	/* It copies under the lock, and the copy of several pages sleeps: held_move(). */
	if (!strcmp(t->strategy, "held"))
		return torture_give_up(t, TORTURE_SKIP,
				       "strategy held moves no folios of several pages");
	if (!large_folio_block_size(t->device.path, bytes))
		return 0;
	return torture_give_up(t, errno == EINVAL ? TORTURE_SKIP : TORTURE_FAIL,
			       "%s has no folios of %u bytes%s: %s", t->device.path, bytes,
			       errno == EINVAL ?
			       " (from 6.15 on, with CONFIG_TRANSPARENT_HUGEPAGE)" : "",
			       strerror(errno));
}

/**
 * torture_prepare() - Get a device, make sure that the module can be loaded.
 * @t: The run.
 *
 * Called by torture_start(), unless a test wants to use the device before.
 *
 * Return: 0, or -1 with the run's result decided; torture_end() in any case.
 */
int torture_prepare(struct torture *t)
{
	char reason[TORTURE_REASON_MAX];
	int rc;

	if (t->result != TORTURE_UNDECIDED)
		return -1;
	watchdog_start(t);
	if (geteuid())
		return torture_give_up(t, TORTURE_SKIP,
				       "needs root: loads a kernel module");
	if (debugfs_mount(reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_SKIP, "%s", reason);
	rc = module_find(t->options.module, t->module, sizeof(t->module),
			 reason, sizeof(reason));
	if (rc)
		return torture_give_up(t, rc < 0 ? TORTURE_FAIL : TORTURE_SKIP,
				       "%s", reason);
	if (module_refused(reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_SKIP, "%s", reason);
	/* Left behind by a test that was killed. */
	if (module_unload(reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	if (get_device(t) || check_large_folios(t))
		return -1;
	t->prepared = true;
	return 0;
}

/* Well before the run is over, and not before a busy machine can have its reasons. */
static unsigned int stuck_s(const struct torture *t)
{
	unsigned int half = t->duration_s / 2;

	if (half > STUCK_MOST_S)
		return STUCK_MOST_S;
	return half > STUCK_LEAST_S ? half : STUCK_LEAST_S;
}

/**
 * torture_arguments() - The module parameters that the run is loaded with.
 * @t: The run, prepared.
 * @arguments: Where to put them.
 * @size: Of @arguments.
 */
void torture_arguments(const struct torture *t, char *arguments, size_t size)
{
	int length;

	if (t->watch)
		length = snprintf(arguments, size, "watch=%s watch_force=1",
				  t->watch_all ? "all" : t->device.path);
	else
		length = snprintf(arguments, size, "device=%s block_size=%u",
				  t->device.path, t->block_size);
	snprintf(arguments + length, size - length,
		 " test=%s strategy=%s seed=%u jitter_us=%u stuck_s=%u %s %s", t->name,
		 t->strategy, t->options.seed, t->options.jitter_us, stuck_s(t), t->params,
		 t->options.params);
}

static int start_tracer(struct torture *t)
{
	char reason[TORTURE_REASON_MAX];
	double began = clock_s();

	if (tracer_start(&t->tracer, t->name, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	if (t->loaded)
		t->tracing_s = clock_s() - began;
	return 0;
}

/**
 * torture_start() - Load the module: the hammer, or the watch, on the device.
 * @t: The run, prepared or not.
 *
 * Return: 0, or -1 with the run's result decided; torture_end() in any case.
 */
int torture_start(struct torture *t)
{
	char reason[TORTURE_REASON_MAX], arguments[1024];
	int rc;

	if (!t->prepared && torture_prepare(t))
		return -1;
	if (t->result != TORTURE_UNDECIDED)
		return -1;
	torture_arguments(t, arguments, sizeof(arguments));
	/* Before anybody looks up, when lookups are what is probed. */
	if (tracer_wants_lookups() && start_tracer(t))
		return -1;
	rc = module_load(t->module, arguments, reason, sizeof(reason));
	if (rc)
		return torture_give_up(t, rc < 0 ? TORTURE_FAIL : TORTURE_SKIP, "%s", reason);
	t->loaded = true;
	if (!t->module_verdict)
		t->module_verdict = t->expected_oracles ? "FAILURE" : "SUCCESS";
	if (!t->tracer.pid && start_tracer(t))
		return -1;
	if (stats_read(&t->stats, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	t->taint = taint_complaints();
	torture_restart_clock(t);
	return 0;
}

/**
 * torture_stop() - Stop, judge and unload.
 * @t: The run, started or given up.
 *
 * Called by torture_end(), unless a test has to look at the device afterwards.
 */
void torture_stop(struct torture *t)
{
	char reason[TORTURE_REASON_MAX];
	bool stopped = t->loaded && !module_stop(reason, sizeof(reason));

	if (t->loaded && !stopped)
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
	/* One that cannot stop knows who is stuck. */
	if (t->loaded && stats_read(&t->stats, reason, sizeof(reason)))
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
	if (tracer_stop(&t->tracer, reason, sizeof(reason)))
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
	if (!t->loaded)
		return;
	stats_prefer_corruption(&t->stats);
	t->seconds = t->stats.elapsed_ms / 1000.0 - t->tracing_s;
	verdict_judge(t);
	/* A module that cannot stop would take us along. */
	if (stopped && module_unload(reason, sizeof(reason)))
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
	t->loaded = false;
}

/**
 * torture_end() - Give the device back and print the record.
 * @t: The run, started or given up; nobody of the test's touches the device.
 */
void torture_end(struct torture *t)
{
	torture_stop(t);
	device_put(&t->device);
	record_print(t);
	watchdog_end(t);
	stats_release(&t->stats);
	json_decref(t->extra);
	t->extra = NULL;
}

/**
 * torture_run() - A whole run in which a mover moves folios, from device to record.
 * @t: The run, initialized.
 * @batch: Pages per call, see torture_move().
 */
void torture_run(struct torture *t, unsigned int batch)
{
	struct mover mover = { .running = false };

	if (!torture_start(t) && !torture_move(t, &mover, batch))
		torture_wait(t);
	torture_move_end(t, &mover);
	torture_end(t);
}
