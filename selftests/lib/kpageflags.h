/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel says of page frames.
 */
#ifndef _SELFTESTS_BHTORTURE_KPAGEFLAGS_H
#define _SELFTESTS_BHTORTURE_KPAGEFLAGS_H

long kpageflags_kernel_pages(unsigned long long first, unsigned long long bytes);

#endif /* _SELFTESTS_BHTORTURE_KPAGEFLAGS_H */
