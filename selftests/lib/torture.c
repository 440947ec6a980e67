// SPDX-License-Identifier: GPL-2.0
/*
 * One torture run, from the device to the record.
 *
 * Owns the order of things, the progress lines and the watchdog. The harness
 * puts a test into a process group of its own and forgets it when it is killed
 * itself (Ctrl-C, the runner's time limit): a run therefore looks for the program
 * it belongs to and ends, unloading the module, once that is gone.
 */
#include <errno.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "torture.h"

#define LOOK_EVERY_S		0.1	/* at the statistics */
#define PROGRESS_EVERY_S	2.0
#define PROGRESS_BRIEF_S	10.0
/* After the first violation: lost updates need 20 ms to be told from late ones. */
#define VIOLATED_GRACE_S	0.5
#define LONGEST			3	/* times the duration: see torture_continue() */
/* For filling the device, stopping and unloading, on a slow debug kernel. */
#define WATCHDOG_GRACE_S	180
/* Once something is stuck in the kernel: nothing will end it any more. */
#define WATCHDOG_STUCK_S	10

/* Of the kernel's taint: bad page (5), oops (7), WARN() and its like (9), soft lockup (14). */
#define COMPLAINTS	0x42a0UL

static pid_t harness;

static void __attribute__((constructor)) remember_harness(void)
{
	harness = getpid();
	/* A pipe to the runner must not hold lines back. */
	setvbuf(stdout, NULL, _IOLBF, 0);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

/**
 * torture_give_up() - Decide a run's result before its end.
 * @t: The run; the first decision stands, only a pass gives way to anything and
 * what was inconclusive to a failure (a damaged filesystem is found late).
 * @result: TORTURE_FAIL, TORTURE_INCONCLUSIVE or TORTURE_SKIP.
 * @format: The reason, one line.
 *
 * Return: -1, for the caller to pass on.
 */
int torture_give_up(struct torture *t, enum torture_result result,
		    const char *format, ...)
{
	bool overruled = t->result == TORTURE_INCONCLUSIVE && result == TORTURE_FAIL;
	va_list arguments;

	if (t->result != TORTURE_UNDECIDED && t->result != TORTURE_PASS && !overruled)
		return -1;
	t->result = result;
	va_start(arguments, format);
	vsnprintf(t->reason, sizeof(t->reason), format, arguments);
	va_end(arguments);
	return -1;
}

static void print_record(const struct torture *t)
{
	char *record = record_format(t);

	printf("# %s: %s\n", t->name, t->reason);
	printf("# bhtorture: %s\n", record ?: "{}");
	free(record);
}

/*
 * Leave although threads of ours will never come back from the kernel. The process
 * stays with them, and with it everything that waits for its end or for the end of
 * its output: the harness, the runner.
 */
static void abandon(void)
{
	int fd;

	fflush(stdout);
	for (fd = 0; fd < sysconf(_SC_OPEN_MAX) && fd < 1024; fd++)
		close(fd);
	kill(harness, SIGKILL);
	_exit(1);
}

static void *watchdog_main(void *argument)
{
	struct torture *t = argument;
	unsigned int limit = t->duration_s * LONGEST + WATCHDOG_GRACE_S;
	double began = now(), stuck = 0;
	struct timespec look;

	for (;;) {
		clock_gettime(CLOCK_REALTIME, &look);
		look.tv_sec++;
		if (!sem_timedwait(&t->ended, &look))
			return NULL;
		if (errno != ETIMEDOUT)
			continue;
		if (t->stuck && !stuck)
			stuck = now();
		if (now() < began + limit &&
		    !(stuck && now() > stuck + WATCHDOG_STUCK_S))
			continue;
		torture_give_up(t, TORTURE_FAIL, stuck ?
				"stuck in the kernel, not over after %.0f s; only a reboot helps" :
				"time limit: not over after %.0f s",
				now() - began);
		t->seconds = t->stats.elapsed_ms / 1000.0 - t->tracing_s;
		record_judge(t);
		print_record(t);
		abandon();
		return NULL;
	}
}

static double progress_every(const struct torture *t)
{
	return t->options.brief ? PROGRESS_BRIEF_S : PROGRESS_EVERY_S;
}

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
	t->device.loop_fd = -1;
	t->device.file_fd = -1;
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

	if (mover_nodes(nodes) < 2)
		torture_give_up(t, TORTURE_SKIP,
				"needs two NUMA nodes with memory (boot with numa=fake=2)");
}

/* What the kernel has complained of since it booted. */
static unsigned long kernel_complaints(void)
{
	FILE *file = fopen("/proc/sys/kernel/tainted", "r");
	unsigned long taint = 0;

	if (file) {
		if (fscanf(file, "%lu", &taint) != 1)
			taint = 0;
		fclose(file);
	}
	return taint & COMPLAINTS;
}

static int get_device(struct torture *t)
{
	char reason[TORTURE_REASON_MAX];
	int rc;

	rc = device_get(&t->device, t->options.device, t->device_kib, reason,
			sizeof(reason));
	if (!rc)
		return 0;
	return torture_give_up(t, rc < 0 ? TORTURE_FAIL : TORTURE_SKIP, "%s",
			       reason);
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
	sem_init(&t->ended, 0, 0);
	t->watched = !pthread_create(&t->watchdog, NULL, watchdog_main, t);
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
	/* Left behind by a test that was killed. */
	if (module_unload(reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	if (t->device.kind == DEVICE_NONE && get_device(t))
		return -1;
	t->prepared = true;
	return 0;
}

/**
 * torture_arguments() - The module parameters that the run is loaded with.
 * @t: The run, prepared.
 * @arguments: Where to put them.
 * @size: Of @arguments.
 */
void torture_arguments(const struct torture *t, char *arguments, size_t size)
{
	if (t->watch)
		snprintf(arguments, size, "watch=%s strategy=%s seed=%u %s %s",
			 t->watch_all ? "all" : t->device.path, t->strategy,
			 t->options.seed, t->params, t->options.params);
	else
		snprintf(arguments, size,
			 "device=%s strategy=%s block_size=%u seed=%u %s %s",
			 t->device.path, t->strategy, t->block_size,
			 t->options.seed, t->params, t->options.params);
}

static int start_tracer(struct torture *t)
{
	char reason[TORTURE_REASON_MAX];
	double began = now();

	if (tracer_start(&t->tracer, t->name, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	if (t->loaded)
		t->tracing_s = now() - began;
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

	if (!t->prepared && torture_prepare(t))
		return -1;
	if (t->result != TORTURE_UNDECIDED)
		return -1;
	torture_arguments(t, arguments, sizeof(arguments));
	/* Before anybody looks up, when lookups are what is probed. */
	if (tracer_wants_lookups() && start_tracer(t))
		return -1;
	if (module_load(t->module, arguments, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	t->loaded = true;
	if (!t->tracer.pid && start_tracer(t))
		return -1;
	if (stats_read(&t->stats, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	t->taint = kernel_complaints();
	t->began = now();
	t->next_look = t->began;
	t->next_progress = t->began + progress_every(t);
	return 0;
}

/*
 * The oracle `kernel`, from inside: whoever wants to know soon does not wait for
 * the console to be read.
 */
static void look_for_complaints(struct torture *t)
{
	unsigned long taint = kernel_complaints() & ~t->taint;

	if (!t->until_complaint || !taint || t->stats.violations ||
	    t->result != TORTURE_UNDECIDED)
		return;
	torture_give_up(t, TORTURE_FAIL,
			"the kernel complains, see its messages (tainted: %#lx)",
			taint);
	t->extra = json_pack("{s:{s:i},s:{s:s,s:I,s:I}}", "violations",
			     "kernel", 1, "first_violation", "oracle", "kernel",
			     "ms", (json_int_t)t->stats.elapsed_ms,
			     "migrations", (json_int_t)torture_migrations(t));
}

static void look(struct torture *t, double time)
{
	char reason[TORTURE_REASON_MAX];

	if (stats_read(&t->stats, reason, sizeof(reason)))
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
	if (!t->violated && record_caught(t))
		t->violated = time;
	t->stuck = record_stuck(t);
	look_for_complaints(t);
}

/**
 * torture_continue() - Is the run to go on?
 * @t: The running torture.
 *
 * Looks at the statistics and prints progress when it is time to; cheap enough
 * to be called after every few milliseconds' work.
 *
 * On a machine that is busy otherwise a run goes on for a while if too little has
 * happened for a pass when the time is up.
 *
 * Return: false once the time is up, or shortly after the first violation: what
 * was caught is enough, and a kernel that loses updates should not be kept busy.
 */
bool torture_continue(struct torture *t)
{
	double time = now();

	if (kill(harness, 0) && errno == ESRCH) {
		torture_give_up(t, TORTURE_FAIL, "the test program was killed");
		return false;
	}
	if (time >= t->next_look) {
		look(t, time);
		t->next_look = now() + LOOK_EVERY_S;
	}
	if (time >= t->next_progress) {
		printf("# %s: %.0f s of %u, %llu migrations, %llu exposures\n",
		       t->name, time - t->began, t->duration_s,
		       torture_migrations(t), torture_exposures(t));
		t->next_progress = time + progress_every(t);
	}
	if (t->result != TORTURE_UNDECIDED)
		return false;
	if (t->violated && !t->options.keep_going &&
	    time >= t->violated + VIOLATED_GRACE_S)
		return false;
	if (time < t->began + t->duration_s)
		return true;
	return !t->fixed_duration && time < t->began + LONGEST * t->duration_s + t->excluded_s &&
	       !t->stats.violations && (t->wanting || !record_is_conclusive(t));
}

/**
 * torture_wait() - Let others do the work until the run is over.
 * @t: The running torture.
 */
void torture_wait(struct torture *t)
{
	while (torture_continue(t))
		usleep(LOOK_EVERY_S / 2 * 1e6);
}

/**
 * torture_move() - Move the tortured folios to and fro in the background.
 * @t: The running torture.
 * @mover: Zeroed; torture_move_end() in any case.
 * @batch: Pages per call.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int torture_move(struct torture *t, struct mover *mover, unsigned int batch)
{
	char reason[TORTURE_REASON_MAX];
	int rc;

	if (mover_open(mover, t, batch, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	rc = mover_start(mover);
	if (rc)
		return torture_give_up(t, TORTURE_FAIL, "no thread to move: %s",
				       strerror(rc));
	return 0;
}

/**
 * torture_move_device() - The same, but the begin of the device, whoever uses it.
 * @t: The run, prepared.
 * @mover: Zeroed; torture_move_end() in any case.
 * @bytes: How much of the device.
 * @batch: Pages per call.
 * @pause_us: After each pass.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int torture_move_device(struct torture *t, struct mover *mover, size_t bytes,
			unsigned int batch, unsigned int pause_us)
{
	char reason[TORTURE_REASON_MAX];
	int rc;

	if (mover_open_device(mover, t, bytes, batch, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	mover->pause_us = pause_us;
	rc = mover_start(mover);
	if (rc)
		return torture_give_up(t, TORTURE_FAIL, "no thread to move: %s",
				       strerror(rc));
	return 0;
}

/**
 * torture_move_end() - Undo torture_move(), from any half-built state.
 * @t: The run, before torture_end().
 * @mover: The mover.
 */
void torture_move_end(struct torture *t, struct mover *mover)
{
	mover_stop(mover);
	if (mover->error)
		torture_give_up(t, TORTURE_FAIL, "move_pages: %s",
				strerror(mover->error));
	mover_close(mover);
}

static void pause_hammer(struct torture *t, bool pause)
{
	char reason[TORTURE_REASON_MAX];

	if (module_pause(pause, reason, sizeof(reason)))
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
}

/**
 * torture_exclude_begin() - What moves from here on is not the test's own doing.
 * @t: The running torture.
 *
 * It is not counted, and the hammer pauses: what a test convicts, it convicts on
 * its own.
 */
void torture_exclude_begin(struct torture *t)
{
	t->excluding_began = now();
	pause_hammer(t, true);
	look(t, now());
	t->excluding_migrations = t->stats.migrations;
	t->excluding_exposures = t->stats.exposures;
}

/**
 * torture_exclude_end() - From here on it counts again.
 * @t: The running torture, after torture_exclude_begin().
 */
void torture_exclude_end(struct torture *t)
{
	look(t, now());
	t->excluded_migrations += t->stats.migrations - t->excluding_migrations;
	if (t->stats.exposures != t->excluding_exposures)
		torture_give_up(t, TORTURE_FAIL, "the hammer did not pause: %llu exposures",
				t->stats.exposures - t->excluding_exposures);
	pause_hammer(t, false);
	t->excluded_s += now() - t->excluding_began;
}

/**
 * torture_restart_clock() - The run's time begins only now.
 * @t: The running torture: what was prepared so far does not count as torture.
 */
void torture_restart_clock(struct torture *t)
{
	t->began = now();
	t->next_progress = t->began + PROGRESS_EVERY_S;
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

	if (t->loaded &&
	    (!stopped || stats_read(&t->stats, reason, sizeof(reason))))
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
	if (tracer_stop(&t->tracer, reason, sizeof(reason)))
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
	if (!t->loaded)
		return;
	stats_prefer_corruption(&t->stats);
	t->seconds = t->stats.elapsed_ms / 1000.0 - t->tracing_s;
	record_judge(t);
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
	print_record(t);
	if (t->watched) {
		sem_post(&t->ended);
		pthread_join(t->watchdog, NULL);
		sem_destroy(&t->ended);
		t->watched = false;
	}
	stats_release(&t->stats);
	json_decref(t->extra);
	t->extra = NULL;
}
