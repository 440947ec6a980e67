/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's instructions that steer/gap.c and steer/linger.c look for. Which they are
 * depends on the architecture, and on what the compiler has inlined.
 *
 *   compat_code_is_call()       a direct call of a function
 *   compat_code_takes_lock()    an inlined spin_lock()
 *   compat_code_is_unlock()     an inlined spin_unlock() of private_lock
 *   compat_code_is_unflag()     BH_Migrate is cleared
 *   compat_code_puts_folio()    a reference on a folio is given up
 *
 * The last three return how many bytes further on that is done, or 0. An instruction begins
 * at each multiple of COMPAT_CODE_STEP bytes, or none does; COMPAT_CODE_LENGTH bytes are
 * enough for each, a call has COMPAT_CODE_CALL. Where COMPAT_HAS_CODE is 0 nothing is found.
 */
#ifndef _BHTORTURE_COMPAT_CODE_H
#define _BHTORTURE_COMPAT_CODE_H

#include <linux/bits.h>
#include <linux/types.h>
#include "compat/buffer.h"

#if defined(CONFIG_X86_64)
#include "compat/code-x86.h"
#elif defined(CONFIG_ARM64)
#include "compat/code-arm64.h"
#else

#define COMPAT_HAS_CODE		0
#define COMPAT_CODE_STEP	4
#define COMPAT_CODE_LENGTH	4
#define COMPAT_CODE_CALL	4

static inline bool compat_code_is_call(const u8 *code, unsigned long function)
{
	return false;
}

static inline bool compat_code_takes_lock(const u8 *code)
{
	return false;
}

static inline unsigned int compat_code_is_unlock(const u8 *code)
{
	return 0;
}

static inline unsigned int compat_code_is_unflag(const u8 *code)
{
	return 0;
}

static inline unsigned int compat_code_puts_folio(const u8 *code)
{
	return 0;
}

#endif

#endif /* _BHTORTURE_COMPAT_CODE_H */
