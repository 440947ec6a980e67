/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which registers and stack slots hold which values at each instruction of a
 * function. x86-64 only.
 */
#ifndef _BHT_FINDER_FLOW_H
#define _BHT_FINDER_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finder/kernel.h"
#include "finder/value.h"

enum flow_kind {
	FLOW_OTHER,
	FLOW_CALL,			/* a call or a tail jump, see target */
	FLOW_STORE_ZERO,		/* of one byte: an unlock that was inlined */
	FLOW_COUNT_UP,			/* of a word in memory, atomically */
	FLOW_CLEAR_BIT,			/* of a byte in memory, atomically */
	FLOW_RETURN,			/* by the instruction, or by a jump to what has it */
};

struct flow_insn {
	uint64_t address;
	uint64_t next;			/* the one after it */
	enum flow_kind kind;
	bool tail;			/* a jump: nothing comes after it */
	bool plain;			/* neither branch nor call */
	bool joined;			/* jumped to: may be reached past the one before */
	uint64_t target;
	struct value at;		/* what FLOW_STORE_ZERO writes to */
	int base;			/* what FLOW_COUNT_UP writes to: a register, -1: none, */
	int64_t displacement;		/* and what is added to it */
	struct flow_state before;
};

struct flow {
	struct flow_insn *insns;
	size_t count;
};

struct flow *flow_analyse(const struct kernel *kernel, const struct symbol *symbol);
const struct flow_insn *flow_find(const struct flow *flow, uint64_t address);
bool flow_holder(const struct flow_state *state, struct value value, char *fetch,
		 size_t size);
const char *flow_register(int reg);
void flow_free(struct flow *flow);

#endif /* _BHT_FINDER_FLOW_H */
