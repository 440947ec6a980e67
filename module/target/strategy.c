// SPDX-License-Identifier: GPL-2.0
/*
 * Who moves a folio with buffers.
 *
 * `kernel` leaves the kernel under test untouched: this file does nothing then. The others
 * replace the migrate callback of the target's own mapping by a model of a fix that was merged or
 * proposed, or of the bug. With them the fixes can be compared on one kernel, and the
 * oracles be seen to notice. Built on exported symbols only, in step with
 * __buffer_migrate_folio() in mm/migrate.c.
 *
 * The models are named NAME_move: reports and bht-hold show them as holders of the
 * lock.
 */
#include <linux/kmemleak.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "bhtorture.h"
#include "compat.h"
#include "observe/migration.h"
#include "report/latency.h"
#include "target/strategy.h"
#include "target/target.h"
#include "trace.h"

/*
 * The torture whose mapping runs our callback. An address_space has no room for a
 * pointer of ours, and there is one target per load of the module.
 */
static struct torture *strategy_torture;
static const struct address_space_operations *strategy_aops;
static const struct address_space_operations *strategy_former_aops;

static void strategy_unlock_buffers(struct buffer_head *head)
{
	struct buffer_head *bh = head;

	do {
		unlock_buffer(bh);
		bh = bh->b_this_page;
	} while (bh != head);
}

/* As buffer_migrate_lock_buffers(): async migration must not sleep. */
static bool strategy_lock_buffers(struct buffer_head *head, enum migrate_mode mode)
{
	struct buffer_head *bh = head;
	struct buffer_head *locked;

	do {
		if (mode != MIGRATE_ASYNC) {
			lock_buffer(bh);
		} else if (!trylock_buffer(bh)) {
			for (locked = head; locked != bh;
			     locked = locked->b_this_page)
				unlock_buffer(locked);
			return false;
		}
		bh = bh->b_this_page;
	} while (bh != head);
	return true;
}

static bool strategy_buffers_busy(struct buffer_head *head)
{
	struct buffer_head *bh = head;

	do {
		if (atomic_read(&bh->b_count))
			return true;
		bh = bh->b_this_page;
	} while (bh != head);
	return false;
}

/* The isolation's reference, the page cache's, and the buffers'. */
static bool strategy_has_extra_references(struct folio *folio)
{
	return folio_ref_count(folio) !=
	       1 + folio_nr_pages(folio) + folio_test_private(folio);
}

/* private_lock, held for this page. Timed by the clock of the CPU it is held on. */
struct strategy_hold {
	spinlock_t *lock;	/* the mapping's private_lock */
	unsigned long index;
	u64 acquired_ns;
};

static void strategy_hold_begin(struct strategy_hold *hold)
	__acquires(hold->lock)
{
	spin_lock(hold->lock);
	hold->acquired_ns = sched_clock();
}

/*
 * A function of its own, after the unlock: counting is no part of the hold, and the
 * models stay as simple as bht-hold needs them to find where they take the lock.
 */
static noinline void strategy_count_hold(unsigned long index, u64 hold_ns)
{
	struct torture *t = strategy_torture;

	latency_hold(t->latency, hold_ns);
	trace_bhtorture_hold(t->target->bdev->bd_dev, index,
			     target_block(t->target, index),
			     t->strategy->name, hold_ns);
}

static void strategy_hold_end(struct strategy_hold *hold)
	__releases(hold->lock)
{
	u64 hold_ns = sched_clock() - hold->acquired_ns;

	spin_unlock(hold->lock);
	strategy_count_hold(hold->index, hold_ns);
}

/*
 * The check that lookups must be kept out of, made twice as the kernel does it. Inlined:
 * in a function of its own, traces/finder would not see the lock dropped and taken again.
 */
static __always_inline bool
strategy_still_busy(struct strategy_hold *hold, struct buffer_head *head)
	__must_hold(hold->lock)
{
	if (!strategy_buffers_busy(head))
		return false;
	strategy_hold_end(hold);
	invalidate_bh_lrus();
	strategy_hold_begin(hold);
	return strategy_buffers_busy(head);
}

static int strategy_move_buffers(struct address_space *mapping,
				 struct folio *dst, struct folio *src,
				 enum migrate_mode mode,
				 struct buffer_head *head)
{
	struct buffer_head *bh = head;
	int rc;

	rc = compat_move_mapping(mapping, dst, src, mode);
	if (rc)
		return rc;
	do {
		compat_set_bh(bh, dst, bh_offset(bh));
		bh = bh->b_this_page;
	} while (bh != head);
	compat_move_contents(dst, src, mode);
	return 0;
}

/*
 * BUSTED ON PURPOSE: private_lock is dropped between check and move, as in
 * 5.0 - 5.2 (commit 89cb0888ca14). Loses updates; must be caught.
 */
static int busted_move(struct address_space *mapping, struct folio *dst,
		       struct folio *src, enum migrate_mode mode)
{
	struct strategy_hold hold = {
		.lock = mapping_private_lock(mapping),
		.index = compat_folio_index(src),
	};
	struct buffer_head *head = folio_buffers(src);
	bool busy;
	int rc;

	if (!head)
		return compat_migrate_plain(mapping, dst, src, mode);
	if (strategy_has_extra_references(src) || !strategy_lock_buffers(head, mode))
		return -EAGAIN;

	strategy_hold_begin(&hold);
	busy = strategy_still_busy(&hold, head);
	strategy_hold_end(&hold);
	rc = busy ? -EAGAIN : strategy_move_buffers(mapping, dst, src, mode, head);

	strategy_unlock_buffers(head);
	return rc;
}

/*
 * 5.3 - 6.15 (commit ebdf4de5642f): private_lock is held over the move. Block devices had
 * no large folios then. To copy one sleeps between its pages, so they do not move.
 */
static int held_move(struct address_space *mapping, struct folio *dst,
		     struct folio *src, enum migrate_mode mode)
{
	struct strategy_hold hold = {
		.lock = mapping_private_lock(mapping),
		.index = compat_folio_index(src),
	};
	struct buffer_head *head = folio_buffers(src);
	int rc;

	if (!head)
		return compat_migrate_plain(mapping, dst, src, mode);
	if (folio_nr_pages(src) > 1)
		return -EAGAIN;
	if (strategy_has_extra_references(src) || !strategy_lock_buffers(head, mode))
		return -EAGAIN;

	strategy_hold_begin(&hold);
	rc = strategy_still_busy(&hold, head) ?
	     -EAGAIN : strategy_move_buffers(mapping, dst, src, mode, head);
	strategy_hold_end(&hold);

	strategy_unlock_buffers(head);
	return rc;
}

/* Write the folio's dirty buffers and wait; the folio stays locked. */
static int strategy_write_buffers(struct buffer_head *head)
{
	struct buffer_head *bh = head;
	int rc = 0;

	do {
		get_bh(bh);
		if (buffer_dirty(bh) && sync_dirty_buffer(bh))
			rc = -EIO;
		put_bh(bh);
		bh = bh->b_this_page;
	} while (bh != head);
	return rc;
}

/*
 * The first proposal of 2019 ("mm: migrate: Fix races of __find_get_block() and
 * page migration", Jan Kara): never move buffers, write them out and drop them.
 * It wrote through ->writepage, which 6.16 removed; the buffers' own writeback
 * does the same here.
 */
static int evict_move(struct address_space *mapping, struct folio *dst,
		      struct folio *src, enum migrate_mode mode)
{
	struct buffer_head *head = folio_buffers(src);

	if (head && folio_test_dirty(src)) {
		if (mode == MIGRATE_ASYNC || mode == MIGRATE_SYNC_LIGHT)
			return -EBUSY;
		if (strategy_write_buffers(head))
			return -EIO;
	}
	if (head && !compat_release_buffers(src)) {
		invalidate_bh_lrus();
		if (!compat_release_buffers(src))
			return mode == MIGRATE_SYNC ? -EAGAIN : -EBUSY;
	}
	return compat_migrate_plain(mapping, dst, src, mode);
}

static const struct strategy_ops strategies[] = {
	{ .name = "kernel" },
	{ .name = "busted", .move = busted_move },
	{ .name = "held", .move = held_move },
	{ .name = "evict", .move = evict_move },
};

/**
 * strategy_find() - The strategy of this name.
 * @name: What the user asked for.
 *
 * Return: its operations, NULL when there is none.
 */
const struct strategy_ops *strategy_find(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(strategies); i++)
		if (!strcmp(strategies[i].name, name))
			return &strategies[i];
	return NULL;
}

/**
 * strategy_names() - The known names, separated by blanks.
 * @buffer: Where to put them.
 * @size: Its size in bytes; what does not fit is cut.
 */
void strategy_names(char *buffer, size_t size)
{
	int length = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(strategies); i++)
		length += scnprintf(buffer + length, size - length, "%s%s",
				    i ? " " : "", strategies[i].name);
}

static COMPAT_MIGRATE_CALLBACK(strategy_migrate)
{
	struct folio *dst = compat_arg_folio(dst_arg);
	struct folio *src = compat_arg_folio(src_arg);
	struct torture *t = strategy_torture;
	struct slot *slot;
	int rc;

	slot = migration_begin(t, src, mode);
	rc = t->strategy->move(mapping, dst, src, mode);
	migration_end(t, slot, src, rc);
	return rc;
}

/**
 * strategy_install() - From now on the chosen strategy moves the target's folios.
 * @t: The torture; its target is open. Nothing changes for the strategy `kernel`.
 *
 * Return: 0 or -ENOMEM.
 */
int strategy_install(struct torture *t)
{
	struct address_space *mapping = t->target->mapping;
	struct address_space_operations *const copy = t->strategy->move ?
		kmemdup(mapping->a_ops, sizeof(*copy), GFP_KERNEL) : NULL;

	if (!t->strategy->move)
		return 0;
	if (!copy)
		return -ENOMEM;
	/* Leaked in the end, see strategy_remove(). */
	kmemleak_ignore(copy);
	compat_set_migrate(copy, strategy_migrate);
	strategy_torture = t;
	strategy_former_aops = mapping->a_ops;
	strategy_aops = copy;
	WRITE_ONCE(mapping->a_ops, copy);
	return 0;
}

/**
 * strategy_remove() - Give the mapping its own operations back.
 * @t: The torture. May be called when nothing was installed.
 *
 * The copy is never freed. A writer, for example, reads a_ops once and calls through it
 * until it has written everything, and holds no lock meanwhile that one could wait for.
 * So each load of the module with a strategy of its own leaks a copy of the operations,
 * some 200 bytes. What stays behind is as the kernel's own, and calls nobody in
 * the module.
 *
 * Context: task, may sleep. Locks each cached folio of the target.
 */
void strategy_remove(struct torture *t)
{
	struct address_space_operations *const copy = (void *)strategy_aops;

	if (!copy)
		return;
	WRITE_ONCE(t->target->mapping->a_ops, strategy_former_aops);
	compat_restore_migrate(copy, strategy_former_aops);
	target_wait_for_callbacks(t->target);
	strategy_aops = NULL;
}
