/* SPDX-License-Identifier: GPL-2.0 */
/* One recording. */
#ifndef _BHT_HOLD_RECORD_H
#define _BHT_HOLD_RECORD_H

#include "hold/wanted.h"

struct recording {
	const char *output;		/* folder */
	const char *device;
	unsigned int seconds;		/* 0: until the command ends, or a signal */
	char **command;			/* NULL: none */
};

int record(const struct functions *functions, struct wanted *wanted,
	   const struct recording *recording);

#endif /* _BHT_HOLD_RECORD_H */
