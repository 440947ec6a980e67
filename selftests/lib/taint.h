/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Has the kernel complained?
 */
#ifndef _SELFTESTS_BHTORTURE_TAINT_H
#define _SELFTESTS_BHTORTURE_TAINT_H

unsigned long taint_complaints(void);

#endif /* _SELFTESTS_BHTORTURE_TAINT_H */
