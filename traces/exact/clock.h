/* SPDX-License-Identifier: GPL-2.0 */
/* Time, as the number of instructions: of all CPUs, and of each. */
#ifndef _BHT_EXACT_CLOCK_H
#define _BHT_EXACT_CLOCK_H

#include <stdint.h>

struct block;

void clock_init(unsigned int shift);
void clock_start(void);
void clock_stop(void);
void clock_block(const struct block *block);
void clock_at(unsigned int index);
unsigned int clock_cpu(void);
uint64_t clock_own_of(unsigned int cpu);
uint64_t clock_all(void);
uint64_t clock_ns(uint64_t instructions);

#endif /* _BHT_EXACT_CLOCK_H */
