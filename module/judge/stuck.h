/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stuck.c: threads and migrations that make no progress.
 */
#ifndef _BHTORTURE_JUDGE_STUCK_H
#define _BHTORTURE_JUDGE_STUCK_H

#include <linux/types.h>

#include "observe/slots.h"
#include "thread.h"

struct torture;

struct stuck {
	struct progress slot[SLOTS];	/* of the migrations */
	unsigned int migrations;	/* so many of them are stuck */
	unsigned int device_looks;	/* since the device had nothing to do */
	bool starving;			/* somebody has waited for a CPU for long */
};

void stuck_look(struct torture *t, unsigned int period_ms);
bool stuck_is(const struct torture *t);
int stuck_wait_for_migrations(struct torture *t);

#endif /* _BHTORTURE_JUDGE_STUCK_H */
