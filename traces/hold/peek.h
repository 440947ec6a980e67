/* SPDX-License-Identifier: GPL-2.0 */
/* The running kernel's code as it is in memory. */
#ifndef _BHT_HOLD_PEEK_H
#define _BHT_HOLD_PEEK_H

#include <stddef.h>
#include <stdint.h>

void peek_start(void);
void peek_read(uint64_t address, uint8_t *code, size_t length);
void peek_stop(void);

#endif /* _BHT_HOLD_PEEK_H */
