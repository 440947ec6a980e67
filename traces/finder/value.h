/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of the values in the registers and the stack frame. */
#ifndef _BHT_FINDER_VALUE_H
#define _BHT_FINDER_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#define REGS		32		/* of the architecture that has the most */

/* A value: what was in `origin` at its definition, plus offset. */
struct value {
	uint32_t origin;		/* 0: nothing is known */
	int32_t offset;
};

/* Origins: those at entry, then one per register and instruction. */
#define ORIGIN_ENTRY(reg)	((uint32_t)(1 + (reg)))	/* an argument, as the caller left it */
#define ORIGIN_INSN(i, reg)	((uint32_t)(1 + REGS) * ((i) + 1) + 1 + (reg))

#define FLOW_SLOTS	64		/* words of the stack frame */

struct flow_state {
	bool reached;
	struct value reg[REGS];
	struct value slot[FLOW_SLOTS];
};

struct value *flow_slot(struct flow_state *state, struct value address, uint32_t stack);
void flow_forget(struct flow_state *state, uint32_t origin);

#endif /* _BHT_FINDER_VALUE_H */
