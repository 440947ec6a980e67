/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Registers of a probed function.
 */
#ifndef _BHTORTURE_COMPAT_REGS_H
#define _BHTORTURE_COMPAT_REGS_H

#include <linux/ptrace.h>

/* In 6.1, at least, s390's regs_get_kernel_argument() calls what modules cannot. */
static inline unsigned long compat_regs_argument(struct pt_regs *regs,
						 unsigned int n)
{
#ifdef CONFIG_S390
	return n < 5 ? regs->gprs[2 + n] : 0;
#else
	return regs_get_kernel_argument(regs, n);
#endif
}

#endif /* _BHTORTURE_COMPAT_REGS_H */
