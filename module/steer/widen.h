/* SPDX-License-Identifier: GPL-2.0 */
/*
 * widen.c: delays each move after its reference check.
 */
#ifndef _BHTORTURE_STEER_WIDEN_H
#define _BHTORTURE_STEER_WIDEN_H

#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/types.h>

struct torture;

#define WIDEN_MOVES	5		/* functions that may be the move */

struct widen_move {
	struct kprobe probe;
	unsigned int src;		/* which argument is the source folio */
	bool armed;
	atomic64_t met;			/* moves that this one was first to meet */
};

struct widen {
	struct widen_move move[WIDEN_MOVES];
	atomic64_t met;			/* moves, by any of them */
	u32 typical_ns;			/* from the callback's begin to the move */
};

int widen_start(struct torture *t);
void widen_stop(struct torture *t);
bool widen_armed(const struct widen *widen);
const char *widen_place(const struct widen *widen);

/**
 * widen_meets() - Is the move met on this kernel?
 * @widen: The probes.
 *
 * Until one was, nobody may wait for a slot's `moving`: it might never come.
 */
static inline bool widen_meets(const struct widen *widen)
{
	return atomic64_read(&widen->met);
}

#endif /* _BHTORTURE_STEER_WIDEN_H */
