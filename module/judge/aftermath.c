// SPDX-License-Identifier: GPL-2.0
/*
 * What is judged when nothing moves any more.
 *
 * Everything is written back. No state may be left behind on buffers and folios
 * (`state_leak`, leak.c). Then the page cache is dropped and read anew, and the device
 * must agree with the ledger (`media_loss`).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "bhtorture.h"
#include "compat.h"
#include "judge/aftermath.h"
#include "judge/leak.h"
#include "judge/violation.h"
#include "target/target.h"

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

	if (target_write_failed(t->target, entry)) {
		t->aftermath->blocks_excused++;
		return;
	}
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

	truncate_inode_pages(target->mapping, 0);
	for (block = 0; block < target->blocks; block++) {
		aftermath_judge_block(t, block);
		cond_resched();
	}
	if (t->aftermath->blocks_excused)
		pr_warn("the device failed to take writes: media_loss is not judged for the %llu blocks written before that\n",
			t->aftermath->blocks_excused);
	if (t->aftermath->io_errors)
		pr_warn("%llu blocks could not be read back: media_loss is not judged for them\n",
			t->aftermath->io_errors);
}

/* What `inject` breaks here: a write that is not recorded. */
static void aftermath_inject(struct torture *t)
{
	struct buffer_head *bh;

	if (t->injected != ORACLE_MEDIA_LOSS)
		return;
	bh = __bread(t->target->bdev, 0, t->target->block_size);
	if (!bh)
		return;
	target_write(t->target, bh->b_data, 0, 0);
	mark_buffer_dirty(bh);
	brelse(bh);
}

/**
 * aftermath_judge() - The last two judgements.
 * @t: The quiesced torture. In watch mode there is no ledger to judge by.
 *
 * Context: task. Sleeps and does I/O.
 */
void aftermath_judge(struct torture *t)
{
	if (!target_owned(t->target))
		return;
	aftermath_inject(t);
	leak_inject(t);
	if (leak_judge_locks(t)) {
		t->aftermath->write_error = sync_blockdev(t->target->bdev);
		target_look_for_errors(t->target);
		leak_judge(t);
		aftermath_judge_media(t);
	} else {
		pr_warn("a write would wait for ever: media_loss is not judged\n");
	}
	leak_undo(t);
}
