/* SPDX-License-Identifier: GPL-2.0 */
/* What was found, for people and for those who read a recording. */
#ifndef _BHT_HOLD_LIST_H
#define _BHT_HOLD_LIST_H

#include <stdio.h>

#include "hold/wanted.h"

void list_functions(const struct functions *functions, bool sites);
void report_functions(FILE *out, const struct functions *functions,
		      const struct wanted *wanted, const char *function_format,
		      const char *reason_format);

#endif /* _BHT_HOLD_LIST_H */
