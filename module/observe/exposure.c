// SPDX-License-Identifier: GPL-2.0
/*
 * Exposures, counted for the migration that they were exposures of.
 *
 * An exposure is a lookup of a block while its folio is inside the migrate callback.
 * A window exposure overlaps the window of a migration that then succeeds. The window
 * is from the moment at which the module meets the move (widen.c) until the lock or
 * BH_Migrate is given up after it (gap.c), or the callback returns where no probe sees
 * that. Only a window exposure could have lost an update. The time between the check
 * and the move is not in it, because no function tells its begin: on a sound kernel
 * nobody gets a reference there, so the count is a little too low, never too high.
 *
 * A slot is reused by the next migration. So each count has the sequence number of its
 * migration beside it. What comes too late for that is not counted, or counts as seen
 * when the migration is known to have succeeded.
 */
#include <linux/kprobes.h>

#include "bhtorture.h"
#include "observe/exposure.h"

/* Is it still the same migration? Otherwise what was read of the slot may be anything. */
static bool exposure_read(struct slot *slot, pgoff_t index, u32 *sequence,
			  enum slot_stage *stage)
{
	*sequence = READ_ONCE(slot->sequence);
	*stage = slot_stage(slot);
	smp_rmb();	/* both of one migration, or the index has changed */
	return slot_has(slot, index) && READ_ONCE(slot->sequence) == *sequence;
}

NOKPROBE_SYMBOL(exposure_read);

/**
 * exposure_enter() - A lookup begins while its folio migrates.
 * @slot: The migration's.
 * @index: The page's index.
 * @exposure: What to hand to exposure_leave().
 *
 * What begins in the window is counted at once: by the time that it ends, the
 * migration may be over.
 *
 * Context: any, probe handlers included.
 */
void exposure_enter(struct slot *slot, pgoff_t index, struct exposure *exposure)
{
	exposure->slot = NULL;
	if (!exposure_read(slot, index, &exposure->sequence, &exposure->stage))
		return;
	exposure->slot = slot;
	slot_count(&slot->exposures, exposure->sequence);
	if (exposure->stage == SLOT_WINDOW)
		slot_count(&slot->window_exposures, exposure->sequence);
}

NOKPROBE_SYMBOL(exposure_enter);

/**
 * exposure_leave() - A lookup ends whose folio migrates, or did so at its begin.
 * @slots: The slots.
 * @slot: The present migration's of the folio, or NULL.
 * @index: The page's index.
 * @exposure: What exposure_enter() has seen.
 *
 * Context: any, probe handlers included.
 *
 * Return: true if the lookup was an exposure.
 */
bool exposure_leave(struct slots *slots, struct slot *slot, pgoff_t index,
		    const struct exposure *exposure)
{
	const struct slot *before = exposure->slot;
	enum slot_stage stage;
	u32 sequence;
	bool known;

	known = slot && exposure_read(slot, index, &sequence, &stage);
	if (before && exposure->stage != SLOT_ENTERED)
		return true;
	if (known && (!before || (before == slot && exposure->sequence == sequence))) {
		if (!before)
			slot_count(&slot->exposures, sequence);
		if (stage != SLOT_ENTERED)
			slot_count(&slot->window_exposures, sequence);
	} else if (before && READ_ONCE(before->moved_sequence) == exposure->sequence) {
		/* It began before the window and ended after the migration. */
		atomic64_inc(&slots->window_exposures);
	}
	return before || known;
}

NOKPROBE_SYMBOL(exposure_leave);
