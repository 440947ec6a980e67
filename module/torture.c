// SPDX-License-Identifier: GPL-2.0
/*
 * The order of things: how the parts of a torture start, quiesce and stop.
 *
 * Owns all parts, as one allocation, and looks up what the parameters name.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "bhtorture.h"
#include "hammer/threads.h"
#include "judge/aftermath.h"
#include "judge/inject.h"
#include "judge/mobility.h"
#include "judge/monitor.h"
#include "judge/stuck.h"
#include "judge/quarantine.h"
#include "judge/violation.h"
#include "observe/drops.h"
#include "observe/norefs.h"
#include "observe/others.h"
#include "observe/slots.h"
#include "report/armed.h"
#include "report/latency.h"
#include "report/outside.h"
#include "report/periodic.h"
#include "report/stats.h"
#include "steer/era.h"
#include "steer/delay.h"
#include "steer/gap.h"
#include "steer/jitter.h"
#include "steer/linger.h"
#include "steer/widen.h"
#include "target/strategy.h"
#include "target/target.h"
#include "thread.h"
#include "torture.h"

struct torture_parts {
	struct torture torture;
	struct latency latency;
	struct target target;
	struct slots slots;
	struct oracles oracles;
	struct quarantine quarantine;
	struct mobility mobility;
	struct norefs norefs;
	struct drops drops;
	struct others others;
	struct widen widen;
	struct era era;
	struct gap gap;
	struct delay delay;
	struct lingering linger;
	struct jitter jitter;
	struct hammer hammer;
	struct monitor monitor;
	struct stuck stuck;
	struct aftermath aftermath;
	struct armed armed;
	struct periodic periodic;
};

/* Somebody else uses what is watched. */
static int torture_check_watch(const struct torture *t)
{
	const char *watch = t->params->watch;

	if (!strcmp(watch, "all")) {
		pr_err("strategy=%s needs one device: not with watch=all\n",
		       t->strategy->name);
		return -EINVAL;
	}
	if (!t->params->watch_force) {
		pr_err("watch=%s strategy=%s may destroy what is on the device: watch_force=1 if you want that\n",
		       watch, t->strategy->name);
		return -EINVAL;
	}
	return 0;
}

/* What the parameters say by name. */
static int torture_find(struct torture *t)
{
	char names[64];
	int rc;

	t->strategy = strategy_find(t->params->strategy);
	if (!t->strategy) {
		strategy_names(names, sizeof(names));
		pr_err("strategy=%s is unknown, known are: %s\n",
		       t->params->strategy, names);
		return -EINVAL;
	}
	if (t->strategy->move && t->params->watch) {
		rc = torture_check_watch(t);
		if (rc)
			return rc;
	}
	return inject_find(t);
}

/**
 * torture_create() - A torture by the checked parameters. Nothing runs yet.
 *
 * Return: the torture, to be given to torture_free(), or an error pointer.
 */
struct torture *torture_create(void)
{
	struct torture_parts *parts = vzalloc(sizeof(*parts));
	struct torture *t;
	int rc;

	if (!parts)
		return ERR_PTR(-ENOMEM);
	t = &parts->torture;
	t->params = params_get();
	t->latency = &parts->latency;
	t->target = &parts->target;
	t->slots = &parts->slots;
	t->oracles = &parts->oracles;
	t->quarantine = &parts->quarantine;
	t->mobility = &parts->mobility;
	t->norefs = &parts->norefs;
	t->drops = &parts->drops;
	t->others = &parts->others;
	t->widen = &parts->widen;
	t->era = &parts->era;
	t->gap = &parts->gap;
	t->delay = &parts->delay;
	t->linger = &parts->linger;
	t->jitter = &parts->jitter;
	t->hammer = &parts->hammer;
	t->monitor = &parts->monitor;
	t->stuck = &parts->stuck;
	t->aftermath = &parts->aftermath;
	t->armed = &parts->armed;
	t->periodic = &parts->periodic;
	mutex_init(&t->stop_lock);
	slots_init(t);
	violation_init(t);

	rc = torture_find(t);
	if (rc) {
		vfree(parts);
		return ERR_PTR(rc);
	}
	return t;
}

/*
 * End everything that acts, in an order in which nobody hands work to a part that is
 * gone: the hammer, then what sees or makes migrations, then what the last of them
 * vacated. Works from any half-built state.
 */
static void torture_quiesce(struct torture *t)
{
	periodic_stop(t);
	armed_stop(t);
	monitor_stop(t);
	jitter_stop(t);
	threads_stop(t);
	latency_stop(t);
	strategy_remove(t);
	linger_stop(t);
	delay_stop(t);
	gap_stop(t);
	widen_stop(t);
	others_stop(t);
	norefs_stop(t);
	drops_stop(t);
	quarantine_stop(t);
	outside_end(t->target->mapping, ktime_get_mono_fast_ns());
}

/*
 * Wait until nobody of ours is inside the kernel under test. The monitor looks on: who got
 * stuck shortly before the end is told, too.
 */
static int torture_wait_idle(struct torture *t)
{
	int rc = threads_pause(t, true);

	if (rc == -EBUSY && !stuck_is(t))
		rc = 0;		/* provoked: it answers to kthread_stop() */
	if (rc)
		return rc;
	rc = stuck_wait_for_migrations(t);
	if (rc)
		WRITE_ONCE(t->hammer->pause, false);
	return rc;
}

static void torture_cannot_stop(struct torture *t)
{
	pr_err("cannot stop: %u threads and %u migrations are stuck; see their stacks above, then reboot\n",
	       READ_ONCE(t->hammer->stuck), READ_ONCE(t->stuck->migrations));
	/* There may be nobody to say it later. */
	if (!t->given_up)
		stats_verdict(t);
	t->given_up = true;
}

/**
 * torture_stop() - Quiesce, judge what is left, say the verdict; once.
 * @t: The torture. Its statistics stay readable until the module goes.
 *
 * Called by debugfs' stop and by module exit. In two steps: all threads stand still while
 * the monitor still looks after them. Then they are told to end.
 *
 * Context: task. May sleep for long.
 *
 * Return: 0, -EINTR after a signal, or -EBUSY when threads are stuck in the kernel under
 * test: waiting for them would hang the caller, too, and only a reboot helps.
 */
int torture_stop(struct torture *t)
{
	int rc = 0;

	if (mutex_lock_killable(&t->stop_lock))
		return -EINTR;
	if (!t->stopped)
		rc = torture_wait_idle(t);
	if (rc == -EBUSY) {
		torture_cannot_stop(t);
	} else if (!rc && !t->stopped) {
		WRITE_ONCE(t->ended_ns, ktime_get_mono_fast_ns());
		torture_quiesce(t);
		aftermath_judge(t);
		t->stopped = true;
		stats_verdict(t);
	}
	mutex_unlock(&t->stop_lock);
	return rc;
}

/**
 * torture_shutdown() - The machine goes down: nobody uses the device any more.
 * @t: The torture, running or stopped.
 *
 * Context: task, the one that reboots. Sleeps for a few seconds at most.
 */
void torture_shutdown(struct torture *t)
{
	if (!mutex_trylock(&t->stop_lock))
		return;		/* somebody stops it */
	if (!t->stopped) {
		pr_alert("the machine goes down: the hammer %s\n",
			 threads_park(t) ? "stands still" : "does not stand still");
		stats_console(t);
	}
	mutex_unlock(&t->stop_lock);
}

/**
 * torture_free() - Quiesce without a verdict, give the device back, forget all.
 * @t: The torture, in any half-built state.
 *
 * Context: task. May sleep for long.
 */
void torture_free(struct torture *t)
{
	torture_quiesce(t);
	target_close(t);
	threads_free(t);
	latency_free(t);
	vfree(container_of(t, struct torture_parts, torture));
}

/* The strategy last: its migrations meet all probes. */
static int torture_arm(struct torture *t)
{
	int rc;

	rc = norefs_start(t);
	if (rc)
		return rc;
	drops_start(t);
	rc = others_start(t);
	if (rc)
		return rc;
	rc = widen_start(t);
	if (rc)
		return rc;
	gap_start(t);
	delay_start(t);
	linger_start(t);
	rc = jitter_start(t);
	if (rc)
		return rc;
	rc = strategy_install(t);
	if (rc)
		return rc;
	/* The judges believe that no migration and no drop goes by unseen. */
	if (target_owned(t->target))
		target_wait_for_callbacks(t->target);
	return 0;
}

/**
 * torture_start() - Open the target, arm the probes, start the threads.
 * @t: What torture_create() gave.
 *
 * Context: task. May sleep for long.
 *
 * Return: 0 or an error, after one line; torture_free() undoes any part.
 */
int torture_start(struct torture *t)
{
	int rc;

	rc = target_open(t);
	if (rc)
		return rc;
	rc = latency_start(t);
	if (rc)
		return rc;
	rc = quarantine_start(t);
	if (rc)
		return rc;
	outside_begin(t->target->mapping, t->target->bdev, t->params->test,
		      ktime_get_mono_fast_ns());
	rc = torture_arm(t);
	if (rc)
		return rc;
	params_print("Start of test");
	t->began_ns = ktime_get_mono_fast_ns();
	rc = threads_start(t);
	if (rc)
		return rc;
	rc = monitor_start(t);
	if (rc)
		return rc;
	armed_start(t);
	periodic_start(t);
	return 0;
}
