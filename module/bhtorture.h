/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The context that all parts of the module are handed.
 *
 * Each part owns the member named after it and declares its type and functions in
 * a header of its own. A file includes the headers of the parts it calls. Calls go
 * down only; README.md has the order. torture.c allocates all of it at once.
 */
#ifndef _BHTORTURE_H
#define _BHTORTURE_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "params.h"

struct aftermath;
struct armed;
struct delay;
struct dentry;
struct drops;
struct era;
struct gap;
struct hammer;
struct jitter;
struct latency;
struct lingering;
struct mobility;
struct monitor;
struct norefs;
struct oracles;
struct others;
struct periodic;
struct quarantine;
struct slots;
struct stuck;
struct strategy_ops;
struct target;
struct widen;

struct torture {
	const struct torture_params *params;
	const struct strategy_ops *strategy;
	int injected;			/* enum oracle to provoke, or -1, */
	int fault;			/* and by which enum fault */
	struct latency *latency;
	struct target *target;
	struct slots *slots;
	struct oracles *oracles;
	struct quarantine *quarantine;
	struct mobility *mobility;
	struct norefs *norefs;
	struct drops *drops;
	struct others *others;
	struct widen *widen;
	struct era *era;
	struct gap *gap;
	struct delay *delay;
	struct lingering *linger;
	struct jitter *jitter;
	struct hammer *hammer;
	struct monitor *monitor;
	struct stuck *stuck;
	struct aftermath *aftermath;
	struct armed *armed;
	struct periodic *periodic;
	struct dentry *debugfs;
	struct mutex stop_lock;		/* stopped, against two stops at once */
	bool stopped;
	bool given_up;			/* a stop has found somebody stuck */
	u64 began_ns;
	u64 ended_ns;
};

#endif /* _BHTORTURE_H */
