/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is timed. latency.c has the names.
 */
#ifndef _BHTORTURE_REPORT_LATENCY_KIND_H
#define _BHTORTURE_REPORT_LATENCY_KIND_H

/* In this order: three paths, the same three during a migration of the folio. */
enum latency_kind {
	LATENCY_LOOKUP_FAST,		/* found in the bh LRU */
	LATENCY_LOOKUP_SLOW,		/* __find_get_block_slow(), atomic */
	LATENCY_LOOKUP_SLEEPING,	/* the same, under the folio lock */
	LATENCY_LOOKUP_FAST_MIGRATING,
	LATENCY_LOOKUP_SLOW_MIGRATING,
	LATENCY_LOOKUP_SLEEPING_MIGRATING,
	LATENCY_HOLD,			/* of private_lock, by strategy.c */
	LATENCY_COUNT,
};

#endif /* _BHTORTURE_REPORT_LATENCY_KIND_H */
