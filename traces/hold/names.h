/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names of everything that bht-hold makes in tracefs: easy to find, easy to
 * remove, by another process as well.
 */
#ifndef _BHT_HOLD_NAMES_H
#define _BHT_HOLD_NAMES_H

#define HOLD_GROUP		"bht_hold"	/* of the kprobe events */
#define HOLD_INSTANCE		"bht_hold"
#define CALIBRATION_NAME	"calibration"	/* as if it were a function */

/*
 * How this architecture hands over a function's first argument, where a system call's first
 * is in the struct pt_regs that its function gets, and how that function is called.
 */
#ifdef __aarch64__
#define FIRST_ARGUMENT		"%x0"
#define REGS_FIRST_ARGUMENT	0x0
#define SYSCALL(name)		"__arm64_sys_" name
#else
#define FIRST_ARGUMENT		"%di"
#define REGS_FIRST_ARGUMENT	0x70
#define SYSCALL(name)		"__x64_sys_" name
#endif

#endif /* _BHT_HOLD_NAMES_H */
