/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's files: sysfs, /proc, debugfs and the like.
 */
#ifndef _SELFTESTS_BHTORTURE_SYSFS_H
#define _SELFTESTS_BHTORTURE_SYSFS_H

#include <stddef.h>

int sysfs_write(const char *path, const char *text);
int sysfs_read(const char *path, char *text, size_t size);
char *sysfs_read_all(const char *path);
long sysfs_number(const char *path);
int sysfs_change(const char *path, const char *value, char *former, size_t size);
void sysfs_restore(const char *path, const char *former);

#endif /* _SELFTESTS_BHTORTURE_SYSFS_H */
