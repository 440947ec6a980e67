/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ARRAY_SIZE() for files that cannot include kselftest.h: it defines variables, and
 * only a test may have them.
 */
#ifndef _SELFTESTS_BHTORTURE_ARRAY_SIZE_H
#define _SELFTESTS_BHTORTURE_ARRAY_SIZE_H

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

#endif /* _SELFTESTS_BHTORTURE_ARRAY_SIZE_H */
