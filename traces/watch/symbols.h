/* SPDX-License-Identifier: GPL-2.0 */
/* Stacks of the kernel as names. */
#ifndef _BHT_WATCH_SYMBOLS_H
#define _BHT_WATCH_SYMBOLS_H

#include <stdio.h>
#include <linux/types.h>

#include "watch/shared.h"

struct watch_bpf;

/* The innermost first. */
struct stack {
	char *names[STACK_DEPTH];
	size_t nr;
};

void stack_read(struct stack *stack, struct watch_bpf *bpf, __s32 id);
void stack_free(struct stack *stack);
void stack_print(FILE *file, const struct stack *stack, const char *indent);

#endif /* _BHT_WATCH_SYMBOLS_H */
