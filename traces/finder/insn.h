/* SPDX-License-Identifier: GPL-2.0 */
/* An instruction, as far as the finder tells it apart, and what is known before it. */
#ifndef _BHT_FINDER_INSN_H
#define _BHT_FINDER_INSN_H

#include <stdbool.h>
#include <stdint.h>

#include "finder/value.h"

enum flow_kind {
	FLOW_OTHER,
	FLOW_CALL,			/* a call or a tail jump, see target */
	FLOW_STORE_ZERO,		/* of one byte: an unlock that was inlined */
	FLOW_TAKE,			/* of a word, if it is 0: a lock, inlined */
	FLOW_TAKE_LOOP,			/* the same by a loop, which no probe may interrupt */
	FLOW_IF_ZERO, FLOW_UNLESS_ZERO,	/* a branch to the target */
	FLOW_COUNT_UP,			/* of a word in memory, atomically */
	FLOW_CLEAR_BIT,			/* of a byte in memory, atomically */
	FLOW_ADDRESS,			/* of a member, for one of these two: into a register */
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
	struct value at;		/* what FLOW_STORE_ZERO, FLOW_TAKE ... write to */
	int base;			/* what these three are about: a register, -1: none, */
	int64_t displacement;		/* and what is added to it */
	int to;				/* the register of FLOW_ADDRESS */
	uint8_t cleared;		/* which bits FLOW_CLEAR_BIT clears; 0: not known */
	struct flow_state before;
};

#endif /* _BHT_FINDER_INSN_H */
