/* SPDX-License-Identifier: GPL-2.0 */
/* What a probe costs, on a hold that takes no time. */
#ifndef _BHT_HOLD_CALIBRATE_H
#define _BHT_HOLD_CALIBRATE_H

#include "hold/wanted.h"

struct calibration {
	long hold_ns;
	long wait_ns;
};

void calibrate(const struct kernel *kernel, const struct wanted *wanted,
	       struct calibration *calibration);

#endif /* _BHT_HOLD_CALIBRATE_H */
