// SPDX-License-Identifier: GPL-2.0
/*
 * Bhtorture - torture test of page migration against buffer_head lookups.
 *
 * Hammers __find_get_block() on a block device's page cache while userspace (the
 * selftests, or whoever) forces migration, and judges whether updates, reads and
 * references survive. Modelled on kernel/locking/locktorture.c: loading starts the
 * torture, unloading (or a write to debugfs' stop) ends it with a verdict line.
 *
 * This file owns the order in which the parts start and stop.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "bhtorture.h"

MODULE_DESCRIPTION("Torture test of page migration against buffer_head lookups");
MODULE_AUTHOR("The bhtorture developers");
MODULE_LICENSE("GPL");

static struct torture *torture;

static bool probes_armed(const struct torture *t)
{
	return t->watch.norefs_armed || t->watch.release_armed ||
	       t->steering.armed || t->linger.armed;
}

/*
 * End everything that acts, in an order in which nobody hands work to a part
 * that is gone: hammer, then migrations (probes removed while there are none),
 * then what the last of them vacated. Works from any half-built state.
 */
static void quiesce(struct torture *t)
{
	monitor_stop(t);
	jitter_stop(t);
	hammer_stop(t);
	latency_stop(t);
	if (probes_armed(t) && t->target.mapping && strategy_block(t))
		pr_warn("no memory to hold migrations off while probes are removed\n");
	linger_stop(t);
	steering_stop(t);
	others_stop(t);
	watch_stop(t);
	strategy_remove(t);
	quarantine_stop(t);
}

/**
 * torture_stop() - Quiesce, judge what is left, say the verdict; once.
 * @t: The torture. Its statistics stay readable until the module goes.
 *
 * May sleep for long. Called by debugfs' stop and by module exit.
 *
 * Return: 0, or -EBUSY when threads are stuck in the kernel under test: waiting
 * for them would hang the caller, too, and only a reboot helps.
 */
int torture_stop(struct torture *t)
{
	int rc = 0;

	mutex_lock(&t->stop_lock);
	if ((READ_ONCE(t->monitor.stuck_threads) ||
	     READ_ONCE(t->monitor.stuck_migrations)) &&
	    t->params->injected != ORACLE_STUCK) {
		pr_err("cannot stop: %u threads and %u migrations are stuck; see their stacks above, then reboot\n",
		       t->monitor.stuck_threads,
		       t->monitor.stuck_migrations);
		rc = -EBUSY;
	} else if (!t->stopped) {
		t->ended_ns = ktime_get_mono_fast_ns();
		quiesce(t);
		aftermath_judge(t);
		t->stopped = true;
		stats_verdict(t);
	}
	mutex_unlock(&t->stop_lock);
	return rc;
}

static void torture_free(struct torture *t)
{
	quiesce(t);
	target_close(t);
	kfree(t->hammer.thread);
	latency_free(t);
	vfree(t);
}

static int torture_start(struct torture *t)
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
	rc = t->target.mapping ? strategy_block(t) : 0;
	if (rc)
		return rc;
	rc = watch_start(t);
	if (rc)
		return rc;
	rc = others_start(t);
	if (rc)
		return rc;
	rc = steering_start(t);
	if (rc)
		return rc;
	linger_start(t);
	rc = jitter_start(t);
	if (rc)
		return rc;
	if (t->target.mapping)
		strategy_install(t);
	params_print("Start of test");
	t->began_ns = ktime_get_mono_fast_ns();
	rc = hammer_start(t);
	if (rc)
		return rc;
	rc = monitor_start(t);
	if (rc)
		return rc;
	return debugfs_start(t);
}

static int __init bhtorture_init(void)
{
	struct torture *t;
	int rc;

	rc = params_check();
	if (rc)
		return rc;
	t = vzalloc(sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->params = params_get();
	t->strategy = strategy_find(t->params->strategy);
	mutex_init(&t->stop_lock);
	oracle_init(t);

	rc = torture_start(t);
	if (rc) {
		torture_free(t);
		return rc;
	}
	torture = t;
	return 0;
}

static void __exit bhtorture_exit(void)
{
	torture_stop(torture);
	debugfs_stop(torture);
	torture_free(torture);
}

module_init(bhtorture_init);
module_exit(bhtorture_exit);
