/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A kernel to look for locks in. The finder does not care where it is from: the
 * running kernel (hold/live.c), a guest's image, a unit test's own code.
 */
#ifndef _BHT_FINDER_KERNEL_H
#define _BHT_FINDER_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "finder/symbols.h"

struct machine;

struct kernel {
	const struct machine *machine;	/* NULL: that of this program */
	struct symbols symbols;
	int lock_offset;		/* of private_lock in struct address_space; 0: not known */
	/* Copy code, as it is executed: with alternatives and ftrace's calls patched in. */
	void (*read_code)(uint64_t address, uint8_t *code, size_t length);
};

#endif /* _BHT_FINDER_KERNEL_H */
