// SPDX-License-Identifier: GPL-2.0
/*
 * A run while it goes on: looks at the statistics, prints progress, and says when it
 * is over. What a test prepares in between is left out of the count.
 */
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "module.h"
#include "progress.h"
#include "taint.h"
#include "verdict.h"
#include "watchdog.h"

#define LOOK_EVERY_S		0.1	/* at the statistics */
#define PROGRESS_EVERY_S	2.0
#define PROGRESS_BRIEF_S	10.0
/* After the first violation: lost updates need 20 ms to be told from late ones. */
#define VIOLATED_GRACE_S	0.5

static double progress_every(const struct torture *t)
{
	return t->options.brief ? PROGRESS_BRIEF_S : PROGRESS_EVERY_S;
}

/**
 * torture_complained() - Has the kernel complained since the module was loaded?
 * @t: The running torture; fails if so, unless it is decided.
 *
 * The oracle `kernel`, from inside: whoever wants to know soon does not wait for the
 * console to be read.
 */
bool torture_complained(struct torture *t)
{
	unsigned long taint = taint_complaints() & ~t->taint;

	if (taint)
		torture_give_up(t, TORTURE_FAIL,
				"the kernel complains, see its messages (tainted: %#lx)",
				taint);
	return taint;
}

/**
 * torture_violated() - An oracle of the test itself has fired: one that the module
 * cannot have, because what is judged is seen by user space only.
 * @t: The running torture; fails, unless it is decided.
 * @oracle: Its name, as in the record.
 * @format: What it has seen.
 *
 * Return: -1.
 */
int torture_violated(struct torture *t, const char *oracle, const char *format, ...)
{
	char what[TORTURE_REASON_MAX - 64];
	va_list arguments;

	if (t->result != TORTURE_UNDECIDED)
		return -1;
	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	t->oracle = oracle;
	t->oracle_ms = (clock_s() - t->began) * 1000;
	return torture_give_up(t, TORTURE_FAIL, "%s: %s", oracle, what);
}

static void look_for_complaints(struct torture *t)
{
	if (!t->until_complaint || t->stats.violations ||
	    t->result != TORTURE_UNDECIDED || !torture_complained(t))
		return;
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
	if (!t->violated && verdict_caught(t))
		t->violated = time;
	t->stuck = verdict_stuck(t, &t->stats);
	look_for_complaints(t);
}

/**
 * torture_continue() - Is the run to go on?
 * @t: The running torture.
 *
 * Looks at the statistics and prints progress when it is time to; cheap enough
 * to be called after every few milliseconds' work.
 *
 * When the time is up and too little has happened for a pass, the run goes on for a
 * while: the machine may be busy otherwise.
 *
 * Return: false once the time is up, or shortly after the first violation: what
 * was caught is enough, and a kernel that loses updates should not be kept busy.
 */
bool torture_continue(struct torture *t)
{
	double time = clock_s();

	if (watchdog_is_orphan()) {
		torture_give_up(t, TORTURE_FAIL, "the test program was killed");
		return false;
	}
	if (time >= t->next_look) {
		look(t, time);
		t->next_look = clock_s() + LOOK_EVERY_S;
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
	if (verdict_has_enough(t))
		return false;
	if (time < t->began + t->duration_s)
		return true;
	return !t->fixed_duration &&
	       time < t->began + TORTURE_LONGEST * t->duration_s + t->excluded_s &&
	       !t->stats.violations && (t->wanting || !verdict_is_conclusive(t));
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

static void pause_hammer(struct torture *t, bool pause)
{
	char reason[TORTURE_REASON_MAX];

	if (module_pause(pause, reason, sizeof(reason)))
		torture_give_up(t, TORTURE_FAIL, "%s", reason);
}

/**
 * torture_exclude_begin() - From here on the test only puts folios in place.
 * @t: The running torture.
 *
 * The hammer pauses meanwhile, and migrations are not counted. So a violation is due
 * to what the test is about.
 */
void torture_exclude_begin(struct torture *t)
{
	t->excluding_began = clock_s();
	pause_hammer(t, true);
	look(t, clock_s());
	t->excluding_migrations = t->stats.migrations;
	t->excluding_exposures = t->stats.exposures;
}

/**
 * torture_exclude_end() - From here on it counts again.
 * @t: The running torture, after torture_exclude_begin().
 */
void torture_exclude_end(struct torture *t)
{
	look(t, clock_s());
	t->excluded_migrations += t->stats.migrations - t->excluding_migrations;
	if (t->stats.exposures != t->excluding_exposures)
		torture_give_up(t, TORTURE_FAIL, "the hammer did not pause: %llu exposures",
				t->stats.exposures - t->excluding_exposures);
	pause_hammer(t, false);
	t->excluded_s += clock_s() - t->excluding_began;
	t->excluding_began = 0;
}

/**
 * torture_restart_clock() - The run's time begins only now.
 * @t: The running torture: what was prepared so far does not count as torture.
 */
void torture_restart_clock(struct torture *t)
{
	t->began = clock_s();
	t->next_progress = t->began + progress_every(t);
}
