// SPDX-License-Identifier: GPL-2.0
/*
 * Which steps of a migration and a lookup of the same folio may meet, for each era, and why.
 * Written down before anything was measured. The steps' places are within what they tell
 * (see exact/pairs.c): a pair that is forbidden here, and met, is the broken protocol itself,
 * even where nobody has lost anything yet.
 *
 *   held  5.3 - 6.15: private_lock is held from the check to the end of the move
 *   flag  6.16 on: BH_Migrate is set from before the check to the end of the move
 *   open  5.0 - 5.2: nothing keeps lookups out; what it lacks is the same
 */
#include <fnmatch.h>
#include <stddef.h>

#include "lib/tools.h"
#include "report/eras.h"

const char * const era_migration_steps[ERA_MIGRATION_STEPS] = {
	"entered", "buffers_locked", "lock_taken", "checked", "mapping_moved",
	"buffers_moved", "copied", "flags", "lock_released", "flag_cleared",
};

const char * const era_lookup_steps[ERA_LOOKUP_STEPS] = {
	"folio_found", "lock_taken", "ref_taken", "lock_released", "returned",
};

/* The first that fits counts. Names may be globs; @(...) is one of several. */
static const struct {
	const char *era, *migration, *lookup;
	enum pair_kind kind;
	const char *reason;
} rules[] = {
	{ "@(held|open)", "flag_cleared", "*", PAIR_MEANINGLESS, "there is no BH_Migrate" },

	{ "*", "@(entered|buffers_locked)", "*", PAIR_POSSIBLE,
	  "nothing is decided yet" },
	{ "*", "lock_taken", "lock_taken", PAIR_FORBIDDEN,
	  "private_lock excludes them" },
	{ "*", "lock_taken", "*", PAIR_POSSIBLE,
	  "a reference that is there, or is taken from the bh LRU, which has one, will be seen" },

	{ "held", "@(checked|mapping_moved|buffers_moved|copied|flags)", "lock_taken",
	  PAIR_FORBIDDEN, "the migration holds private_lock" },
	{ "*", "@(checked|mapping_moved|buffers_moved|copied|flags)",
	  "@(ref_taken|lock_released|returned)", PAIR_FORBIDDEN,
	  "the check has found no reference, and none may be taken until the folio has moved" },
	{ "flag", "@(checked|mapping_moved|buffers_moved|copied|flags)", "lock_taken",
	  PAIR_POSSIBLE, "it finds BH_Migrate set, and leaves without a reference" },
	{ "open", "@(checked|mapping_moved|buffers_moved|copied|flags)", "lock_taken",
	  PAIR_FORBIDDEN, "nothing keeps it from taking a reference" },
	{ "*", "@(checked|mapping_moved|buffers_moved|copied|flags)", "folio_found",
	  PAIR_POSSIBLE, "of the old folio before its entry moves, of the new one after that" },

	{ "*", "@(lock_released|flag_cleared)", "*", PAIR_POSSIBLE,
	  "it is over, refused, or will be checked again; or the folio is still flagged" },
};

/**
 * era_pair() - What a pair of steps means.
 * @era: Of the kernel, or of the strategy that moves folios in its place.
 * @migration: The migration's step.
 * @lookup: The lookup's.
 * @reason: Gets the reason.
 */
enum pair_kind era_pair(const char *era, const char *migration, const char *lookup,
			const char **reason)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++) {
		if (fnmatch(rules[i].era, era, FNM_EXTMATCH) ||
		    fnmatch(rules[i].migration, migration, FNM_EXTMATCH) ||
		    fnmatch(rules[i].lookup, lookup, FNM_EXTMATCH))
			continue;
		*reason = rules[i].reason;
		return rules[i].kind;
	}
	*reason = "not known";
	return PAIR_MEANINGLESS;
}
