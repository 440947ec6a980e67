/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Between flow.c, which follows the paths of a function, and step.c, which knows
 * its instructions.
 */
#ifndef _BHT_HOLD_STEP_H
#define _BHT_HOLD_STEP_H

#include <capstone/capstone.h>

#include "hold/hold.h"

#define ORIGIN_STACK	ORIGIN_ENTRY(GPR_SP)

struct value step_address(const struct flow_state *state, const cs_x86_op *op);
void step(csh capstone, const cs_insn *insn, size_t i, struct flow_state *state);

#endif /* _BHT_HOLD_STEP_H */
