/* SPDX-License-Identifier: GPL-2.0 */
/*
 * In which page frames this process's pages are.
 */
#ifndef _SELFTESTS_BHTORTURE_PAGEMAP_H
#define _SELFTESTS_BHTORTURE_PAGEMAP_H

int pagemap_open(void);
unsigned long pagemap_frame(int pagemap, const void *address);

#endif /* _SELFTESTS_BHTORTURE_PAGEMAP_H */
