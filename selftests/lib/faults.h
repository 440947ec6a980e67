/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocations that the kernel lets fail on purpose.
 */
#ifndef _SELFTESTS_BHTORTURE_FAULTS_H
#define _SELFTESTS_BHTORTURE_FAULTS_H

#include <stdbool.h>
#include <sys/types.h>

bool faults_start(unsigned int percent, bool may_sleep);
void faults_end(void);
int faults_choose(pid_t thread);

#endif /* _SELFTESTS_BHTORTURE_FAULTS_H */
