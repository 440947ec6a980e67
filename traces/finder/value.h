/* SPDX-License-Identifier: GPL-2.0 */
/* What is known of the values in the registers and the stack frame. */
#ifndef _BHT_FINDER_VALUE_H
#define _BHT_FINDER_VALUE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	GPR_AX, GPR_BX, GPR_CX, GPR_DX, GPR_SI, GPR_DI, GPR_BP, GPR_SP,
	GPR_R8, GPR_R9, GPR_R10, GPR_R11, GPR_R12, GPR_R13, GPR_R14, GPR_R15,
	REGS,
};

/* A value: what was in `origin` at its definition, plus offset. */
struct value {
	uint32_t origin;		/* 0: nothing is known */
	int32_t offset;
};

#define ORIGIN_ENTRY(reg)	(1 + (reg))	/* an argument, as the caller left it */

#define FLOW_SLOTS	64		/* words of the stack frame */

struct flow_state {
	bool reached;
	struct value reg[REGS];
	struct value slot[FLOW_SLOTS];
};

#endif /* _BHT_FINDER_VALUE_H */
