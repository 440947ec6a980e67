/* SPDX-License-Identifier: GPL-2.0 */
/* What the guest's architecture is to this plugin: a table each, in x86.c and arm64.c. */
#ifndef _BHT_EXACT_ARCHITECTURE_H
#define _BHT_EXACT_ARCHITECTURE_H

#include <stddef.h>
#include <stdint.h>

struct block;

/* Indices of `registers`. */
enum guest_argument { GUEST_FIRST, GUEST_SECOND, GUEST_THIRD, GUEST_FOURTH, GUEST_ARGUMENTS };

struct guest {
	const char *target;			/* as QEMU calls it */
	const char *const *registers;		/* as QEMU calls them, those that are read */
	unsigned int count;
	/* The first of them, as kprobe events call them. */
	const char *const *events;
	unsigned int event_count;
	int argument[GUEST_ARGUMENTS];		/* where a function finds them at its entry */
	int result, stack, frame;		/* what it returns, and its pointers */
	uint64_t kernel_above;			/* there is the kernel's code, and modules' */

	/* Which CPU runs: what only it has, for as long as the guest lives. */
	uint64_t (*cpu)(void);
	/* Where a CPU goes on after the interrupt or fault that it has just taken, or 0s. */
	void (*trapped_at)(uint64_t address[2]);
	/* A return address as it is in memory, without what signs it. */
	uint64_t (*plain)(uint64_t address);
	/* How its last instruction, of @length bytes, ends a block: its end and target. */
	void (*classify)(struct block *block, const uint8_t *code, size_t length);
};

extern const struct guest guest_x86, guest_arm64;
extern const struct guest *guest;		/* that runs */

#endif /* _BHT_EXACT_ARCHITECTURE_H */
