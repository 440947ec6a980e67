/* SPDX-License-Identifier: GPL-2.0 */
/* Names of the guest's functions. */
#ifndef _BHT_EXACT_SYMBOLS_H
#define _BHT_EXACT_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

bool symbols_load(const char *path);
const char *symbols_name(uint64_t address);

#endif /* _BHT_EXACT_SYMBOLS_H */
