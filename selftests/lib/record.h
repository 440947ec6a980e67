/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one line of JSON that reports a run.
 */
#ifndef _SELFTESTS_BHTORTURE_RECORD_H
#define _SELFTESTS_BHTORTURE_RECORD_H

#include "run.h"

char *record_format(const struct torture *t);
void record_print(const struct torture *t);

#endif /* _SELFTESTS_BHTORTURE_RECORD_H */
