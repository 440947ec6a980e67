/* SPDX-License-Identifier: GPL-2.0 */
/* What was found, for exact/, which watches such a kernel from outside. */
#ifndef _BHT_HOLD_PLACES_H
#define _BHT_HOLD_PLACES_H

#include <stdbool.h>

#include "finder/frames.h"
#include "finder/functions.h"

void places_write(const struct functions *functions, const struct frames *frames,
		  bool modules);

#endif /* _BHT_HOLD_PLACES_H */
