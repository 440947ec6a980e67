/* SPDX-License-Identifier: GPL-2.0 */
/*
 * slots.c: which folios are inside the migrate callback right now.
 */
#ifndef _BHTORTURE_OBSERVE_SLOTS_H
#define _BHTORTURE_OBSERVE_SLOTS_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/kernel.h>
#include <linux/migrate_mode.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "params.h"

struct block_device;
struct folio;
struct torture;

#define SLOTS		SLOTS_MAX
#define SLOT_UNUSED	ULONG_MAX	/* as an index */

/* How far a migration has come, as lookups see it. */
enum slot_stage {
	SLOT_ENTERED,		/* nothing is decided yet */
	SLOT_WINDOW,		/* the check has passed, the folio is replaced */
	SLOT_TAIL,		/* the lock, or BH_Migrate, is given up after that */
};

/* One migration in progress. */
struct slot {
	unsigned long index;		/* of its first page, or SLOT_UNUSED */
	u32 sequence;			/* tells it from others in the same slot */
	unsigned long pages;		/* block devices have large folios since 6.15 */
	struct folio *src;
	u64 begin_ns;
	struct block_device *bdev;	/* whose page cache it is, or NULL */
	u64 first_block;
	unsigned int block_size;
	dev_t dev;			/* for reports: the mapping's device */
	struct task_struct *task;	/* valid while the slot is in use */
	enum migrate_mode mode;
	unsigned int buffers;
	bool idle;			/* nobody used the folio at its begin */
	bool moving;			/* widen.c has met it */
	bool released;			/* gap.c has met it giving up the lock */
	bool tail;			/* the same, after the move */
	atomic64_t exposures;		/* of this sequence number, see slot_count() */
	atomic64_t window_exposures;	/* likewise */
	u32 moved_sequence;		/* of the last one here that moved buffers */
} ____cacheline_aligned_in_smp;

struct slots {
	struct torture *torture;
	unsigned int usable;		/* of slot[]; less than SLOTS for a test */
	unsigned long busy;		/* bit per slot */
	struct slot slot[SLOTS];
	unsigned int newest;		/* slot last begun, for aim */
	unsigned long last_index;	/* its page, and how far from the one before */
	unsigned long stride;
	unsigned long next_index;	/* the page that is likely to be next */
	u32 typical_ns;			/* smoothed duration of a callback */
	atomic64_t begun;
	atomic64_t moved;
	atomic64_t moved_with_buffers;
	atomic64_t refused;
	atomic64_t large_begun;		/* of folios with more than one page */
	atomic64_t large_moved;
	atomic64_t unwatched;		/* no free slot */
	atomic_t unwatched_now;		/* of these: in progress */
	atomic64_t window_exposures;	/* of migrations that moved buffers */
};

void slots_init(struct torture *t);
struct slot *slots_begin(struct slots *slots, struct folio *src,
			 enum migrate_mode mode);
void slots_count(struct slots *slots, struct slot *slot, int rc);
void slots_release(struct slots *slots, struct slot *slot);

/**
 * slot_has() - Is this page part of the folio that moves?
 * @slot: The slot, in use or not.
 * @index: The page's index.
 *
 * Context: any, probe handlers included.
 */
static inline bool slot_has(const struct slot *slot, pgoff_t index)
{
	/* Pairs with slots_begin(). */
	unsigned long first = smp_load_acquire(&slot->index);

	return first != SLOT_UNUSED && index - first < READ_ONCE(slot->pages);
}

/**
 * slot_stage() - How far has the migration come?
 * @slot: The slot, in use.
 *
 * Context: any, probe handlers included.
 */
static inline enum slot_stage slot_stage(const struct slot *slot)
{
	if (!READ_ONCE(slot->moving))
		return SLOT_ENTERED;
	return READ_ONCE(slot->tail) ? SLOT_TAIL : SLOT_WINDOW;
}

/* A count of one migration: its sequence number above, the count below. */
#define SLOT_COUNT_SHIFT	32

/**
 * slot_count() - Count for a migration, unless it is over.
 * @count: One of the slot's counts.
 * @sequence: The migration's.
 *
 * Context: any, probe handlers included.
 */
static inline void slot_count(atomic64_t *count, u32 sequence)
{
	s64 old = atomic64_read(count);

	do {
		if ((u64)old >> SLOT_COUNT_SHIFT != sequence)
			return;
	} while (!atomic64_try_cmpxchg(count, &old, old + 1));
}

/**
 * slot_counted() - How much was counted for the slot's migration.
 * @count: One of the slot's counts.
 */
static inline u32 slot_counted(const atomic64_t *count)
{
	return lower_32_bits(atomic64_read(count));
}

/**
 * slots_find() - Is this page inside the migrate callback right now?
 * @slots: The slots.
 * @index: The page's index in the target's page cache.
 *
 * Called twice in each lookup by the hammer. While nothing migrates it is one load.
 *
 * Context: any, probe handlers included.
 */
static inline struct slot *slots_find(struct slots *slots, pgoff_t index)
{
	unsigned int i;

	if (likely(!READ_ONCE(slots->busy)))
		return NULL;
	for (i = 0; i < SLOTS; i++)
		if (slot_has(&slots->slot[i], index))
			return &slots->slot[i];
	return NULL;
}

/**
 * slots_of_task() - The migration that this very task is inside of.
 * @slots: The slots.
 *
 * Context: any, probe handlers included.
 *
 * Return: its slot, which stays until the task leaves the callback, or NULL.
 */
static inline struct slot *slots_of_task(struct slots *slots)
{
	unsigned int i;

	if (likely(!READ_ONCE(slots->busy)))
		return NULL;
	for (i = 0; i < SLOTS; i++)
		if (READ_ONCE(slots->slot[i].index) != SLOT_UNUSED &&
		    READ_ONCE(slots->slot[i].task) == current)
			return &slots->slot[i];
	return NULL;
}

/**
 * slots_seen() - Has each migration in progress a slot?
 * @slots: The slots.
 */
static inline bool slots_seen(const struct slots *slots)
{
	return !atomic_read(&slots->unwatched_now);
}

/**
 * slots_quiet() - Does no folio of the target migrate at this moment?
 * @slots: The slots.
 *
 * Return: a number that changes whenever a migration begins, or 0 while one is in
 * progress. Two equal answers other than 0 mean that no migration was seen in
 * between; norefs_seen() tells whether all are seen.
 */
static inline u64 slots_quiet(struct slots *slots)
{
	u64 begun;

	smp_rmb();	/* the lookup before, if there was one, has come to its end */
	begun = atomic64_read(&slots->begun);
	/*
	 * In this order, and slots_begin() in the other: one that begins meanwhile
	 * is either seen here or not yet counted above.
	 */
	smp_rmb();
	if (READ_ONCE(slots->busy) || !slots_seen(slots))
		return 0;
	smp_rmb();	/* the lookup behind has not begun */
	return begun + 1;
}

/**
 * slots_newest() - The migration that began last, if it is still in progress.
 * @slots: The slots.
 * @index: Where to put the page's index.
 *
 * Return: its slot, or NULL.
 */
static inline struct slot *slots_newest(struct slots *slots,
					unsigned long *index)
{
	struct slot *slot;

	if (likely(!READ_ONCE(slots->busy)))
		return NULL;
	slot = &slots->slot[READ_ONCE(slots->newest) % SLOTS];
	*index = READ_ONCE(slot->index);
	return *index == SLOT_UNUSED ? NULL : slot;
}

#endif /* _BHTORTURE_OBSERVE_SLOTS_H */
