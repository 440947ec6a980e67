/* SPDX-License-Identifier: GPL-2.0 */
/* Which step of a migration has met which step of a lookup of the same folio. */
#ifndef _BHT_EXACT_PAIRS_H
#define _BHT_EXACT_PAIRS_H

#include <stdio.h>

struct thread;

enum migration_step {
	MIGRATION_NONE,
	MIGRATION_ENTERED,
	MIGRATION_BUFFERS_LOCKED,	/* about to take private_lock */
	MIGRATION_LOCK_TAKEN,
	MIGRATION_CHECKED,		/* begins to copy, or to move the mapping's entry */
	MIGRATION_MAPPING_MOVED,
	MIGRATION_BUFFERS_MOVED,	/* the first of them, at least */
	MIGRATION_COPIED,
	MIGRATION_FLAGS,
	MIGRATION_LOCK_RELEASED,
	MIGRATION_FLAG_CLEARED,
	MIGRATION_STEPS,
};

enum lookup_step {
	LOOKUP_NONE,
	LOOKUP_FOLIO_FOUND,
	LOOKUP_LOCK_TAKEN,
	LOOKUP_REF_TAKEN,
	LOOKUP_LOCK_RELEASED,		/* with a reference */
	LOOKUP_RETURNED,		/* the same, until it is given up */
	LOOKUP_STEPS,
};

void pairs_clear(void);
void pairs_callback(const char *name);
void pairs_moved(void);
void pairs_violation(void);
void pairs_migration(struct thread *thread, enum migration_step step);
void pairs_lookup(struct thread *thread, enum lookup_step step);
void pairs_write(FILE *out);

#endif /* _BHT_EXACT_PAIRS_H */
