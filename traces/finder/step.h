/* SPDX-License-Identifier: GPL-2.0 */
/* What one instruction does to the values in the registers and the stack frame. */
#ifndef _BHT_FINDER_STEP_H
#define _BHT_FINDER_STEP_H

#include <capstone/capstone.h>

#include "finder/value.h"

#define ORIGIN_STACK	ORIGIN_ENTRY(GPR_SP)

void step(csh capstone, const cs_insn *insn, size_t i, struct flow_state *state);
int step_base(const cs_x86_op *op);
struct value step_address(const struct flow_state *state, const cs_x86_op *op);

#endif /* _BHT_FINDER_STEP_H */
