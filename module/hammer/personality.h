/* SPDX-License-Identifier: GPL-2.0 */
/*
 * personality.c: what a hammer thread does with a block.
 */
#ifndef _BHTORTURE_HAMMER_PERSONALITY_H
#define _BHTORTURE_HAMMER_PERSONALITY_H

#include "params.h"

struct hammer_thread;

/* One of two vectors through which calls go up: threads.c calls them. */
struct personality_ops {
	const char *name;
	void (*step)(struct hammer_thread *ht);
};

extern const struct personality_ops personalities[PERSONALITY_COUNT];

#endif /* _BHTORTURE_HAMMER_PERSONALITY_H */
