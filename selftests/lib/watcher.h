/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bht-watch, in the background.
 */
#ifndef _SELFTESTS_BHTORTURE_WATCHER_H
#define _SELFTESTS_BHTORTURE_WATCHER_H

#include <stddef.h>
#include <sys/types.h>

int watcher_start(pid_t *group, char *reason, size_t size);
void watcher_end(pid_t *group);

#endif /* _SELFTESTS_BHTORTURE_WATCHER_H */
