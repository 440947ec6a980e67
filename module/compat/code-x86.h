/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instructions of x86-64: see compat/code.h. They begin anywhere; register_kprobe() refuses
 * a place where none does.
 */
#ifndef _BHTORTURE_COMPAT_CODE_X86_H
#define _BHTORTURE_COMPAT_CODE_X86_H

#define COMPAT_HAS_CODE		1
#define COMPAT_CODE_STEP	1
#define COMPAT_CODE_LENGTH	10
#define COMPAT_CODE_CALL	5

/* The function may begin with an endbr64. */
static inline bool compat_code_is_call(const u8 *code, unsigned long function)
{
	unsigned long target;

	if (*code != 0xe8)
		return false;
	target = (unsigned long)code + 5 + *(const s32 *)(code + 1);
	return target == function || target == function + 4;
}

/* Always a call. */
static inline bool compat_code_takes_lock(const u8 *code)
{
	return false;
}

/*
 * The operand of an instruction, from its ModRM byte on: an address in memory.
 * Return: the byte behind it, or NULL when it is no `disp(%reg)`.
 */
static inline const u8 *compat_code_operand(const u8 *code,
					    unsigned int opcode_extension,
					    long *displacement)
{
	u8 modrm = *code++;

	if (((modrm >> 3) & 7) != opcode_extension)
		return NULL;
	if ((modrm & 7) == 4 && *code++ != 0x24)	/* the stack, or r12 */
		return NULL;
	switch (modrm >> 6) {
	case 0:
		*displacement = 0;
		return (modrm & 7) == 5 ? NULL : code;	/* relative to rip */
	case 1:
		*displacement = *(const s8 *)code;
		return code + 1;
	case 2:
		*displacement = *(const s32 *)code;
		return code + 4;
	}
	return NULL;
}

/* `movb $0, private_lock(%mapping)`, or (%lock). */
static inline unsigned int compat_code_is_unlock(const u8 *code)
{
	static const long offset = offsetof(struct address_space, COMPAT_PRIVATE_LOCK);
	const u8 *begin = code;
	long displacement;

	if (*code == 0x41)
		code++;			/* a register from r8 on */
	if (*code++ != 0xc6)
		return 0;
	code = compat_code_operand(code, 0, &displacement);
	if (!code || *code++)
		return 0;
	return displacement && displacement != offset ? 0 : code - begin;
}

/* `lock andb ~BH_Migrate, b_state(%head)`. */
static inline unsigned int compat_code_is_unflag(const u8 *code)
{
	const u8 *begin = code;
	long displacement;

	if (!COMPAT_HAS_MIGRATE_FLAG || *code++ != 0xf0)
		return 0;
	if (*code == 0x41)
		code++;			/* a register from r8 on */
	if (*code++ != 0x80)
		return 0;
	code = compat_code_operand(code, 4, &displacement);
	if (!code || displacement != offsetof(struct buffer_head, b_state) +
				     COMPAT_MIGRATE_BIT / 8)
		return 0;
	return *code++ == (u8)~BIT(COMPAT_MIGRATE_BIT % 8) ? code - begin : 0;
}

/* `lock decl _refcount(%reg)`. */
static inline unsigned int compat_code_puts_folio(const u8 *code)
{
	const u8 *begin = code;

	if (*code++ != 0xf0)
		return 0;
	if (*code == 0x41)
		code++;			/* a register from r8 on */
	if (*code++ != 0xff || (*code & 0xf8) != 0x48)
		return 0;
	if (*code++ == 0x4c && *code++ != 0x24)
		return 0;
	if (*code++ != offsetof(struct page, _refcount))
		return 0;
	return code - begin;
}

#endif /* _BHTORTURE_COMPAT_CODE_X86_H */
