/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel says of its memory.
 */
#ifndef _SELFTESTS_BHTORTURE_MEMINFO_H
#define _SELFTESTS_BHTORTURE_MEMINFO_H

long meminfo_kib(const char *path, const char *key);
unsigned long memory_available_kib(void);
unsigned long memory_wait_available_kib(unsigned long wanted, unsigned int patience_s);
unsigned long memory_clean_kib(void);
long node_free_kib(int node);
unsigned long long vmstat_events(const char *name);

#endif /* _SELFTESTS_BHTORTURE_MEMINFO_H */
