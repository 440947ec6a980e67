/* SPDX-License-Identifier: GPL-2.0 */
/* Recording part of the time. */
#ifndef _BHT_HOLD_SAMPLING_H
#define _BHT_HOLD_SAMPLING_H

#include "hold/wanted.h"

struct sampling {
	const struct functions *functions;
	const struct wanted *wanted;
	bool armed;
	double turn;			/* when arming began, in seconds as now() has them */
	double begun;			/* when it was done */
	double next;			/* when to arm or disarm */
	double armed_s;
};

void sampling_begin(struct sampling *sampling, const struct functions *functions,
		    const struct wanted *wanted);
void sampling_turn(struct sampling *sampling);
double sampling_end(struct sampling *sampling);

#endif /* _BHT_HOLD_SAMPLING_H */
