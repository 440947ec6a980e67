// SPDX-License-Identifier: GPL-2.0
/*
 * What is judged when nothing moves any more.
 *
 * No state may be left behind on buffers and folios (`state_leak`). Then everything
 * is written back, the page cache is dropped and read anew, and the device must agree
 * with the ledger (`media_loss`).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>

#include "bhtorture.h"
#include "compat.h"
#include "judge/aftermath.h"
#include "judge/violation.h"
#include "target/target.h"

/*
 * Writeback, per-CPU folio batches or a reader of the device may hold a buffer or a
 * folio for a moment. What is still held after this time is a leak.
 */
#define LEAK_PATIENCE_MS	2000

/* Per-CPU batches may keep a few references on a folio for as long as they like. */
#define LEAK_FOLIO_REFERENCES	8

enum leak {
	LEAK_NONE,
	LEAK_BUFFER_REFERENCE,
	LEAK_BUFFER_LOCKED,
	LEAK_BUFFER_MIGRATING,
	LEAK_FOLIO_REFERENCE,
};

static const char * const leak_names[] = {
	[LEAK_BUFFER_REFERENCE]	= "a reference on a buffer (b_count)",
	[LEAK_BUFFER_LOCKED]	= "a locked buffer (BH_Lock)",
	[LEAK_BUFFER_MIGRATING]	= "a buffer marked as migrating (BH_Migrate)",
	[LEAK_FOLIO_REFERENCE]	= "references on a folio",
};

/* Context: task. The folio is locked, so its buffers stay. One reference is ours. */
static enum leak aftermath_find_leak(struct folio *folio, u64 *block)
{
	struct buffer_head *head = folio_buffers(folio);
	struct buffer_head *bh = head;
	long references;

	if (!head)
		return LEAK_NONE;
	if (compat_buffer_migrating(head)) {
		*block = head->b_blocknr;
		return LEAK_BUFFER_MIGRATING;
	}
	do {
		*block = bh->b_blocknr;
		if (buffer_locked(bh))
			return LEAK_BUFFER_LOCKED;
		if (atomic_read(&bh->b_count))
			return LEAK_BUFFER_REFERENCE;
		bh = bh->b_this_page;
	} while (bh != head);

	references = folio_ref_count(folio) - compat_folio_mapcount(folio) -
		     folio_nr_pages(folio) - folio_test_private(folio) - 1;
	return references > LEAK_FOLIO_REFERENCES ? LEAK_FOLIO_REFERENCE :
						    LEAK_NONE;
}

static enum leak aftermath_leak(struct torture *t, pgoff_t index, u64 *block)
{
	struct folio *folio = compat_get_folio(t->target->mapping, index);
	enum leak leak = LEAK_NONE;

	if (!folio)
		return LEAK_NONE;
	/* A writer may hold the lock for long. Then nothing can be said of the folio. */
	if (folio_trylock(folio)) {
		leak = aftermath_find_leak(folio, block);
		t->aftermath->folios_judged++;
		folio_unlock(folio);
	}
	folio_put(folio);
	return leak;
}

static void aftermath_judge_leaks(struct torture *t)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(LEAK_PATIENCE_MS);
	pgoff_t end = target_index(t->target, t->target->blocks - 1) + 1;
	struct violation violation = { .oracle = ORACLE_STATE_LEAK };
	enum leak leak;
	pgoff_t index;

	invalidate_bh_lrus();
	for (index = 0; index < end; index++) {
		while ((leak = aftermath_leak(t, index, &violation.block)) &&
		       time_before(jiffies, deadline)) {
			msleep(20);
			invalidate_bh_lrus();
		}
		if (leak) {
			pr_err("left behind on page index %lu: %s\n", index,
			       leak_names[leak]);
			violation.found = leak;
			violation_report(t, &violation);
		}
		cond_resched();
	}
}

static void aftermath_judge_block(struct torture *t, u64 block)
{
	const struct ledger_entry *entry = &t->target->ledger[block];
	struct violation violation = {
		.oracle = ORACLE_MEDIA_LOSS,
		.block = block,
		.expected = entry->generation,
		.age_ms = target_age_ms(entry),
	};
	struct buffer_head *bh;

	bh = __bread(t->target->bdev, block, t->target->block_size);
	if (!bh) {
		t->aftermath->io_errors++;
		return;
	}
	if (target_read(t->target, bh->b_data, block,
			&violation.found) != STAMP_RIGHT)
		violation_report(t, &violation);
	brelse(bh);
	t->aftermath->blocks_judged++;
}

static void aftermath_judge_media(struct torture *t)
{
	struct target *target = t->target;
	u64 block;

	t->aftermath->write_error = sync_blockdev(target->bdev);
	if (t->aftermath->write_error || target_write_failed(target)) {
		pr_warn("the device failed to take writes: media_loss is not judged\n");
		return;
	}
	truncate_inode_pages(target->mapping, 0);
	for (block = 0; block < target->blocks; block++) {
		aftermath_judge_block(t, block);
		cond_resched();
	}
	if (t->aftermath->io_errors)
		pr_warn("%llu blocks could not be read back: media_loss is not judged for them\n",
			t->aftermath->io_errors);
}

/* What `inject` breaks here: a reference not released, a write not recorded. */
static struct buffer_head *aftermath_inject(struct torture *t)
{
	struct buffer_head *bh;

	if (t->injected != ORACLE_STATE_LEAK &&
	    t->injected != ORACLE_MEDIA_LOSS)
		return NULL;
	bh = __bread(t->target->bdev, 0, t->target->block_size);
	if (bh && t->injected == ORACLE_MEDIA_LOSS) {
		target_write(t->target, bh->b_data, 0, 0);
		mark_buffer_dirty(bh);
		brelse(bh);
		bh = NULL;
	}
	return bh;
}

/**
 * aftermath_judge() - The last two judgements.
 * @t: The quiesced torture. In watch mode there is no ledger to judge by.
 *
 * Context: task. Sleeps and does I/O.
 */
void aftermath_judge(struct torture *t)
{
	struct buffer_head *leaked;

	if (!target_owned(t->target))
		return;
	leaked = aftermath_inject(t);
	aftermath_judge_leaks(t);
	brelse(leaked);
	aftermath_judge_media(t);
}
