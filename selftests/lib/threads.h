/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's threads, by their names.
 */
#ifndef _SELFTESTS_BHTORTURE_THREADS_H
#define _SELFTESTS_BHTORTURE_THREADS_H

#include <stdbool.h>
#include <sys/types.h>

unsigned int threads_each(const char *prefix, int (*act)(pid_t pid));
void kswapd_set_idle(bool idle);

#endif /* _SELFTESTS_BHTORTURE_THREADS_H */
