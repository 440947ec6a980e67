/* SPDX-License-Identifier: GPL-2.0 */
/* Lookups of blocks of the wanted device, and migrations of its folios. */
#ifndef _BHT_EXACT_LOOKUPS_H
#define _BHT_EXACT_LOOKUPS_H

#include <stdbool.h>

struct thread;

void lookups_migration(struct thread *thread);
bool lookups_migration_over(struct thread *thread, int outcome);
void lookups_enter(struct thread *thread, bool sleeping);
void lookups_slow(struct thread *thread);
void lookups_cache(struct thread *thread);
void lookups_return(struct thread *thread);
void lookups_cache_return(struct thread *thread);

#endif /* _BHT_EXACT_LOOKUPS_H */
