/* SPDX-License-Identifier: GPL-2.0 */
/* What one instruction of x86-64 does to the values in the registers and the stack frame. */
#ifndef _BHT_FINDER_STEP_H
#define _BHT_FINDER_STEP_H

#include <capstone/capstone.h>

#include "finder/value.h"

enum {
	GPR_AX, GPR_BX, GPR_CX, GPR_DX, GPR_SI, GPR_DI, GPR_BP, GPR_SP,
	GPR_R8, GPR_R9, GPR_R10, GPR_R11, GPR_R12, GPR_R13, GPR_R14, GPR_R15,
	GPRS,
};

#define ORIGIN_STACK	ORIGIN_ENTRY(GPR_SP)

void step(csh capstone, const cs_insn *insn, size_t i, struct flow_state *state);
int step_base(const cs_x86_op *op);
struct value step_address(const struct flow_state *state, const cs_x86_op *op);

#endif /* _BHT_FINDER_STEP_H */
