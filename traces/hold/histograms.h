/* SPDX-License-Identifier: GPL-2.0 */
/* Hold and wait times as histograms in the kernel. */
#ifndef _BHT_HOLD_HISTOGRAMS_H
#define _BHT_HOLD_HISTOGRAMS_H

#include <stdio.h>

#include "hold/wanted.h"

bool histograms_possible(void);
void histograms_create(const struct functions *functions, const struct wanted *wanted);
void histograms_arm(const struct functions *functions, const struct wanted *wanted);
void histograms_disarm(const struct functions *functions, const struct wanted *wanted);
void histograms_dump(FILE *out, const struct functions *functions,
		     const struct wanted *wanted);

#endif /* _BHT_HOLD_HISTOGRAMS_H */
