// SPDX-License-Identifier: GPL-2.0
/*
 * What is left behind on buffers and folios when nothing moves any more (`state_leak`).
 *
 * First what would make a sync wait for ever: a folio or a buffer that is locked and
 * not under I/O. After the sync there is no I/O left. So a buffer that is locked, marked
 * as migrating or referenced is a leak. At last the per-CPU folio batches are drained
 * and clean folios dropped: what stays in the page cache has a reference too many.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>

#include "bhtorture.h"
#include "compat.h"
#include "judge/aftermath.h"
#include "judge/inject.h"
#include "judge/leak.h"
#include "judge/violation.h"
#include "target/target.h"

/*
 * A reader of the device, reclaim or compaction may hold a buffer or a folio for a
 * moment. What is still held after so many looks is a leak. They are counted instead of
 * the time, which jumps when the machine was stopped.
 */
#define LEAK_LOOK_MS		20
#define LEAK_LOOKS		100

/* After so many leaks the kernel is convicted, and nobody waits for the others. */
#define LEAK_ENOUGH		4

/*
 * References on folios, that is. Somebody may keep a few folios of the device, or
 * a few references on one of them, for as long as he likes.
 */
#define LEAK_REFERENCE_LOOKS	300
#define LEAK_REFERENCE_FOLIOS	4
#define LEAK_REFERENCES		8

/* How many folios `inject` takes a reference on. */
#define LEAK_INJECTED		64

enum leak {
	LEAK_NONE,
	LEAK_BUFFER_REFERENCE,
	LEAK_BUFFER_LOCKED,
	LEAK_BUFFER_MIGRATING,
	LEAK_FOLIO_REFERENCE,
	LEAK_FOLIO_LOCKED,
};

static const char * const leak_names[] = {
	[LEAK_BUFFER_REFERENCE]	= "a reference on a buffer (b_count)",
	[LEAK_BUFFER_LOCKED]	= "a locked buffer (BH_Lock)",
	[LEAK_BUFFER_MIGRATING]	= "a buffer marked as migrating (BH_Migrate)",
	[LEAK_FOLIO_REFERENCE]	= "references on a folio",
	[LEAK_FOLIO_LOCKED]	= "a locked folio (PG_locked)",
};

/* What only inject=state_leak has. One torture runs per load of the module. */
static struct buffer_head *leak_injected_bh;
static struct folio *leak_injected_folio[LEAK_INJECTED];
static bool leak_injected_lock;

/* Context: task. The folio is locked, so its buffers stay. */
static enum leak leak_of_buffers(struct folio *folio, bool synced, u64 *block)
{
	struct buffer_head *head = folio_buffers(folio);
	struct buffer_head *bh = head;

	/* The buffers of a folio that is being written are locked until that ends. */
	if (!head || (!synced && folio_test_writeback(folio)))
		return LEAK_NONE;
	if (synced && compat_buffer_migrating(head)) {
		*block = head->b_blocknr;
		return LEAK_BUFFER_MIGRATING;
	}
	do {
		*block = bh->b_blocknr;
		if (buffer_locked(bh))
			return LEAK_BUFFER_LOCKED;
		if (synced && atomic_read(&bh->b_count))
			return LEAK_BUFFER_REFERENCE;
		bh = bh->b_this_page;
	} while (bh != head);
	return LEAK_NONE;
}

static enum leak leak_look(struct torture *t, pgoff_t index, bool synced,
			   u64 *block)
{
	struct folio *folio = compat_get_folio(t->target->mapping, index);
	enum leak leak = LEAK_NONE;

	if (!folio)
		return LEAK_NONE;
	*block = target_block(t->target, index);
	if (folio_trylock(folio)) {
		leak = leak_of_buffers(folio, synced, block);
		folio_unlock(folio);
	} else if (folio_test_uptodate(folio)) {
		/* Otherwise somebody reads it, and has it locked until that ends. */
		leak = LEAK_FOLIO_LOCKED;
	}
	folio_put(folio);
	return leak;
}

static void leak_report(struct torture *t, pgoff_t index, u64 block,
			enum leak leak)
{
	struct violation violation = {
		.oracle = ORACLE_STATE_LEAK,
		.block = block,
		.found = leak,
	};

	pr_err_ratelimited("left behind on page index %lu: %s\n", index,
			   leak_names[leak]);
	violation_report(t, &violation);
}

/* Each page has its own patience: one that is slow to settle takes nobody else's. */
static unsigned int leak_judge_all(struct torture *t, bool synced)
{
	pgoff_t end = target_index(t->target, t->target->blocks - 1) + 1;
	unsigned int looks, leaks = 0;
	enum leak leak;
	pgoff_t index;
	u64 block;

	invalidate_bh_lrus();
	for (index = 0; index < end; index++) {
		looks = leaks < LEAK_ENOUGH ? LEAK_LOOKS : 0;
		while ((leak = leak_look(t, index, synced, &block)) && looks--) {
			msleep(LEAK_LOOK_MS);
			invalidate_bh_lrus();
		}
		if (leak) {
			leaks++;
			leak_report(t, index, block, leak);
		}
		cond_resched();
	}
	return leaks;
}

/**
 * leak_judge_locks() - Is something locked that nobody will unlock?
 * @t: The quiesced torture, before it is synced.
 *
 * Context: task, sleeps.
 *
 * Return: true if not. Otherwise whoever writes or drops the page cache waits for ever.
 */
bool leak_judge_locks(struct torture *t)
{
	return !leak_judge_all(t, false);
}

/*
 * invalidate_bdev() fails to drop a folio with a dirty buffer. It leaves the folio, with a
 * reference, in this CPU's batch of those to deactivate (deactivate_file_folio()). That
 * the buffer is dirty after a sync is for `media_loss` to judge.
 * Context: task. The folio is locked.
 */
static bool leak_is_dirty(struct folio *folio)
{
	struct buffer_head *head = folio_buffers(folio), *bh = head;

	if (!head)
		return false;
	do {
		if (buffer_dirty(bh))
			return true;
		bh = bh->b_this_page;
	} while (bh != head);
	return false;
}

/*
 * References beyond those of the page cache, the buffers, page tables and our own.
 * Context: task. The folio is locked.
 */
static long leak_references(struct folio *folio)
{
	return folio_ref_count(folio) - compat_folio_mapcount(folio) -
	       folio_nr_pages(folio) - folio_test_private(folio) - 1 -
	       leak_is_dirty(folio);
}

/* Return: on how many folios there are references too many; and the most on one. */
static unsigned int leak_count_references(struct torture *t, bool report,
					  long *most)
{
	pgoff_t end = target_index(t->target, t->target->blocks - 1) + 1;
	unsigned int folios = 0;
	struct folio *folio;
	long references;
	pgoff_t index, next;

	*most = 0;
	for (index = 0; index < end; index = next) {
		folio = compat_get_folio(t->target->mapping, index);
		references = 0;
		next = index + 1;
		if (folio && folio_trylock(folio)) {
			references = leak_references(folio);
			/* Once for each folio. Locked, it has its place in the cache still. */
			if (compat_folio_mapping(folio) == t->target->mapping)
				next = compat_folio_index(folio) + folio_nr_pages(folio);
			folio_unlock(folio);
		}
		if (folio)
			folio_put(folio);
		folios += references > 0;
		*most = max(*most, references);
		if (report && references > 0)
			leak_report(t, index, target_block(t->target, index),
				    LEAK_FOLIO_REFERENCE);
		cond_resched();
	}
	return folios;
}

/*
 * invalidate_bdev() drains the per-CPU batches of all CPUs (lru_add_drain_all() itself
 * is not for modules). Each batch may hold a reference on each folio for as long as it
 * likes, and a large machine has many. It also drops all folios but those in use.
 */
static void leak_judge_references(struct torture *t)
{
	unsigned int looks = LEAK_REFERENCE_LOOKS;
	unsigned int folios;
	long most;

	for (;;) {
		invalidate_bdev(t->target->bdev);
		folios = leak_count_references(t, false, &most);
		if (folios < LEAK_REFERENCE_FOLIOS && most <= LEAK_REFERENCES)
			return;
		if (!looks--)
			break;
		msleep(LEAK_LOOK_MS);
	}
	pr_err("%u folios have references too many, up to %ld on one\n", folios,
	       most);
	leak_count_references(t, true, &most);
}

/**
 * leak_judge() - No state may be left behind.
 * @t: The quiesced torture, synced.
 *
 * Context: task, sleeps.
 */
void leak_judge(struct torture *t)
{
	t->aftermath->folios_judged =
		target_index(t->target, t->target->blocks - 1) + 1;
	leak_judge_all(t, true);
	leak_judge_references(t);
}

/**
 * leak_inject() - Leave something behind, if `inject` asks for it.
 * @t: The quiesced torture.
 */
void leak_inject(struct torture *t)
{
	int i;

	if (t->injected != ORACLE_STATE_LEAK)
		return;
	if (t->fault == FAULT_PLAIN) {
		leak_injected_bh = __bread(t->target->bdev, 0,
					   t->target->block_size);
		return;
	}
	for (i = 0; i < LEAK_INJECTED; i++)
		leak_injected_folio[i] = compat_get_folio(t->target->mapping, i);
	leak_injected_lock = t->fault == FAULT_FOLIO_LOCKED &&
			     leak_injected_folio[0];
	if (leak_injected_lock)
		folio_lock(leak_injected_folio[0]);
}

/**
 * leak_undo() - Take back what leak_inject() did.
 * @t: The torture.
 */
void leak_undo(struct torture *t)
{
	int i;

	brelse(leak_injected_bh);
	leak_injected_bh = NULL;
	if (leak_injected_lock)
		folio_unlock(leak_injected_folio[0]);
	leak_injected_lock = false;
	for (i = 0; i < LEAK_INJECTED; i++)
		if (leak_injected_folio[i])
			folio_put(leak_injected_folio[i]);
	memset(leak_injected_folio, 0, sizeof(leak_injected_folio));
}
