// SPDX-License-Identifier: GPL-2.0
/* What every architecture does with the values that are known. */
#include <stddef.h>

#include "finder/value.h"

/**
 * flow_slot() - The word of the stack frame at an address.
 * @state: What is known.
 * @address: The address.
 * @stack: The origin of the stack pointer.
 *
 * Return: the slot, or NULL where the address is none of a whole word that is followed.
 */
struct value *flow_slot(struct flow_state *state, struct value address, uint32_t stack)
{
	int index = -address.offset / 8;

	if (address.origin != stack || address.offset % 8 || index < 0 || index >= FLOW_SLOTS)
		return NULL;
	return &state->slot[index];
}

/**
 * flow_forget() - In a loop, some values may still be what an instruction defined the last
 * time: nothing is known of them any more.
 * @state: What is known.
 * @origin: Of the instruction's value.
 */
void flow_forget(struct flow_state *state, uint32_t origin)
{
	int i;

	for (i = 0; i < REGS; i++)
		if (state->reg[i].origin == origin)
			state->reg[i].origin = 0;
	for (i = 0; i < FLOW_SLOTS; i++)
		if (state->slot[i].origin == origin)
			state->slot[i].origin = 0;
}
