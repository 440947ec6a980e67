/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which registers and stack slots hold which values at each instruction of a
 * function. What depends on the architecture is in machine.h.
 */
#ifndef _BHT_FINDER_FLOW_H
#define _BHT_FINDER_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finder/insn.h"
#include "finder/kernel.h"

struct flow {
	const struct machine *machine;
	struct flow_insn *insns;
	size_t count;
};

struct flow *flow_analyse(const struct kernel *kernel, const struct symbol *symbol);
const struct flow_insn *flow_find(const struct flow *flow, uint64_t address);
bool flow_holder(const struct flow *flow, const struct flow_state *state,
		 struct value value, char *fetch, size_t size);
const char *flow_register(const struct flow *flow, int reg);
void flow_free(struct flow *flow);

#endif /* _BHT_FINDER_FLOW_H */
