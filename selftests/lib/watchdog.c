// SPDX-License-Identifier: GPL-2.0
/*
 * Ends runs that do not end by themselves.
 *
 * The harness puts a test into a process group of its own and forgets it when it is
 * killed itself (Ctrl-C, the runner's time limit). A run therefore looks for the
 * program it belongs to, and ends once that is gone.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"
#include "record.h"
#include "verdict.h"
#include "watchdog.h"

/* For filling the device, stopping and unloading, on a slow debug kernel. */
#define GRACE_S		180
/* Once something is stuck in the kernel: nothing will end it any more. */
#define STUCK_S		10
/* The run's own thread does not look at the statistics any more: it may be what is stuck. */
#define OVERDUE_S	5

static pid_t harness;

static void __attribute__((constructor)) remember_harness(void)
{
	harness = getpid();
	/* A pipe to the runner must not hold lines back. */
	setvbuf(stdout, NULL, _IOLBF, 0);
}

/**
 * watchdog_is_orphan() - Is the test program gone that this run belongs to?
 */
bool watchdog_is_orphan(void)
{
	return kill(harness, 0) && errno == ESRCH;
}

/*
 * Leave although threads of ours will never come back from the kernel. The process
 * stays with them, and with it everything that waits for its end or for the end of
 * its output: the harness, from 6.12 on also a process between it and us
 * (TEST_F forks once more in kselftest_harness.h), and the runner.
 */
static void abandon(void)
{
	pid_t between = getppid();
	int fd;

	fflush(stdout);
	process_kill_children();
	if (between != harness && process_parent(between) == harness)
		kill(between, SIGKILL);
	kill(harness, SIGKILL);
	/* Last: a device that is closed may wait for what is stuck. */
	for (fd = 0; fd < sysconf(_SC_OPEN_MAX) && fd < 1024; fd++)
		close(fd);
	_exit(1);
}

/* Of the run's preparations, those that are under way included. */
static double excluded_s(const struct torture *t)
{
	double began = t->excluding_began;

	return t->excluded_s + (began ? clock_s() - began : 0);
}

/*
 * What the test's preparations take is no torture: a source that fills and scatters
 * memory before each round may need minutes for it on a busy machine.
 */
static double limit_s(const struct torture *t)
{
	return t->duration_s * TORTURE_LONGEST + GRACE_S + excluded_s(t);
}

/* A reading of its own: the run's thread may come back, and use the last one. */
static bool has_got_stuck(const struct torture *t)
{
	struct torture_stats stats = { 0 };
	char ignored[TORTURE_REASON_MAX];
	bool stuck;

	stuck = !stats_read(&stats, ignored, sizeof(ignored)) && verdict_stuck(t, &stats);
	stats_release(&stats);
	return stuck;
}

static void *watchdog_main(void *argument)
{
	struct torture *t = argument;
	double began = clock_s(), stuck = 0;
	char ignored[TORTURE_REASON_MAX];
	struct timespec look;

	for (;;) {
		clock_gettime(CLOCK_REALTIME, &look);
		look.tv_sec++;
		if (!sem_timedwait(&t->ended, &look))
			return NULL;
		if (errno != ETIMEDOUT)
			continue;
		if (!t->stuck && t->next_look && clock_s() > t->next_look + OVERDUE_S)
			t->stuck = has_got_stuck(t);
		if (t->stuck && !stuck)
			stuck = clock_s();
		if (clock_s() < began + limit_s(t) &&
		    !(stuck && clock_s() > stuck + STUCK_S))
			continue;
		torture_give_up(t, TORTURE_FAIL, stuck ?
				"stuck in the kernel, not over after %.0f s; only a reboot helps" :
				"time limit: not over after %.0f s",
				clock_s() - began);
		stats_read(&t->stats, ignored, sizeof(ignored));
		stats_freeze();
		t->seconds = t->stats.elapsed_ms / 1000.0 - t->tracing_s;
		verdict_judge(t);
		record_print(t);
		abandon();
		return NULL;
	}
}

/**
 * watchdog_start() - From now on the run's time is limited.
 * @t: The run.
 */
void watchdog_start(struct torture *t)
{
	sem_init(&t->ended, 0, 0);
	t->watched = !pthread_create(&t->watchdog, NULL, watchdog_main, t);
}

/**
 * watchdog_end() - The run is over.
 * @t: The run, its watchdog started or not.
 */
void watchdog_end(struct torture *t)
{
	if (!t->watched)
		return;
	sem_post(&t->ended);
	pthread_join(t->watchdog, NULL);
	sem_destroy(&t->ended);
	t->watched = false;
}
