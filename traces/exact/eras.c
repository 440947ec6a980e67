// SPDX-License-Identifier: GPL-2.0
/*
 * Which steps of a migration and a lookup of the same folio may meet, for each era, and why.
 * Written down before anything was measured. The steps' places are within what they tell
 * (see pairs.c): a pair that is forbidden here, and met, is the broken protocol itself, even
 * where nobody has lost anything yet.
 *
 *   held  5.3 - 6.15: private_lock is held from the check to the end of the move. 5.0 - 5.2
 *         (`open`) lack just that, and are judged by it
 *   flag  6.16 on: BH_Migrate is set from before the check to the end of the move
 */
#include <fnmatch.h>
#include <stddef.h>
#include <string.h>

#include "exact/eras.h"
#include "lib/tools.h"

const char * const pair_kind_names[] = {
	[PAIR_POSSIBLE] = "possible",
	[PAIR_FORBIDDEN] = "forbidden",
	[PAIR_MEANINGLESS] = "meaningless",
};

/* From the check to the end of the move. */
#define MOVING	"@(checked|mapping_moved|buffers_moved|copied|flags)"

/* The first that fits counts. Names may be globs; @(...) is one of several. */
static const struct {
	const char *era, *migration, *lookup;
	enum pair_kind kind;
	const char *reason;
} rules[] = {
	{ "held", "flag_cleared", "*", PAIR_MEANINGLESS, "there is no BH_Migrate" },

	{ "*", "@(entered|buffers_locked)", "*", PAIR_POSSIBLE,
	  "nothing is decided yet" },
	{ "*", "lock_taken", "lock_taken", PAIR_FORBIDDEN,
	  "private_lock excludes them" },
	{ "*", "lock_taken", "*", PAIR_POSSIBLE,
	  "a reference that is there, or is taken from the bh LRU, which has one, will be seen" },

	{ "held", MOVING, "lock_taken", PAIR_FORBIDDEN,
	  "the migration has to hold private_lock" },
	{ "*", MOVING, "@(ref_taken|lock_released|returned)", PAIR_FORBIDDEN,
	  "the check has found no reference, and none may be taken until the folio has moved" },
	{ "flag", MOVING, "lock_taken", PAIR_POSSIBLE,
	  "it finds BH_Migrate set, and leaves without a reference" },
	{ "*", MOVING, "folio_found", PAIR_POSSIBLE,
	  "of the old folio before its entry moves, of the new one after that" },

	{ "*", "@(lock_released|flag_cleared)", "*", PAIR_POSSIBLE,
	  "it is over, refused, or will be checked again; or the folio is still flagged" },
};

/* The module's own, for STRATEGY=. evict drops the buffers, so nothing moves with them. */
static const struct {
	const char *callback, *strategy, *era;
} strategies[] = {
	{ "held_move", "held", "held" },
	{ "busted_move", "busted", "held" },
	{ "evict_move", "evict", NULL },
};

/**
 * era_of() - By which rules a callback has to move folios.
 * @callback: The function's name.
 * @flagged: The kernel's own clears BH_Migrate.
 * @strategy: Gets the strategy that it is of.
 *
 * Return: NULL when there are none.
 */
const char *era_of(const char *callback, bool flagged, const char **strategy)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(strategies); i++) {
		if (strcmp(strategies[i].callback, callback))
			continue;
		*strategy = strategies[i].strategy;
		return strategies[i].era;
	}
	*strategy = "kernel";
	return flagged ? "flag" : "held";
}

/**
 * era_pair() - What a pair of steps means.
 * @era: One that era_of() has returned.
 * @migration: The migration's step.
 * @lookup: The lookup's.
 * @reason: Gets the reason.
 */
enum pair_kind era_pair(const char *era, const char *migration, const char *lookup,
			const char **reason)
{
	size_t i;

	for (i = 0; era && i < ARRAY_SIZE(rules); i++) {
		if (fnmatch(rules[i].era, era, FNM_EXTMATCH) ||
		    fnmatch(rules[i].migration, migration, FNM_EXTMATCH) ||
		    fnmatch(rules[i].lookup, lookup, FNM_EXTMATCH))
			continue;
		*reason = rules[i].reason;
		return rules[i].kind;
	}
	*reason = "buffers do not move with their folio";
	return PAIR_MEANINGLESS;
}
