// SPDX-License-Identifier: GPL-2.0
/*
 * The migrations in progress, one slot each.
 *
 * Publishes which folios are inside the migrate callback right now: the hammer aims
 * at them, and a lookup meanwhile is an exposure. Counts and traces each migration.
 * Who sees a migration begin and end is migration.c's business.
 */
#include <linux/kprobes.h>
#include <linux/sched.h>

#include "bhtorture.h"
#include "compat.h"
#include "observe/slots.h"
#include "target/target.h"
#include "trace.h"

/* What reports and the prober need to know. The folio is locked. */
static void slots_describe(struct slot *slot, struct folio *src)
{
	struct inode *host = compat_folio_mapping(src)->host;
	struct buffer_head *head = folio_buffers(src);
	bool on_device = S_ISBLK(host->i_mode);

	slot->dev = on_device ? host->i_rdev : host->i_sb->s_dev;
	slot->pages = folio_nr_pages(src);
	slot->buffers = head ? folio_size(src) / head->b_size : 0;
	slot->block_size = head ? head->b_size : 0;
	slot->first_block = head ? head->b_blocknr : 0;
	/* Elsewhere b_blocknr says where on the disk, not where in the cache. */
	slot->bdev = head && on_device ? head->b_bdev : NULL;
}

NOKPROBE_SYMBOL(slots_describe);

static struct slot *slots_claim(struct slots *slots)
{
	unsigned int i;

	for (i = 0; i < slots->usable; i++)
		if (!test_and_set_bit(i, &slots->busy))
			return &slots->slot[i];
	return NULL;
}

NOKPROBE_SYMBOL(slots_claim);

/**
 * slots_init() - Make all slots unused.
 * @t: The torture.
 */
void slots_init(struct torture *t)
{
	int i;

	t->slots->torture = t;
	t->slots->usable = t->params->slots;
	for (i = 0; i < SLOTS; i++)
		t->slots->slot[i].index = SLOT_UNUSED;
}

/*
 * Which folio is next? The same way on as before, if that was so twice. Otherwise a call
 * has begun to move another range of folios, and nearly always goes on to the next page.
 */
static void slots_predict(struct slots *slots, const struct slot *slot,
			  unsigned long index)
{
	unsigned long stride = index - READ_ONCE(slots->last_index);
	bool again = stride == READ_ONCE(slots->stride);

	WRITE_ONCE(slots->next_index, index + (again ? stride : slot->pages));
	WRITE_ONCE(slots->stride, stride);
	WRITE_ONCE(slots->last_index, index);
}

NOKPROBE_SYMBOL(slots_predict);

/**
 * slots_begin() - A folio of the target enters the migrate callback.
 * @slots: The slots.
 * @src: The folio, locked and isolated.
 * @mode: The migrate mode.
 *
 * Context: any. Runs in a probe handler, with preemption disabled and possibly with
 * interrupts off.
 *
 * Return: the slot to hand to slots_count() and slots_release(). NULL when more than
 * the usable slots are in use (counted as unwatched).
 */
struct slot *slots_begin(struct slots *slots, struct folio *src,
			 enum migrate_mode mode)
{
	unsigned long index = compat_folio_index(src);
	struct slot *slot;
	u32 sequence;

	slot = slots_claim(slots);
	if (!slot) {
		atomic64_inc(&slots->unwatched);
		atomic_inc(&slots->unwatched_now);
	}
	if (folio_nr_pages(src) > 1)
		atomic64_inc(&slots->large_begun);
	sequence = atomic64_inc_return(&slots->begun);
	/* Busy first, then counted, then moved: see slots_quiet(). */
	smp_mb__after_atomic();
	if (!slot)
		return NULL;
	slot->src = src;
	slot->task = current;
	slot->mode = mode;
	slots_describe(slot, src);
	slot->moving = false;
	slot->released = false;
	slot->tail = false;
	WRITE_ONCE(slot->sequence, sequence);
	atomic64_set(&slot->exposures, (u64)sequence << SLOT_COUNT_SHIFT);
	atomic64_set(&slot->window_exposures, (u64)sequence << SLOT_COUNT_SHIFT);
	WRITE_ONCE(slot->begin_ns, ktime_get_mono_fast_ns());
	trace_bhtorture_migrate_begin(slot->dev, index, slot->first_block,
				      slot->buffers, mode);
	/*
	 * Aim at folios with buffers. The hammer brings the buffers of its own
	 * target back, so there any folio will do.
	 */
	if (slot->buffers || target_owned(slots->torture->target)) {
		WRITE_ONCE(slots->newest, slot - slots->slot);
		slots_predict(slots, slot, index);
	}
	/* Pairs with the hammer's reads: a published index has its fields set. */
	smp_store_release(&slot->index, index);
	return slot;
}

NOKPROBE_SYMBOL(slots_begin);

/**
 * slots_count() - Count and trace a migration whose callback is about to return.
 * @slots: The slots.
 * @slot: What slots_begin() gave, may be NULL.
 * @rc: What the callback returns.
 *
 * Context: any. Runs in a probe handler, as slots_begin() does.
 */
void slots_count(struct slots *slots, struct slot *slot, int rc)
{
	u32 duration_ns, typical_ns;

	if (rc)
		atomic64_inc(&slots->refused);
	else
		atomic64_inc(&slots->moved);
	if (!slot) {
		smp_mb__before_atomic();	/* the migration is over first */
		atomic_dec(&slots->unwatched_now);
		return;
	}

	duration_ns = min_t(u64, ktime_get_mono_fast_ns() - slot->begin_ns,
			    U32_MAX);
	if (trace_bhtorture_migrate_end_enabled())
		trace_bhtorture_migrate_end(slot->dev, slot->index,
					    slot->first_block, slot->buffers,
					    slot->mode, rc,
					    slot_counted(&slot->exposures),
					    duration_ns);
	if (rc || !slot->buffers)
		return;
	if (slot->pages > 1)
		atomic64_inc(&slots->large_moved);
	atomic64_inc(&slots->moved_with_buffers);
	WRITE_ONCE(slot->moved_sequence, slot->sequence);
	atomic64_add(slot_counted(&slot->window_exposures), &slots->window_exposures);
	/* Smoothed over eight. A race between CPUs loses one sample at worst. */
	typical_ns = READ_ONCE(slots->typical_ns);
	WRITE_ONCE(slots->typical_ns, typical_ns - typical_ns / 8 + duration_ns / 8);
}

NOKPROBE_SYMBOL(slots_count);

/**
 * slots_release() - The migration is over, and its slot free.
 * @slots: The slots.
 * @slot: What slots_begin() gave, not NULL.
 *
 * Context: any. Runs in a probe handler, as slots_begin() does.
 */
void slots_release(struct slots *slots, struct slot *slot)
{
	WRITE_ONCE(slot->index, SLOT_UNUSED);
	clear_bit_unlock(slot - slots->slot, &slots->busy);
}

NOKPROBE_SYMBOL(slots_release);
