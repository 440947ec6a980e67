/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guest.c: registers and memory of the guest's CPU that runs.
 */
#ifndef _BHT_DEBUG_GUEST_H
#define _BHT_DEBUG_GUEST_H

#include "plugin.h"

extern struct qemu_plugin_register *rax, *rdx, *rdi, *rsi, *rsp, *rbp, *gs_base;

void guest_init(qemu_plugin_id_t id);
uint64_t register_value(struct qemu_plugin_register *handle);
bool read_memory(uint64_t address, void *to, size_t size);
uint64_t word_at(uint64_t address);

#endif /* _BHT_DEBUG_GUEST_H */
