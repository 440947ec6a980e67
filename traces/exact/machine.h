/* SPDX-License-Identifier: GPL-2.0 */
/* The registers and the memory of the CPU that runs. */
#ifndef _BHT_EXACT_MACHINE_H
#define _BHT_EXACT_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Those that are read. The first sixteen are named as kprobe events name them. */
enum machine_register {
	MACHINE_AX, MACHINE_BX, MACHINE_CX, MACHINE_DX, MACHINE_SI, MACHINE_DI, MACHINE_BP,
	MACHINE_SP, MACHINE_R8, MACHINE_R15 = MACHINE_R8 + 7,
	MACHINE_GS, MACHINE_KERNEL_GS,
	MACHINE_REGISTERS,
};

void machine_init(void);
int machine_register_named(const char *name);
uint64_t machine_read(enum machine_register which);
bool machine_memory(uint64_t address, void *to, size_t length);
uint64_t machine_word(uint64_t address);
void machine_text(uint64_t address, char *text, size_t size);
uint64_t machine_cpu(void);

#endif /* _BHT_EXACT_MACHINE_H */
