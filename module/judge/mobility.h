/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mobility.c: folios that nobody uses can move (`never_moves`).
 */
#ifndef _BHTORTURE_JUDGE_MOBILITY_H
#define _BHTORTURE_JUDGE_MOBILITY_H

#include <linux/atomic.h>

struct folio;
struct slot;
struct torture;

struct mobility {
	atomic_t refused;		/* idle folios in a row, none moved meanwhile */
	atomic64_t judged;		/* idle folios that came to be moved */
};

void mobility_begin(struct torture *t, struct slot *slot, struct folio *src);
void mobility_end(struct torture *t, struct slot *slot, struct folio *src, int rc);

#endif /* _BHTORTURE_JUDGE_MOBILITY_H */
