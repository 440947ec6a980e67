/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exposure.c: lookups of blocks whose folio migrates meanwhile, by migration.
 */
#ifndef _BHTORTURE_OBSERVE_EXPOSURE_H
#define _BHTORTURE_OBSERVE_EXPOSURE_H

#include <linux/types.h>

#include "observe/slots.h"

/* What a lookup has seen of its folio's migration at its begin. */
struct exposure {
	struct slot *slot;		/* NULL: the folio did not migrate */
	u32 sequence;			/* of the migration, because slots are reused */
	enum slot_stage stage;
};

void exposure_enter(struct slot *slot, pgoff_t index, struct exposure *exposure);
bool exposure_leave(struct slots *slots, struct slot *slot, pgoff_t index,
		    const struct exposure *exposure);

/**
 * exposure_begin() - A lookup begins.
 * @slots: The slots.
 * @index: The page's index in the target's page cache.
 * @exposure: What to hand to exposure_end().
 *
 * While nothing migrates it is one load.
 *
 * Context: any, probe handlers included.
 */
static inline void exposure_begin(struct slots *slots, pgoff_t index,
				  struct exposure *exposure)
{
	struct slot *slot = slots_find(slots, index);

	exposure->slot = NULL;
	if (unlikely(slot))
		exposure_enter(slot, index, exposure);
}

/**
 * exposure_end() - A lookup ends.
 * @slots: The slots.
 * @index: The page's index in the target's page cache.
 * @exposure: What exposure_begin() has seen.
 *
 * Context: any, probe handlers included.
 *
 * Return: true if the lookup was an exposure.
 */
static inline bool exposure_end(struct slots *slots, pgoff_t index,
				const struct exposure *exposure)
{
	struct slot *slot = slots_find(slots, index);

	if (likely(!slot && !exposure->slot))
		return false;
	return exposure_leave(slots, slot, index, exposure);
}

#endif /* _BHTORTURE_OBSERVE_EXPOSURE_H */
