/* SPDX-License-Identifier: GPL-2.0 */
/* Holds of the wanted lock, and waits for it. */
#ifndef _BHT_EXACT_HOLDS_H
#define _BHT_EXACT_HOLDS_H

#include <stdio.h>

struct place;
struct thread;

void holds_clear(void);
void holds_want(struct thread *thread, const struct place *place);
void holds_acquired(struct thread *thread, const struct place *place);
void holds_released(struct thread *thread, const struct place *place);
void holds_returned(struct thread *thread, int outcome);
void holds_finish(void);
void holds_write_facts(FILE *out);

#endif /* _BHT_EXACT_HOLDS_H */
