/* SPDX-License-Identifier: GPL-2.0 */
/*
 * era.c: what keeps lookups out of this kernel's norefs migration.
 */
#ifndef _BHTORTURE_STEER_ERA_H
#define _BHTORTURE_STEER_ERA_H

#include <linux/atomic.h>

struct address_space;
struct folio;
struct torture;

/* The moves that were met between reference check and move. */
struct era {
	atomic64_t met_locked;		/* private_lock held during the move */
	atomic64_t met_flagged;		/* BH_Migrate set during the move */
	atomic64_t met_open;		/* neither: the race of 5.0 - 5.2 */
};

void era_meet(struct era *era, struct address_space *mapping, struct folio *src);
const char *era_name(const struct torture *t);

#endif /* _BHTORTURE_STEER_ERA_H */
