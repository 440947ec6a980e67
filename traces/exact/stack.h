/* SPDX-License-Identifier: GPL-2.0 */
/* Who has called the function that runs. */
#ifndef _BHT_EXACT_STACK_H
#define _BHT_EXACT_STACK_H

#include <stdint.h>

#define STACK_FRAMES	8

struct stack {
	uint64_t address[STACK_FRAMES];		/* the innermost first; 0: no more */
};

void stack_take(struct stack *stack, uint64_t inside);

#endif /* _BHT_EXACT_STACK_H */
