// SPDX-License-Identifier: GPL-2.0
/*
 * The read-only prober: for the folio that is being migrated right now it takes
 * a reference on a buffer by __find_get_block(), holds it until the migration
 * returns, and checks that nothing moved under it (`ref_moved`). Writes nothing,
 * so it is safe on the device of any mounted filesystem.
 */
#include <linux/delay.h>
#include <linux/rcupdate.h>

#include "bhtorture.h"

/*
 * A spell of looking for migrations, of prober_percent of the time. Whoever looks
 * all the time finds no more races in what he watches, but slows it down.
 */
#define PROBER_SPELL_US		1000

/* One probe in this many does not wait for the moment after the check. */
#define PROBER_EARLY_EVERY	8

/* No migration that is not stuck takes longer; then it is `stuck`'s business. */
#define PROBER_LIMIT_NS		NSEC_PER_SEC

/* What the prober needs of a slot, which may be reused at any time. */
struct sight {
	struct watch_slot *slot;
	unsigned long index;
	u64 begin_ns;
	struct block_device *bdev;
	u64 first_block;
	unsigned int block_size;
	unsigned int buffers;
	dev_t dev;
};

static bool still_migrating(const struct sight *sight)
{
	return READ_ONCE(sight->slot->index) == sight->index &&
	       READ_ONCE(sight->slot->begin_ns) == sight->begin_ns;
}

static bool get_sight(struct watch *watch, struct sight *sight)
{
	struct watch_slot *slot = watch_newest(watch, &sight->index);

	if (!slot)
		return false;
	sight->slot = slot;
	sight->begin_ns = READ_ONCE(slot->begin_ns);
	sight->bdev = READ_ONCE(slot->bdev);
	sight->first_block = READ_ONCE(slot->first_block);
	sight->block_size = READ_ONCE(slot->block_size);
	sight->buffers = READ_ONCE(slot->buffers);
	sight->dev = READ_ONCE(slot->dev);
	smp_rmb();	/* all of it is of one migration, or it has ended */
	return still_migrating(sight) && sight->bdev && sight->buffers;
}

static void wait_while(const struct sight *sight, bool until_moving)
{
	u64 limit = ktime_get_mono_fast_ns() + PROBER_LIMIT_NS;

	while (still_migrating(sight) &&
	       !(until_moving && READ_ONCE(sight->slot->moving)) &&
	       ktime_get_mono_fast_ns() < limit)
		cond_resched_tasks_rcu_qs();
}

/*
 * The device's inode is freed by RCU and cannot be while the migration keeps a
 * folio of it locked: look once more inside the read-side section.
 */
static struct buffer_head *look_up(const struct sight *sight, u64 block)
{
	struct buffer_head *bh = NULL;

	rcu_read_lock();
	if (still_migrating(sight))
		bh = __find_get_block(sight->bdev, block, sight->block_size);
	rcu_read_unlock();
	return bh;
}

/* The spells of several probers come at different times. */
static void rest(struct hammer_thread *ht)
{
	unsigned int percent = ht->torture->params->prober_percent;
	unsigned int rest_us = PROBER_SPELL_US * (100 - percent) / percent;

	if (ktime_get_mono_fast_ns() < ht->spell_end_ns)
		return;
	if (rest_us) {
		rest_us += hammer_random(ht, rest_us / 2 + 1) - rest_us / 4;
		usleep_range(rest_us, rest_us + PROBER_SPELL_US / 8);
	}
	ht->spell_end_ns = ktime_get_mono_fast_ns() +
			   PROBER_SPELL_US * NSEC_PER_USEC;
}

/**
 * prober_step() - Probe the migration in progress, if there is one.
 * @ht: The thread.
 */
void prober_step(struct hammer_thread *ht)
{
	struct torture *t = ht->torture;
	struct buffer_head *bh;
	struct folio *folio;
	struct sight sight;
	char *data;
	u64 block;

	rest(ht);
	if (!get_sight(&t->watch, &sight))
		return;
	if (t->steering.armed && hammer_random(ht, PROBER_EARLY_EVERY))
		wait_while(&sight, true);

	block = sight.first_block + hammer_random(ht, sight.buffers);
	WRITE_ONCE(ht->block, block);
	ht->counters.lookups++;
	if (still_migrating(&sight)) {
		ht->counters.exposures++;
		atomic_inc(&sight.slot->exposures);
	}
	bh = look_up(&sight, block);
	if (!bh) {
		ht->counters.null_lookups++;
		/* One that came after the migration says nothing of it. */
		if (still_migrating(&sight))
			ht->counters.references_refused++;
		return;
	}
	folio = compat_buffer_folio(bh);
	data = READ_ONCE(bh->b_data);
	if (still_migrating(&sight))
		ht->counters.references_held++;
	wait_while(&sight, false);
	oracle_judge_probe(ht, bh, block, folio, data, sight.dev, sight.index);
	brelse(bh);
}
