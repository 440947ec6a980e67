/* SPDX-License-Identifier: GPL-2.0 */
/*
 * target.c: the block device, its filled page cache, and the ledger of what each
 * block must contain.
 */
#ifndef _BHTORTURE_TARGET_TARGET_H
#define _BHTORTURE_TARGET_TARGET_H

#include <linux/bitops.h>
#include <linux/errseq.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "compat.h"

struct torture;

/*
 * One per tortured block, 24 bytes at most (the design's limit), so that a
 * ledger for millions of blocks fits in a small guest. Written only by the
 * thread that holds LEDGER_CLAIMED, so it is exact without a lock.
 */
struct ledger_entry {
	u64 generation;		/* last one written and released */
	u32 written_jiffies;	/* when, for the age in reports */
	u32 cached_drops;	/* see drops_count(); DROPS_UNKNOWN if not cached */
	unsigned long flags;	/* LEDGER_* bits */
};

#define DROPS_UNKNOWN	U32_MAX

#define LEDGER_CLAIMED	0
#define LEDGER_REREAD	1	/* came from the device since it was written */
#define LEDGER_TOUCHED	2	/* the lookup in progress took the fast path */

/* What a block contains: one at its start, one at its end, see target_write(). */
struct block_stamp {
	u64 generation;
	u64 key;		/* target->key ^ block: tells a foreign page */
};

struct target {
	struct compat_bdev handle;
	bool open;
	struct block_device *bdev;
	struct address_space *mapping;
	int former_block_size;
	unsigned int block_size;
	unsigned int block_shift;	/* log2(block_size), a page's if that is not known */
	unsigned int blocks;
	u64 key;
	struct ledger_entry *ledger;

	raw_spinlock_t write_error_lock;
	errseq_t write_error;		/* the last one that was seen */
	bool write_failed;		/* ever, and when last: */
	u32 write_failed_jiffies;
};

int target_open(struct torture *t);
void target_close(struct torture *t);
void target_wait_for_callbacks(const struct target *target);
void target_look_for_errors(struct target *target);
bool target_write_failed(struct target *target, const struct ledger_entry *entry);
void target_write(const struct target *target, char *data, u64 block,
		  u64 generation);

enum stamp_state {
	STAMP_RIGHT,
	STAMP_OTHER,	/* whole, but not the expected generation or block */
	STAMP_TORN,	/* they disagree */
};

enum stamp_state target_read(const struct target *target, char *data, u64 block,
			     u64 *found);

/* The page that a block begins in. */
static inline pgoff_t target_index(const struct target *target, u64 block)
{
	return block << target->block_shift >> PAGE_SHIFT;
}

/* The block that a page begins in: several may be in a page, or pages in a block. */
static inline u64 target_block(const struct target *target, u64 index)
{
	return index << PAGE_SHIFT >> target->block_shift;
}

/**
 * target_claim() - Become the only thread of ours that touches a block.
 * @target: The target.
 * @block: The block.
 *
 * Return: false when another thread has it. Pairs with target_release().
 */
static inline bool target_claim(struct target *target, u64 block)
{
	return !test_and_set_bit_lock(LEDGER_CLAIMED,
				      &target->ledger[block].flags);
}

/**
 * target_release() - Let other threads have the block.
 * @target: The target.
 * @block: The block, claimed by the caller.
 */
static inline void target_release(struct target *target, u64 block)
{
	clear_bit_unlock(LEDGER_CLAIMED, &target->ledger[block].flags);
}

/**
 * target_wants() - Is this mapping ours to watch?
 * @target: The target.
 * @mapping: The mapping that a folio migrates in.
 *
 * In watch mode `all` every mapping that migrates through norefs is.
 *
 * Context: any. Called by probe handlers.
 */
static inline bool target_wants(const struct target *target,
				const struct address_space *mapping)
{
	return !target->mapping || target->mapping == mapping;
}

/* False when only watching: nothing is owned, written or judged by a ledger. */
static inline bool target_owned(const struct target *target)
{
	return target->ledger;
}

/* How long ago a block was written, for reports. */
static inline unsigned int target_age_ms(const struct ledger_entry *entry)
{
	return jiffies_to_msecs((u32)jiffies - entry->written_jiffies);
}

#endif /* _BHTORTURE_TARGET_TARGET_H */
