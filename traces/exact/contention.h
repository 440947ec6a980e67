/* SPDX-License-Identifier: GPL-2.0 */
/* Who waited for whom. */
#ifndef _BHT_EXACT_CONTENTION_H
#define _BHT_EXACT_CONTENTION_H

#include <stdint.h>
#include <stdio.h>

struct place;
struct thread;

void contention_clear(void);
void contention_wants(struct thread *thread, const struct place *place);
void contention_released(struct thread *thread, const struct place *place);
void contention_write(FILE *out);

#endif /* _BHT_EXACT_CONTENTION_H */
