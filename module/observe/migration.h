/* SPDX-License-Identifier: GPL-2.0 */
/*
 * migration.c: one migration from its begin to its end.
 */
#ifndef _BHTORTURE_OBSERVE_MIGRATION_H
#define _BHTORTURE_OBSERVE_MIGRATION_H

#include <linux/migrate_mode.h>

struct folio;
struct slot;
struct torture;

struct slot *migration_begin(struct torture *t, struct folio *src,
			     enum migrate_mode mode);
void migration_end(struct torture *t, struct slot *slot, struct folio *src,
		   int rc);

#endif /* _BHTORTURE_OBSERVE_MIGRATION_H */
