// SPDX-License-Identifier: GPL-2.0
/*
 * Statistics on the console every stats_s seconds, as locktorture's stat_interval. A
 * machine that hangs leaves at least these numbers.
 */
#include <linux/jiffies.h>

#include "bhtorture.h"
#include "report/periodic.h"
#include "report/stats.h"

static void periodic_print(struct work_struct *work)
{
	struct periodic *periodic = container_of(work, struct periodic, work.work);
	struct torture *t = periodic->torture;

	stats_console(t);
	schedule_delayed_work(&periodic->work, t->params->stats_s * HZ);
}

/**
 * periodic_start() - Print from now on.
 * @t: The torture, which runs.
 */
void periodic_start(struct torture *t)
{
	struct periodic *periodic = t->periodic;

	if (!t->params->stats_s)
		return;
	periodic->torture = t;
	INIT_DELAYED_WORK(&periodic->work, periodic_print);
	periodic->started = true;
	schedule_delayed_work(&periodic->work, t->params->stats_s * HZ);
}

/**
 * periodic_stop() - Print no more; safe in any half-built state.
 * @t: The torture.
 */
void periodic_stop(struct torture *t)
{
	if (t->periodic->started)
		cancel_delayed_work_sync(&t->periodic->work);
	t->periodic->started = false;
}
