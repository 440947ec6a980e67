// SPDX-License-Identifier: GPL-2.0
/*
 * Is what a probe has missed over?
 *
 * A kretprobe misses calls when too many are in progress. Nobody sees such a call end, so
 * the judges that rely on the probe must not judge meanwhile. But what is probed runs with
 * a folio of the target locked. So after all folios have been locked once it is over.
 */
#include "bhtorture.h"
#include "compat.h"
#include "observe/missed.h"
#include "target/target.h"

/* Locking all folios disturbs what is tested. So not after each single miss. */
#define MISSED_WAIT_MS	10

static void missed_wait(struct work_struct *work)
{
	struct missed *missed = container_of(work, struct missed, work.work);
	unsigned long count = missed_count(missed);

	target_wait_for_callbacks(missed->torture->target);
	/* Pairs with missed_over(). */
	smp_store_release(&missed->over, count);
}

/**
 * missed_start() - Begin to look after a probe.
 * @missed: The state.
 * @t: The torture; its target has a mapping.
 * @probe: The probe, in place. It sees what happens with a folio locked.
 */
void missed_start(struct missed *missed, struct torture *t,
		  const struct kretprobe *probe)
{
	missed->torture = t;
	INIT_DELAYED_WORK(&missed->work, missed_wait);
	missed->probe = probe;
}

/**
 * missed_stop() - Nobody asks missed_over() any more.
 * @missed: Started or not.
 *
 * Context: task, may sleep as long as a folio stays locked.
 */
void missed_stop(struct missed *missed)
{
	if (missed->probe)
		cancel_delayed_work_sync(&missed->work);
	missed->probe = NULL;
}

/**
 * missed_over() - Have all calls ended that the probe has missed?
 * @missed: Started or not.
 *
 * If not, they will be waited for; ask again.
 *
 * Context: any but a probe handler.
 */
bool missed_over(struct missed *missed)
{
	/* Pairs with missed_wait(). */
	if (likely(missed_count(missed) == smp_load_acquire(&missed->over)))
		return true;
	if (!delayed_work_pending(&missed->work))
		schedule_delayed_work(&missed->work,
				      msecs_to_jiffies(MISSED_WAIT_MS));
	return false;
}
