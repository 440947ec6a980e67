/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions that take private_lock (i_private_lock from 6.8): their names, and
 * what has been found out about each.
 */
#ifndef _BHT_FINDER_FUNCTIONS_H
#define _BHT_FINDER_FUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finder/kernel.h"

enum side {
	SIDE_MIGRATION,
	SIDE_LOOKUP,
	SIDE_OTHER,
	SIDE_CALIBRATION,		/* no lock: three instructions that cost nothing */
	SIDES,
};

extern const char *const side_names[SIDES];

enum probe_kind {
	PROBE_WANT,			/* about to take the lock */
	PROBE_ACQUIRED,
	PROBE_RELEASED,			/* about to drop it, or just done so */
	PROBE_KINDS,
};

extern const char *const probe_names[PROBE_KINDS];

struct site {
	enum probe_kind kind;
	uint64_t address;
	char fetch[48];			/* where the lock's address is; "" if nowhere */
	bool base;			/* fetch gives the mapping instead */
	int event;			/* which event of its kind: same fields, same one */
};

#define SITES_MAX	32

struct function {
	const char *name;
	enum side side;
	const struct symbol *symbol;	/* NULL: not in this kernel, or inlined */
	bool only;			/* takes no other lock by _raw_spin_lock() */
	bool argument;			/* the lock is handed to it */
	struct site sites[SITES_MAX];
	size_t count;
	size_t acquisitions;
	char reason[256];		/* why it cannot be measured; "" if it can */
};

struct functions {
	const struct kernel *kernel;
	struct function *list;
	size_t count;
	int lock_offset;		/* of private_lock in struct address_space */
	const char *offset_from;	/* how that is known */
};

void functions_init(struct functions *functions, const struct kernel *kernel);
bool functions_know(const char *name);
bool function_measurable(const struct function *function);

#endif /* _BHT_FINDER_FUNCTIONS_H */
