/* SPDX-License-Identifier: GPL-2.0 */
/*
 * watch.c: every migration of a folio of the target, as it happens. Changes nothing
 * in the kernel under test.
 */
#ifndef _BHTORTURE_WATCH_H
#define _BHTORTURE_WATCH_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/types.h>

#include "compat.h"

struct torture;

#define WATCH_SLOTS	16
#define WATCH_DROPS	256
#define WATCH_NO_INDEX	ULONG_MAX
#define DROPS_UNKNOWN	U32_MAX

/* One migration in progress. */
struct watch_slot {
	unsigned long index;		/* of its first page; WATCH_NO_INDEX while unused */
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
	bool moving;			/* steering has met it */
	atomic_t exposures;
} ____cacheline_aligned_in_smp;

struct watch {
	struct torture *torture;
	struct kretprobe norefs;
	struct kretprobe release_buffers;
	bool norefs_armed;
	bool release_armed;
	unsigned long busy;		/* bit per slot */
	struct watch_slot slots[WATCH_SLOTS];
	unsigned int newest;		/* slot last begun, for aim */
	unsigned long last_index;	/* its page, and how far from the one before */
	unsigned long stride;
	u32 typical_ns;			/* smoothed duration of a callback */
	atomic_t drops_begun[WATCH_DROPS];
	atomic_t drops_ended[WATCH_DROPS];
	atomic64_t begun;
	atomic64_t moved;
	atomic64_t moved_with_buffers;
	atomic64_t refused;
	atomic64_t unwatched;		/* no free slot */
};

int watch_start(struct torture *t);
void watch_stop(struct torture *t);
struct watch_slot *watch_begin(struct watch *watch, struct folio *src,
			       enum migrate_mode mode);
void watch_end(struct watch *watch, struct watch_slot *slot, struct folio *src,
	       int rc);
unsigned long watch_missed(const struct watch *watch);
u32 watch_drops(struct watch *watch, pgoff_t index);

/**
 * watch_slot_has() - Is this page part of the folio that moves?
 * @slot: The slot, in use or not.
 * @index: The page's index.
 */
static inline bool watch_slot_has(const struct watch_slot *slot, pgoff_t index)
{
	/* Pairs with watch_begin(). */
	unsigned long first = smp_load_acquire(&slot->index);

	return first != WATCH_NO_INDEX && index - first < READ_ONCE(slot->pages);
}

/**
 * watch_find() - Is this page inside the migrate callback right now?
 * @watch: The watch.
 * @index: The page's index in the target's page cache.
 *
 * Called twice per lookup by the hammer: one load when nothing migrates.
 */
static inline struct watch_slot *watch_find(struct watch *watch, pgoff_t index)
{
	unsigned int i;

	if (likely(!READ_ONCE(watch->busy)))
		return NULL;
	for (i = 0; i < WATCH_SLOTS; i++)
		if (watch_slot_has(&watch->slots[i], index))
			return &watch->slots[i];
	return NULL;
}

/**
 * watch_quiet() - Does no folio of the target migrate at this moment?
 * @watch: The watch.
 *
 * Return: a number that changes whenever a migration begins, 0 while one is or may
 * be in progress: two equal answers other than 0 mean that there was none in between.
 */
static inline u64 watch_quiet(struct watch *watch)
{
	u64 begun = atomic64_read(&watch->begun);

	/*
	 * In this order, and watch_begin() in the other: one that begins meanwhile
	 * is either seen here or not yet counted above.
	 */
	smp_rmb();
	if (READ_ONCE(watch->busy) || atomic64_read(&watch->unwatched) ||
	    READ_ONCE(watch->norefs.nmissed))
		return 0;
	return begun + 1;
}

/**
 * watch_newest() - The migration that began last, if it is still in progress.
 * @watch: The watch.
 * @index: Where to put the page's index.
 *
 * Return: its slot, or NULL.
 */
static inline struct watch_slot *watch_newest(struct watch *watch,
					      unsigned long *index)
{
	struct watch_slot *slot;

	if (likely(!READ_ONCE(watch->busy)))
		return NULL;
	slot = &watch->slots[READ_ONCE(watch->newest) % WATCH_SLOTS];
	*index = READ_ONCE(slot->index);
	return *index == WATCH_NO_INDEX ? NULL : slot;
}

#endif /* _BHTORTURE_WATCH_H */
