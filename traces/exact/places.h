/* SPDX-License-Identifier: GPL-2.0 */
/* The places in the guest's kernel that are watched, as `bht-hold places` wrote them. */
#ifndef _BHT_EXACT_PLACES_H
#define _BHT_EXACT_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exact/qemu.h"

enum place_kind {
	PLACE_WANT, PLACE_ACQUIRED, PLACE_RELEASED,	/* of a holder */
	PLACE_ENTER, PLACE_RETURN, PLACE_MARK,		/* of a frame */
	PLACE_KINDS,
};

enum place_role {
	ROLE_MIGRATION, ROLE_LOOKUP, ROLE_SLEEPING, ROLE_SLOW, ROLE_PART, ROLE_CACHE,
	ROLE_MOVE, ROLE_COPY, ROLE_FLAGS, ROLE_BUFFER, ROLE_PUT,
	ROLE_SWITCH_FROM, ROLE_SWITCH_TO, ROLE_BEGIN, ROLE_END, ROLE_VIOLATION,
	ROLE_STAT_CLEARED, ROLE_STAT_READ,
	ROLES,
};

/* A function that takes the lock. */
struct holder {
	const char *name;
	const char *side;
	bool migration;			/* its side */
};

struct place {
	uint64_t address;
	enum place_kind kind;
	bool in_module;
	const struct holder *holder;
	enum place_role role;		/* of a frame, and its function */
	const char *frame;
	/* Where the lock or the buffer is: a register, or memory at one. */
	int where;			/* machine_register_named(), -1: nowhere */
	bool in_memory;
	int64_t offset;
	bool base;			/* the mapping is there, not the lock */
};

/* What a callback gets: a place in a block. */
struct reached {
	const struct place *place;
	unsigned int index;		/* of its instruction */
};

struct place_facts {
	unsigned int stack_shift;
	uint64_t lock_offset;
	uint64_t bh_count;		/* offset of b_count; 0: not known */
	bool flagged;			/* migrations clear BH_Migrate */
};

extern struct place_facts place_facts;

uint64_t place_value(const struct place *place);
bool places_load(const char *path, char *reason, size_t size);
void places_translate(struct qemu_plugin_tb *tb, qemu_exec_cb reached);
const char *places_holders(size_t i, const char **side);
const char *places_unmeasurable(size_t i);

#endif /* _BHT_EXACT_PLACES_H */
