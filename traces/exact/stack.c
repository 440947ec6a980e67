// SPDX-License-Identifier: GPL-2.0
/*
 * Who has called the function that runs. By frame pointers where the kernel has them (those
 * that are built here do). Otherwise what looks like a return address on the stack is taken
 * for one; some of these are of calls that are over.
 */
#include <stdbool.h>
#include <string.h>

#include "exact/architecture.h"
#include "exact/machine.h"
#include "exact/places.h"
#include "exact/stack.h"
#include "exact/symbols.h"

#define WORDS		96	/* of the stack, where there are no frame pointers */

static bool on_stack(uint64_t address, uint64_t sp)
{
	return !(address & 7) && address > sp &&
	       address >> place_facts.stack_shift == sp >> place_facts.stack_shift;
}

static unsigned int by_frame_pointers(struct stack *stack, unsigned int n)
{
	uint64_t sp = machine_stack(), frame = machine_frame(), next[2];

	while (n < STACK_FRAMES && on_stack(frame, sp) &&
	       machine_memory(frame, next, sizeof(next)) &&
	       guest->plain(next[1]) >= guest->kernel_above) {
		stack->address[n++] = guest->plain(next[1]);
		sp = frame;
		frame = next[0];
	}
	return n;
}

static void by_return_addresses(struct stack *stack, unsigned int n)
{
	uint64_t sp = machine_stack(), words[WORDS];
	unsigned int i;

	for (i = 0; i < WORDS && n < STACK_FRAMES; i++) {
		if (!(i % 8) && !machine_memory(sp + 8 * i, words + i, 8 * sizeof(words[0])))
			return;
		if (symbols_name(guest->plain(words[i])))
			stack->address[n++] = guest->plain(words[i]);
	}
}

/**
 * stack_take() - The calls that the running CPU is in.
 * @stack: Filled in.
 * @inside: Where it is: the first of them.
 */
void stack_take(struct stack *stack, uint64_t inside)
{
	memset(stack, 0, sizeof(*stack));
	stack->address[0] = inside;
	/* One alone is what happened to be in the register. */
	if (by_frame_pointers(stack, 1) < 3)
		by_return_addresses(stack, 1);
}
