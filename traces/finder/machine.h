/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the finder has to know of an architecture: how its instructions are told apart, and
 * what they do to the values that flow.c follows.
 */
#ifndef _BHT_FINDER_MACHINE_H
#define _BHT_FINDER_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#include "finder/insn.h"

/* Where the CPU goes after an instruction. */
enum branch {
	BRANCH_NONE,
	BRANCH_CALL,
	BRANCH_MAYBE,			/* to the target, or on */
	BRANCH_ALWAYS,			/* to the target, if it is known */
	BRANCH_END,			/* nowhere that is followed */
	BRANCH_TRAP,			/* a WARN goes on behind it, a BUG does not */
};

struct machine {
	const char *name;
	int registers;			/* at most REGS */
	const char *const *fetch_names;	/* of the registers, as kprobe events call them */
	int argument, stack;		/* the registers with a function's first, and its frame */
	unsigned int entry_bytes;	/* ftrace's own call is that close to the begin */
	const char *slow_path;		/* what an inlined spin_lock() calls, if it has to wait */

	/* A decoder, NULL when there is none; and its end. */
	void *(*open)(void);
	void (*close)(void *decoder);
	/*
	 * Decode what begins at @code into *@insn, which forget() frees. Return: its
	 * length; when *@insn is NULL there is no instruction for so many bytes.
	 */
	size_t (*decode)(void *decoder, const uint8_t *code, size_t length,
			 uint64_t address, void **insn);
	void (*forget)(void *insn);
	/* @target: where to, 0 when it is not known. */
	enum branch (*branch)(const void *insn, uint64_t *target);
	/* What it does to @state; @i is its number. */
	void (*step)(void *decoder, const void *insn, size_t i, struct flow_state *state);
	/* Fill in all of @to but its address. Its state before is there. */
	void (*classify)(const void *insn, struct flow_insn *to);
};

extern const struct machine machine_x86, machine_arm64;

/* That of this program, and of the kernel that it runs on. */
#ifdef __aarch64__
#define MACHINE_HERE	(&machine_arm64)
#else
#define MACHINE_HERE	(&machine_x86)
#endif

#endif /* _BHT_FINDER_MACHINE_H */
