// SPDX-License-Identifier: GPL-2.0
/*
 * One migration from its begin to its end: it has a slot meanwhile, and its vacated
 * folio goes to the quarantine. That folios move at all is judged with each end.
 *
 * For the strategy `kernel` called by norefs.c's probe, for the module's own
 * strategies by strategy.c.
 */
#include <linux/kprobes.h>

#include "bhtorture.h"
#include "compat.h"
#include "judge/mobility.h"
#include "judge/quarantine.h"
#include "observe/migration.h"
#include "observe/slots.h"

/**
 * migration_begin() - A folio of the target enters the migrate callback.
 * @t: The torture.
 * @src: The folio, locked and isolated.
 * @mode: The migrate mode.
 *
 * Context: any. Runs in a probe handler, with preemption disabled and possibly with
 * interrupts off.
 *
 * Return: the slot to hand to migration_end(), may be NULL.
 */
struct slot *migration_begin(struct torture *t, struct folio *src,
			     enum migrate_mode mode)
{
	struct slot *slot = slots_begin(t->slots, src, mode);

	if (slot)
		mobility_begin(t, slot, src);
	return slot;
}

NOKPROBE_SYMBOL(migration_begin);

/**
 * migration_end() - The callback is about to return.
 * @t: The torture.
 * @slot: What migration_begin() gave, may be NULL.
 * @src: The source folio, vacated if @rc is 0.
 * @rc: What the callback returns.
 *
 * Context: any. Runs in a probe handler, as migration_begin() does.
 */
void migration_end(struct torture *t, struct slot *slot, struct folio *src,
		   int rc)
{
	slots_count(t->slots, slot, rc);
	if (!slot)
		return;
	mobility_end(t, slot, src, rc);
	if (!rc && slot->buffers)
		quarantine_take(t->quarantine, src, slot);
	slots_release(t->slots, slot);
}

NOKPROBE_SYMBOL(migration_end);
