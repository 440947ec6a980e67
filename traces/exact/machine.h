/* SPDX-License-Identifier: GPL-2.0 */
/* The registers and the memory of the CPU that runs. */
#ifndef _BHT_EXACT_MACHINE_H
#define _BHT_EXACT_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exact/architecture.h"

void machine_init(void);
int machine_register_named(const char *name);
uint64_t machine_read(int which);
uint64_t machine_argument(enum guest_argument which);
uint64_t machine_result(void);
uint64_t machine_stack(void);
uint64_t machine_frame(void);
uint64_t machine_cpu(void);
bool machine_memory(uint64_t address, void *to, size_t length);
uint64_t machine_word(uint64_t address);
void machine_text(uint64_t address, char *text, size_t size);

#endif /* _BHT_EXACT_MACHINE_H */
