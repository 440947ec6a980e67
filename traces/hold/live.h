/* SPDX-License-Identifier: GPL-2.0 */
/* The running kernel, for the finder. */
#ifndef _BHT_HOLD_LIVE_H
#define _BHT_HOLD_LIVE_H

#include <stdbool.h>

#include "finder/functions.h"

void live_open(struct kernel *kernel);
void live_find(struct functions *functions, const struct kernel *kernel, bool late);

#endif /* _BHT_HOLD_LIVE_H */
