/* SPDX-License-Identifier: GPL-2.0 */
/* Lookups of blocks of the wanted device, and migrations of its folios. */
#ifndef _BHT_EXACT_LOOKUPS_H
#define _BHT_EXACT_LOOKUPS_H

#include <stdbool.h>
#include <stdint.h>

#include "exact/places.h"

struct thread;

void lookups_migration(struct thread *thread, const char *callback);
bool lookups_migration_over(struct thread *thread, int outcome);
void lookups_enter(struct thread *thread, bool sleeping);
void lookups_slow(struct thread *thread);
void lookups_cache(struct thread *thread);
void lookups_return(struct thread *thread);
void lookups_cache_return(struct thread *thread);
void lookups_lock(struct thread *thread, enum place_kind kind, bool migration);
void lookups_mark(struct thread *thread, bool migration, uint64_t bh);
void lookups_part(struct thread *thread, enum place_role role);
void lookups_part_return(struct thread *thread, enum place_role role);
void lookups_put(struct thread *thread);

#endif /* _BHT_EXACT_LOOKUPS_H */
