/* SPDX-License-Identifier: GPL-2.0 */
/* The architectures of guests that are known. */
#ifndef _BHT_EXACT_GUEST_H
#define _BHT_EXACT_GUEST_H

#include <stdbool.h>

bool guest_choose(const char *target);

#endif /* _BHT_EXACT_GUEST_H */
