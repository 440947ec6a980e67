/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A run while it goes on.
 */
#ifndef _SELFTESTS_BHTORTURE_PROGRESS_H
#define _SELFTESTS_BHTORTURE_PROGRESS_H

#include "run.h"

bool torture_continue(struct torture *t);
void torture_wait(struct torture *t);
int torture_violated(struct torture *t, const char *oracle, const char *format, ...)
	__printf(3, 4);
bool torture_complained(struct torture *t);
void torture_exclude_begin(struct torture *t);
void torture_exclude_end(struct torture *t);
void torture_restart_clock(struct torture *t);

#endif /* _SELFTESTS_BHTORTURE_PROGRESS_H */
