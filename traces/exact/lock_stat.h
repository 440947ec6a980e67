/* SPDX-License-Identifier: GPL-2.0 */
/* How often private_lock was taken, of any mapping, beside what the kernel has counted. */
#ifndef _BHT_EXACT_LOCK_STAT_H
#define _BHT_EXACT_LOCK_STAT_H

void lock_stat_folder(const char *path);
void lock_stat_cleared(void);
void lock_stat_acquired(void);
void lock_stat_read(void);

#endif /* _BHT_EXACT_LOCK_STAT_H */
