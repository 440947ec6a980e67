/* SPDX-License-Identifier: GPL-2.0 */
/* Each migration, each hold of one and each violation, with its time. */
#ifndef _BHT_EXACT_EVENTS_H
#define _BHT_EXACT_EVENTS_H

#include <stdint.h>
#include <stdio.h>

struct thread;

void events_begin(FILE *file, uint64_t now_ns);
int events_end(void);
void events_migration(const struct thread *thread, int outcome);
void events_hold(const struct thread *thread);
void events_violation(const struct thread *thread);

#endif /* _BHT_EXACT_EVENTS_H */
