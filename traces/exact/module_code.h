/* SPDX-License-Identifier: GPL-2.0 */
/* Modules' code, which may be elsewhere in each run. */
#ifndef _BHT_EXACT_MODULE_CODE_H
#define _BHT_EXACT_MODULE_CODE_H

#include <stdbool.h>
#include <stdint.h>

bool module_code_add(uint64_t address, const char *hex);
bool module_code_has(uint64_t address);
bool module_code_is(uint64_t place, uint64_t address);

#endif /* _BHT_EXACT_MODULE_CODE_H */
