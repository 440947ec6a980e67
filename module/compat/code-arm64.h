/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instructions of arm64: see compat/code.h. Atomic operations have their address in a
 * register, so that what they are on cannot be told: those of another word look the same,
 * and only cost a delay more. Each is there twice: as one instruction (LSE), and for CPUs
 * without it as a loop from a load to a store that may fail (LL/SC); the kernel decides at
 * its boot. A probe inside such a loop would make it fail for ever: it goes behind the
 * branch back.
 */
#ifndef _BHTORTURE_COMPAT_CODE_ARM64_H
#define _BHTORTURE_COMPAT_CODE_ARM64_H

#include <linux/bitops.h>

#define COMPAT_HAS_CODE		1
#define COMPAT_CODE_STEP	4
#define COMPAT_CODE_LENGTH	8
#define COMPAT_CODE_CALL	4

static inline u32 compat_code_instruction(const u8 *code)
{
	return le32_to_cpu(*(const __le32 *)code);
}

static inline bool compat_code_is(const u8 *code, u32 mask, u32 value)
{
	return (compat_code_instruction(code) & mask) == value;
}

/* `bl`: 26 bits of distance, in instructions. */
static inline bool compat_code_is_call(const u8 *code, unsigned long function)
{
	u32 instruction = compat_code_instruction(code);

	return (instruction & 0xfc000000) == 0x94000000 &&
	       (unsigned long)code + 4 * sign_extend64(instruction, 25) == function;
}

/* `casa w, w, [x]`, of queued_spin_lock(). */
static inline bool compat_code_takes_lock(const u8 *code)
{
	return compat_code_is(code, 0xffe0fc00, 0x88e07c00);
}

/* `stlrb w, [x]`, of queued_spin_unlock(): the zero may be in any register. */
static inline unsigned int compat_code_is_unlock(const u8 *code)
{
	return compat_code_is(code, 0xfffffc00, 0x089ffc00) ? 4 : 0;
}

/* `stlxr` of a word with this size, and the branch back. */
static inline bool compat_code_ends_loop(const u8 *code, u32 size)
{
	return compat_code_is(code, 0xffe0fc00, 0x0800fc00 | size << 30) &&
	       compat_code_is(code + 4, 0xff000000, 0x35000000);	/* cbnz w */
}

/* clear_bit_unlock(): `ldclrl x, x, [x]`. */
static inline unsigned int compat_code_is_unflag(const u8 *code)
{
	if (!COMPAT_HAS_MIGRATE_FLAG)
		return 0;
	if (compat_code_is(code, 0xff20fc00, 0xf8201000))
		return 4;
	return compat_code_ends_loop(code, 3) ? 8 : 0;
}

/* atomic_dec_and_test(): `ldaddal w, w, [x]`. */
static inline unsigned int compat_code_puts_folio(const u8 *code)
{
	if (compat_code_is(code, 0xffe0fc00, 0xb8e00000))
		return 4;
	return compat_code_ends_loop(code, 2) ? 8 : 0;
}

#endif /* _BHTORTURE_COMPAT_CODE_ARM64_H */
