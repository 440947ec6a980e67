/* SPDX-License-Identifier: GPL-2.0 */
/*
 * inject.c: breaks something on purpose, so that an oracle can be seen to fire.
 */
#ifndef _BHTORTURE_JUDGE_INJECT_H
#define _BHTORTURE_JUDGE_INJECT_H

#include <linux/types.h>

#include "judge/violation.h"

struct hammer_thread;
struct torture;

/* How an oracle is provoked. Each fault is made where the oracle looks. */
enum fault {
	FAULT_PLAIN,
	FAULT_FOLIO_LOCKED,
	FAULT_FOLIO_REFERENCES,
	FAULT_LIVELOCK,
	FAULT_FOR_GOOD,
};

int inject_find(struct torture *t);
bool inject_now(struct hammer_thread *ht, enum oracle oracle);

#endif /* _BHTORTURE_JUDGE_INJECT_H */
