/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Ends runs that do not end by themselves.
 */
#ifndef _SELFTESTS_BHTORTURE_WATCHDOG_H
#define _SELFTESTS_BHTORTURE_WATCHDOG_H

#include "run.h"

bool watchdog_is_orphan(void);
void watchdog_start(struct torture *t);
void watchdog_end(struct torture *t);

#endif /* _SELFTESTS_BHTORTURE_WATCHDOG_H */
