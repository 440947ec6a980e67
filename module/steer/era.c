// SPDX-License-Identifier: GPL-2.0
/*
 * Tells what keeps lookups out of the running kernel's norefs migration: the lock,
 * the flag, or nothing. A version number does not tell (stable trees backport).
 */
#include <linux/kprobes.h>

#include "bhtorture.h"
#include "compat.h"
#include "steer/era.h"
#include "target/strategy.h"

static void era_meet_lock(struct era *era, spinlock_t *lock)
{
	if (spin_trylock(lock)) {
		spin_unlock(lock);
		atomic64_inc(&era->met_open);
	} else {
		atomic64_inc(&era->met_locked);
	}
}

NOKPROBE_SYMBOL(era_meet_lock);

/**
 * era_meet() - Look at a move between its reference check and the move itself.
 * @era: Where to count it.
 * @mapping: The folio's mapping.
 * @src: The folio. It has buffers, unless the strategy `evict` has dropped them.
 *
 * The lock may be held by this very task: only trylock can ask without a deadlock.
 * With CONFIG_PREEMPT_RT a probe handler must not even try, and without CONFIG_SMP the
 * answer would always be yes: nothing is counted there.
 *
 * Context: any. Runs in a probe handler, maybe under private_lock.
 */
void era_meet(struct era *era, struct address_space *mapping, struct folio *src)
{
	struct buffer_head *head = folio_buffers(src);

	if (head && compat_buffer_migrating(head))
		atomic64_inc(&era->met_flagged);
	else if (IS_ENABLED(CONFIG_SMP) && !IS_ENABLED(CONFIG_PREEMPT_RT))
		era_meet_lock(era, mapping_private_lock(mapping));
}

NOKPROBE_SYMBOL(era_meet);

/**
 * era_name() - What keeps lookups out of this kernel's norefs migration.
 * @t: The torture.
 *
 * One move without lock and flag proves `open`. A lock that was held proves less: a
 * lookup may have held it.
 *
 * Return: "open", "held", "flag", or "unknown" while no move by the kernel itself has
 * been met.
 */
const char *era_name(const struct torture *t)
{
	const struct era *era = t->era;

	if (t->strategy->move)
		return "unknown";
	if (atomic64_read(&era->met_open))
		return "open";
	if (atomic64_read(&era->met_flagged))
		return "flag";
	if (atomic64_read(&era->met_locked))
		return "held";
	return "unknown";
}
