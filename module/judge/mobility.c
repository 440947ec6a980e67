// SPDX-License-Identifier: GPL-2.0
/*
 * Folios that nobody uses can move (`never_moves`).
 *
 * A kernel that refuses each migration loses no update, and each other oracle acquits
 * it. So it was when norefs migration took references on the buffers and then found
 * them referenced (before 80409c65e2c6). A refusal is no crime: a lookup may have come
 * in between. Only folios count that were idle when they came into the callback and
 * when they left it, and only if none at all has moved for a long time.
 *
 * Nor does -EBUSY count: fallback_migrate_folio() and the strategy `evict` say it of a
 * folio that has to be written first, where the mode forbids to wait. From 6.3 on
 * migrate_pages_sync() tries a batch of up to 512 folios in such a mode, before it
 * moves them one by one. Norefs migration says -EAGAIN.
 */
#include <linux/kprobes.h>

#include "bhtorture.h"
#include "compat.h"
#include "judge/mobility.h"
#include "judge/violation.h"
#include "observe/slots.h"

/*
 * So many in a row. Where lookups make three of four moves fail, chance makes that
 * one time in 10^62.
 */
#define MOBILITY_REFUSED	500

/*
 * Has nobody a reference on the folio or its buffers, or a buffer's lock? The
 * references of isolation, the page cache and the buffers are left, as in
 * folio_expected_refs(). The folio is locked.
 */
static bool mobility_idle(struct folio *folio)
{
	struct buffer_head *head = folio_buffers(folio);
	struct buffer_head *bh = head;

	if (!head || folio_test_writeback(folio) ||
	    folio_ref_count(folio) != 2 + folio_nr_pages(folio))
		return false;
	do {
		if (atomic_read(&bh->b_count) || buffer_locked(bh))
			return false;
		bh = bh->b_this_page;
	} while (bh != head);
	return true;
}

NOKPROBE_SYMBOL(mobility_idle);

/**
 * mobility_begin() - A folio enters the migrate callback.
 * @t: The torture.
 * @slot: The migration's, not NULL.
 * @src: The folio, locked and isolated.
 *
 * Context: any. Runs in a probe handler, with preemption disabled and possibly with
 * interrupts off.
 */
void mobility_begin(struct torture *t, struct slot *slot, struct folio *src)
{
	slot->idle = mobility_idle(src);
	if (slot->idle)
		atomic64_inc(&t->mobility->judged);
}

NOKPROBE_SYMBOL(mobility_begin);

/**
 * mobility_end() - The callback is about to return.
 * @t: The torture.
 * @slot: The migration's, not NULL.
 * @src: The source folio, vacated if @rc is 0.
 * @rc: What the callback returns.
 *
 * Context: any. Runs in a probe handler, as mobility_begin() does.
 */
void mobility_end(struct torture *t, struct slot *slot, struct folio *src, int rc)
{
	struct violation violation = {
		.oracle = ORACLE_NEVER_MOVES,
		.dev = slot->dev,
		.index = slot->index,
		.block = slot->first_block,
		.found = MOBILITY_REFUSED,
	};

	if (t->injected == ORACLE_NEVER_MOVES) {
		if (!slot->idle)
			return;
	} else if (!rc) {
		/* Most of the time it is 0 already. Do not pass its cache line around. */
		if (atomic_read(&t->mobility->refused))
			atomic_set(&t->mobility->refused, 0);
		return;
	} else if (rc == -EBUSY || !slot->idle || !mobility_idle(src)) {
		return;
	}
	/* The next ones are told when as many have been refused again. */
	if (!(atomic_inc_return(&t->mobility->refused) % MOBILITY_REFUSED))
		violation_report(t, &violation);
}

NOKPROBE_SYMBOL(mobility_end);
