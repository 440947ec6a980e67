// SPDX-License-Identifier: GPL-2.0
/*
 * The block device under torture.
 *
 * Owns the exclusive open (in watch mode a shared one), the filled page cache and
 * the ledger: for each block the generation last written and released. Opening
 * destroys the contents of the tortured blocks. Closing sets the block size back to
 * what it was.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/log2.h>
#include <linux/sched/signal.h>
#include <linux/vmalloc.h>

#include "bhtorture.h"
#include "compat.h"
#include "target/target.h"

static struct block_stamp *target_stamp_tail(const struct target *target, char *data)
{
	return (struct block_stamp *)(data + target->block_size -
				      sizeof(struct block_stamp));
}

static void target_stamp(const struct target *target, struct block_stamp *stamp,
			 u64 block, u64 generation)
{
	WRITE_ONCE(stamp->generation, generation);
	WRITE_ONCE(stamp->key, target->key ^ block);
}

/**
 * target_write() - Stamp a block with a generation.
 * @target: The target.
 * @data: The block's contents: bh->b_data as read when the reference was taken,
 * because filesystems, too, keep pointers into a buffer while they hold it.
 * @block: Its number; the caller has claimed it.
 * @generation: What to write.
 *
 * Where each page of a larger block begins there is a stamp, too: pages are copied one
 * by one.
 */
void target_write(const struct target *target, char *data, u64 block,
		  u64 generation)
{
	unsigned int at;

	for (at = 0; at < target->block_size; at += PAGE_SIZE)
		target_stamp(target, (struct block_stamp *)(data + at), block, generation);
	target_stamp(target, target_stamp_tail(target, data), block, generation);
}

/**
 * target_read() - Compare a block with what the ledger expects.
 * @target: The target.
 * @data: The block's contents, as for target_write().
 * @block: Its number; the caller has claimed it, so that nobody writes.
 * @found: Where to put the generation that is there (its head's, if torn).
 */
enum stamp_state target_read(const struct target *target, char *data, u64 block,
			     u64 *found)
{
	const struct block_stamp *stamp = target_stamp_tail(target, data);
	u64 generation = READ_ONCE(((struct block_stamp *)data)->generation);
	u64 key = target->key ^ block;
	bool torn = READ_ONCE(stamp->generation) != generation;
	bool foreign = READ_ONCE(stamp->key) != key;
	unsigned int at;

	for (at = 0; at < target->block_size; at += PAGE_SIZE) {
		stamp = (struct block_stamp *)(data + at);
		torn |= READ_ONCE(stamp->generation) != generation;
		foreign |= READ_ONCE(stamp->key) != key;
	}
	*found = generation;
	if (torn)
		return STAMP_TORN;
	if (foreign || generation != target->ledger[block].generation)
		return STAMP_OTHER;
	return STAMP_RIGHT;
}

/**
 * target_look_for_errors() - Note when a write to the device has failed.
 * @target: The target, owned.
 *
 * Called often, so that it is known which blocks have been written since.
 *
 * Context: any.
 */
void target_look_for_errors(struct target *target)
{
	errseq_t *now = &target->mapping->wb_err;
	unsigned long flags;

	if (!errseq_check(now, READ_ONCE(target->write_error)))
		return;
	raw_spin_lock_irqsave(&target->write_error_lock, flags);
	/* Marks it as seen. Otherwise the next one would not differ from it. */
	if (errseq_check_and_advance(now, &target->write_error)) {
		WRITE_ONCE(target->write_failed_jiffies, jiffies);
		/* Pairs with target_write_failed(). */
		smp_store_release(&target->write_failed, true);
	}
	raw_spin_unlock_irqrestore(&target->write_error_lock, flags);
}

/**
 * target_write_failed() - May the media be older than the ledger?
 * @target: The target.
 * @entry: The block's entry.
 *
 * Return: true if a write has failed since the block was written. It is not known
 * whose. What was written after the failure is not excused by it.
 *
 * Context: any.
 */
bool target_write_failed(struct target *target, const struct ledger_entry *entry)
{
	target_look_for_errors(target);
	/* Pairs with target_look_for_errors(). */
	return smp_load_acquire(&target->write_failed) &&
	       (s32)(READ_ONCE(target->write_failed_jiffies) -
		     READ_ONCE(entry->written_jiffies)) >= 0;
}

static int target_fill_block(struct target *target, u64 block)
{
	struct buffer_head *bh;

	bh = compat_getblk(target->bdev, block, target->block_size,
			   GFP_KERNEL | __GFP_MOVABLE);
	if (!bh)
		return -ENOMEM;
	lock_buffer(bh);
	memset(bh->b_data, 0, bh->b_size);
	target_write(target, bh->b_data, block, 1);
	set_buffer_uptodate(bh);
	unlock_buffer(bh);
	mark_buffer_dirty(bh);
	brelse(bh);

	target->ledger[block].generation = 1;
	target->ledger[block].written_jiffies = jiffies;
	target->ledger[block].cached_drops = DROPS_UNKNOWN;
	return 0;
}

/*
 * Every block gets a buffer with generation 1 and reaches the media: a folio
 * that was never written has no buffers and would not exercise the race.
 */
static int target_fill(struct target *target)
{
	u64 block;
	int rc;

	for (block = 0; block < target->blocks; block++) {
		rc = target_fill_block(target, block);
		if (rc)
			return rc;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return sync_blockdev(target->bdev);
}

static int target_size(struct torture *t)
{
	struct target *target = t->target;
	u64 available = div_u64(compat_bdev_bytes(target->bdev),
				target->block_size);

	if (!available) {
		pr_err("device=%s is too small: it does not hold one block of %u bytes\n",
		       t->params->device, target->block_size);
		return -EINVAL;
	}
	target->blocks = min_t(u64, t->params->blocks, available);
	target->ledger = vzalloc(array_size(target->blocks,
					    sizeof(*target->ledger)));
	return target->ledger ? 0 : -ENOMEM;
}

/*
 * Watch mode: look at a device that somebody else uses, or at all of them.
 * Only an open for reading keeps it from going away.
 */
static int target_attach(struct torture *t)
{
	struct target *target = t->target;
	int rc;

	target->block_shift = PAGE_SHIFT;
	if (!strcmp(t->params->watch, "all"))
		return 0;
	rc = compat_bdev_open(&target->handle, t->params->watch, NULL);
	if (rc) {
		pr_err("watch=%s cannot be opened (%d); give a block device, or all\n",
		       t->params->watch, rc);
		return rc;
	}
	target->open = true;
	target->bdev = compat_bdev(&target->handle);
	target->mapping = compat_bdev_mapping(target->bdev);
	target->block_size = i_blocksize(target->mapping->host);
	target->block_shift = ilog2(target->block_size);
	return 0;
}

/**
 * target_open() - Take the device for ourselves and fill its page cache.
 * @t: The torture; target_close() undoes this from any half-built state.
 *
 * Return: 0, -EBUSY when somebody else holds the device (a mounted filesystem,
 * another torture), -ENOENT, -ENOTBLK, -EINVAL, -ENOMEM or an I/O error, each
 * with one line that says so.
 */
int target_open(struct torture *t)
{
	struct target *target = t->target;
	int rc;

	BUILD_BUG_ON(sizeof(struct ledger_entry) > 24);
	BUILD_BUG_ON(2 * sizeof(struct block_stamp) > 512);

	if (t->params->watch)
		return target_attach(t);

	rc = compat_bdev_open(&target->handle, t->params->device, t);
	if (rc) {
		pr_err("device=%s cannot be opened for exclusive use: %s (%d)\n",
		       t->params->device,
		       rc == -EBUSY ? "it is in use" :
		       rc == -ENOENT ? "it does not exist" :
		       rc == -ENOTBLK ? "it is not a block device" :
		       "the kernel refuses", rc);
		return rc;
	}
	target->open = true;
	target->bdev = compat_bdev(&target->handle);
	target->mapping = compat_bdev_mapping(target->bdev);
	target->former_block_size = i_blocksize(target->mapping->host);
	target->block_size = t->params->block_size;
	target->block_shift = ilog2(target->block_size);
	target->key = (u64)t->params->seed << 32 ^ 0x6268746f72747572ULL;

	rc = compat_set_blocksize(&target->handle, target->block_size);
	if (rc) {
		pr_err("device=%s does not take block_size=%u (%d): its logical block size is %u\n",
		       t->params->device, target->block_size, rc,
		       bdev_logical_block_size(target->bdev));
		return rc;
	}
	invalidate_bdev(target->bdev);
	/* What failed before does not excuse anything, even if nobody has seen it yet. */
	raw_spin_lock_init(&target->write_error_lock);
	errseq_check_and_advance(&target->mapping->wb_err, &target->write_error);

	rc = target_size(t);
	if (!rc)
		rc = target_fill(target);
	if (rc)
		pr_err("device=%s cannot be filled (%d)\n", t->params->device, rc);
	return rc;
}

/**
 * target_wait_for_callbacks() - Wait until what runs with a folio locked has ended.
 * @target: The target, with a mapping.
 *
 * Afterwards no migrate callback and no release of buffers runs that had begun before.
 * Migration reads a_ops and runs the callback with source and destination locked, and
 * one of the two is in the page cache throughout. So it is enough to lock each cached
 * folio once.
 *
 * Context: task, may sleep for as long as somebody keeps a folio locked.
 */
void target_wait_for_callbacks(const struct target *target)
{
	struct compat_folios folios;
	pgoff_t index = 0;
	unsigned int i, found;

	while ((found = compat_get_folios(target->mapping, &index, &folios))) {
		for (i = 0; i < found; i++) {
			struct folio *folio = compat_folios_get(&folios, i);

			folio_lock(folio);
			folio_unlock(folio);
			folio_put(folio);
		}
		cond_resched();
	}
}

/**
 * target_close() - Write back, give back the block size, close the device.
 * @t: The torture; no thread of ours touches the target any more.
 */
void target_close(struct torture *t)
{
	struct target *target = t->target;

	if (target->open) {
		if (!t->params->watch) {
			sync_blockdev(target->bdev);
			compat_set_blocksize(&target->handle,
					     target->former_block_size);
		}
		compat_bdev_close(&target->handle);
		target->open = false;
	}
	vfree(target->ledger);
	target->ledger = NULL;
}
