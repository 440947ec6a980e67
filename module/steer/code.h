/* SPDX-License-Identifier: GPL-2.0 */
/*
 * code.c: where a function's instructions are.
 */
#ifndef _BHTORTURE_STEER_CODE_H
#define _BHTORTURE_STEER_CODE_H

#include <linux/kprobes.h>
#include <linux/types.h>

/* A function, or a part of one that the compiler has put elsewhere. */
struct code {
	unsigned long begin;
	unsigned long end;
};

bool code_find(const char *name, struct code *code);
void code_not_optimized(struct kprobe *probe, struct pt_regs *regs,
			unsigned long flags);

#endif /* _BHTORTURE_STEER_CODE_H */
