// SPDX-License-Identifier: GPL-2.0
/*
 * Has the kernel complained? KASAN's reports, warnings and sleeping in atomic
 * context taint it, so that a test can notice without reading the log.
 */
#include "sysfs.h"
#include "taint.h"

/*
 * Bad page and KASAN (5), oops (7), WARN() and its like (9), soft lockup (14). Loading
 * bhtorture.ko taints as well, with other bits.
 */
#define COMPLAINTS	0x42a0UL

/**
 * taint_complaints() - The complaints since the kernel booted.
 *
 * Return: these bits of its taint, 0 if it cannot be read.
 */
unsigned long taint_complaints(void)
{
	long taint = sysfs_number("/proc/sys/kernel/tainted");

	return taint > 0 ? taint & COMPLAINTS : 0;
}
