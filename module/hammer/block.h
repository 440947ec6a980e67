/* SPDX-License-Identifier: GPL-2.0 */
/*
 * block.c: gets a block, compares it with the ledger, and judges it.
 */
#ifndef _BHTORTURE_HAMMER_BLOCK_H
#define _BHTORTURE_HAMMER_BLOCK_H

#include <linux/types.h>

#include "hammer/lookup.h"
#include "thread.h"

struct buffer_head *block_get(struct hammer_thread *ht, u64 block,
			      enum lookup lookup);
struct buffer_head *block_complete(struct hammer_thread *ht, u64 block,
				   enum lookup lookup,
				   const struct lookup_result *result);
struct buffer_head *block_bring_back(struct hammer_thread *ht, u64 block,
				     struct buffer_head *bh);
void block_write_again(struct hammer_thread *ht, struct buffer_head *bh);
void block_hold(struct hammer_thread *ht);
void block_check(struct hammer_thread *ht, u64 block, struct buffer_head *bh);
void block_heal(struct hammer_thread *ht, u64 block);

#endif /* _BHTORTURE_HAMMER_BLOCK_H */
