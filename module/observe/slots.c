// SPDX-License-Identifier: GPL-2.0
/*
 * Sees every migration of a folio of the target, as it happens.
 *
 * For the strategy `kernel` through a kretprobe on the norefs callback, for the
 * module's own strategies called by strategy.c. Changes nothing: it counts,
 * publishes which folios are inside the callback right now (the hammer's aim and
 * the exposures), traces, and hands vacated folios to the quarantine.
 *
 * A second kretprobe, on try_to_free_buffers(), counts the occasions on which
 * buffers may have been dropped, so that "was cached" is known and not guessed.
 *
 * Probe handlers run with preemption disabled, possibly with interrupts off.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "bhtorture.h"
#include "trace.h"

/* Probe handlers get no context of ours; one torture per load of the module. */
static struct watch *probed_watch;

/* What reports and the prober need to know; the folio is locked. */
static void describe(struct watch_slot *slot, struct folio *src)
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

static struct watch_slot *claim_slot(struct watch *watch)
{
	unsigned int i;

	for (i = 0; i < WATCH_SLOTS; i++)
		if (!test_and_set_bit(i, &watch->busy))
			return &watch->slots[i];
	return NULL;
}

/**
 * watch_begin() - A folio of the target enters the migrate callback.
 * @watch: The watch.
 * @src: The folio, locked and isolated.
 * @mode: The migrate mode.
 *
 * Any context. Return: the slot to hand to watch_end(), NULL when more than
 * WATCH_SLOTS migrations are in progress (counted as unwatched).
 */
struct watch_slot *watch_begin(struct watch *watch, struct folio *src,
			       enum migrate_mode mode)
{
	unsigned long index = compat_folio_index(src);
	struct watch_slot *slot;

	slot = claim_slot(watch);
	if (!slot)
		atomic64_inc(&watch->unwatched);
	atomic64_inc(&watch->begun);
	/* Busy first, then counted, then moved: see watch_quiet(). */
	smp_mb__after_atomic();
	if (!slot)
		return NULL;
	slot->src = src;
	slot->task = current;
	slot->mode = mode;
	describe(slot, src);
	slot->moving = false;
	atomic_set(&slot->exposures, 0);
	WRITE_ONCE(slot->begin_ns, ktime_get_mono_fast_ns());
	trace_bhtorture_migrate_begin(slot->dev, index, slot->first_block,
				      slot->buffers, mode);
	/* Aim at what can be hit; a hammer also meets folios that lost theirs. */
	if (slot->buffers || target_owned(&watch->torture->target)) {
		WRITE_ONCE(watch->newest, slot - watch->slots);
		WRITE_ONCE(watch->stride, index - watch->last_index);
		WRITE_ONCE(watch->last_index, index);
	}
	/* Pairs with the hammer's reads: a published index has its fields set. */
	smp_store_release(&slot->index, index);
	return slot;
}

/**
 * watch_end() - The callback is about to return.
 * @watch: The watch.
 * @slot: What watch_begin() gave, may be NULL.
 * @src: The source folio, vacated if @rc is 0.
 * @rc: What the callback returns.
 *
 * Any context.
 */
void watch_end(struct watch *watch, struct watch_slot *slot, struct folio *src,
	       int rc)
{
	unsigned long index;
	u32 duration_ns;

	if (rc)
		atomic64_inc(&watch->refused);
	else
		atomic64_inc(&watch->moved);
	if (!slot)
		return;

	index = slot->index;
	duration_ns = min_t(u64, ktime_get_mono_fast_ns() - slot->begin_ns,
			    U32_MAX);
	if (trace_bhtorture_migrate_end_enabled())
		trace_bhtorture_migrate_end(slot->dev, index, slot->first_block,
					    slot->buffers, slot->mode, rc,
					    atomic_read(&slot->exposures),
					    duration_ns);
	if (!rc && slot->buffers) {
		atomic64_inc(&watch->moved_with_buffers);
		quarantine_take(&watch->torture->quarantine, src, slot);
		/* Smoothed over eight; races between CPUs do not matter. */
		WRITE_ONCE(watch->typical_ns, watch->typical_ns -
			   watch->typical_ns / 8 + duration_ns / 8);
	}
	WRITE_ONCE(slot->index, WATCH_NO_INDEX);
	clear_bit_unlock(slot - watch->slots, &watch->busy);
}

/* --- The norefs callback --- */

struct norefs_data {
	struct watch_slot *slot;
	struct folio *src;
};

static int norefs_entry(struct kretprobe_instance *instance,
			struct pt_regs *regs)
{
	struct norefs_data *data = (void *)instance->data;
	struct watch *watch = probed_watch;

	if (!target_wants(&watch->torture->target,
			  (void *)regs_get_kernel_argument(regs, 0)))
		return 1;	/* not ours: no need to see it return */
	data->src = (struct folio *)regs_get_kernel_argument(regs, 2);
	data->slot = watch_begin(watch, data->src,
				 regs_get_kernel_argument(regs, 3));
	return 0;
}

NOKPROBE_SYMBOL(norefs_entry);

static int norefs_return(struct kretprobe_instance *instance,
			 struct pt_regs *regs)
{
	struct norefs_data *data = (void *)instance->data;

	watch_end(probed_watch, data->slot, data->src,
		  regs_return_value(regs));
	return 0;
}

NOKPROBE_SYMBOL(norefs_return);

/* --- Dropped buffers --- */

/* The counts that stand for a folio's pages: all of them for a very large one. */
struct release_data {
	unsigned int first;
	unsigned int buckets;
};

static void count_drop(atomic_t *counts, const struct release_data *data)
{
	unsigned int i;

	for (i = 0; i < data->buckets; i++)
		atomic_inc(&counts[(data->first + i) % WATCH_DROPS]);
}

NOKPROBE_SYMBOL(count_drop);

static int release_entry(struct kretprobe_instance *instance,
			 struct pt_regs *regs)
{
	struct folio *folio = (struct folio *)regs_get_kernel_argument(regs, 0);
	struct release_data *data = (void *)instance->data;
	struct watch *watch = probed_watch;

	if (compat_folio_mapping(folio) != watch->torture->target.mapping)
		return 1;
	data->first = compat_folio_index(folio) % WATCH_DROPS;
	data->buckets = min_t(unsigned long, folio_nr_pages(folio), WATCH_DROPS);
	count_drop(watch->drops_begun, data);
	return 0;
}

NOKPROBE_SYMBOL(release_entry);

static int release_return(struct kretprobe_instance *instance,
			  struct pt_regs *regs)
{
	count_drop(probed_watch->drops_ended, (void *)instance->data);
	return 0;
}

NOKPROBE_SYMBOL(release_return);

/**
 * watch_drops() - How often may buffers near this page have been dropped?
 * @watch: The watch.
 * @index: The page's index; counts are shared by pages WATCH_DROPS apart.
 *
 * A block that was found when this said N, and is not found while it still says
 * N, was cached all the time: buffers only go away in try_to_free_buffers().
 *
 * Return: the count, or DROPS_UNKNOWN while a drop is in progress or when the
 * probe is not armed or has missed a call.
 */
u32 watch_drops(struct watch *watch, pgoff_t index)
{
	unsigned int bucket = index % WATCH_DROPS;
	int ended = atomic_read(&watch->drops_ended[bucket]);
	int begun;

	smp_rmb();	/* a drop that ends between the reads is not missed */
	begun = atomic_read(&watch->drops_begun[bucket]);
	if (begun != ended || !watch->release_armed ||
	    READ_ONCE(watch->release_buffers.nmissed))
		return DROPS_UNKNOWN;
	return begun;
}

/**
 * watch_missed() - Migrations of anybody's folios that the probe had to skip.
 * @watch: The watch.
 */
unsigned long watch_missed(const struct watch *watch)
{
	return READ_ONCE(watch->norefs.nmissed);
}

static int arm_norefs(struct torture *t)
{
	struct watch *watch = &t->watch;
	int rc;

	if (t->strategy->move)
		return 0;	/* the strategy reports by itself */
	watch->norefs = (struct kretprobe) {
		.kp.symbol_name = COMPAT_NOREFS_NAME,
		.entry_handler = norefs_entry,
		.handler = norefs_return,
		.data_size = sizeof(struct norefs_data),
		.maxactive = 128,
	};
	rc = register_kretprobe(&watch->norefs);
	if (rc) {
		pr_err("cannot watch %s (%d): the kernel needs CONFIG_KPROBES and CONFIG_MIGRATION\n",
		       COMPAT_NOREFS_NAME, rc);
		return rc;
	}
	watch->norefs_armed = true;
	return 0;
}

/**
 * watch_start() - Begin to see migrations.
 * @t: The torture; its target is open and nothing hammers it yet.
 *
 * Return: 0 or the error of register_kretprobe(), after one line.
 */
int watch_start(struct torture *t)
{
	struct watch *watch = &t->watch;
	int i, rc;

	watch->torture = t;
	for (i = 0; i < WATCH_SLOTS; i++)
		watch->slots[i].index = WATCH_NO_INDEX;
	probed_watch = watch;

	rc = arm_norefs(t);
	if (rc)
		return rc;

	if (!target_owned(&t->target))
		return 0;	/* nobody asks whether a block was cached */
	watch->release_buffers = (struct kretprobe) {
		.kp.symbol_name = "try_to_free_buffers",
		.entry_handler = release_entry,
		.handler = release_return,
		.data_size = sizeof(struct release_data),
		.maxactive = 128,
	};
	rc = register_kretprobe(&watch->release_buffers);
	if (rc)
		pr_warn("cannot probe try_to_free_buffers (%d): null_atomic is not judged\n",
			rc);
	watch->release_armed = !rc;
	return 0;
}

/**
 * watch_stop() - See no more; safe in any half-built state.
 * @t: The torture.
 */
void watch_stop(struct torture *t)
{
	struct watch *watch = &t->watch;

	if (watch->norefs_armed)
		unregister_kretprobe(&watch->norefs);
	watch->norefs_armed = false;
	if (watch->release_armed)
		unregister_kretprobe(&watch->release_buffers);
	watch->release_armed = false;
}
