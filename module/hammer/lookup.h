/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lookup.c: one lookup, and what was seen around it.
 */
#ifndef _BHTORTURE_HAMMER_LOOKUP_H
#define _BHTORTURE_HAMMER_LOOKUP_H

#include <linux/types.h>

#include "thread.h"

struct buffer_head;

struct lookup_result {
	struct buffer_head *bh;	/* with a reference, or NULL; then also: */
	u32 drops;		/* drops_count() of its page after the lookup */
	bool quiet;		/* nothing migrated from before it until after it */
};

struct lookup_result lookup_block(struct hammer_thread *ht, u64 block,
				  enum lookup lookup);
struct buffer_head *lookup_populate(struct hammer_thread *ht, u64 block);

#endif /* _BHTORTURE_HAMMER_LOOKUP_H */
