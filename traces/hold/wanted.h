/* SPDX-License-Identifier: GPL-2.0 */
/* What the user asks to be measured. */
#ifndef _BHT_HOLD_WANTED_H
#define _BHT_HOLD_WANTED_H

#include <stdbool.h>
#include <stdint.h>

#include "finder/functions.h"

struct wanted {
	bool side[SIDES];
	bool waits;			/* a probe before the lock as well */
	bool late;			/* a release is seen after it */
	bool events;			/* recorded by trace-cmd */
	bool histograms;
	unsigned int percent;		/* of the time that probes are armed; 100: always */
	uint64_t lock;			/* only this one, 0: all */
};

#endif /* _BHT_HOLD_WANTED_H */
