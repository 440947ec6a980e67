/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bhtorture.ko: found, loaded, paused, stopped, unloaded.
 */
#ifndef _SELFTESTS_BHTORTURE_MODULE_H
#define _SELFTESTS_BHTORTURE_MODULE_H

#include <stdbool.h>
#include <stddef.h>

/* Its folder in debugfs. */
#define MODULE_FOLDER	"/sys/kernel/debug/bhtorture"

int debugfs_mount(char *reason, size_t size);
int module_find(const char *by_hand, char *path, size_t path_size,
		char *reason, size_t size);
bool module_refused(char *reason, size_t size);
int module_load(const char *path, const char *params, char *reason,
		size_t size);
int module_pause(bool pause, char *reason, size_t size);
int module_stop(char *reason, size_t size);
int module_unload(char *reason, size_t size);

#endif /* _SELFTESTS_BHTORTURE_MODULE_H */
