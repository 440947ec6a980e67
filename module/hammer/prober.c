// SPDX-License-Identifier: GPL-2.0
/*
 * The read-only prober.
 *
 * For the folio that is being migrated right now it takes a reference on a buffer by
 * __find_get_block(), holds it until the migration returns, and checks that nothing
 * moved under it (`ref_moved`). It writes nothing, so it is safe on the device of any
 * mounted filesystem.
 */
#include <linux/delay.h>
#include <linux/rcupdate.h>

#include "bhtorture.h"
#include "compat.h"
#include "hammer/prober.h"
#include "judge/reference.h"
#include "observe/exposure.h"
#include "observe/slots.h"
#include "steer/widen.h"
#include "thread.h"

/*
 * How long to look for migrations at a time; prober_percent says which part of all
 * time. Looking all the time finds no more races, but slows down what is watched.
 */
#define PROBER_SPELL_US		1000

/* One probe in this many does not wait for the moment after the check. */
#define PROBER_EARLY_EVERY	8

/* A migration that takes longer is for the monitor to judge (`stuck`). */
#define PROBER_LIMIT_NS		NSEC_PER_SEC

/* What the prober needs to know of a slot, which may be reused at any time. */
struct sight {
	struct slot *slot;
	unsigned long index;
	u64 begin_ns;
	struct block_device *bdev;
	u64 first_block;
	unsigned int block_size;
	unsigned int buffers;
	dev_t dev;
};

static bool prober_migrating(const struct sight *sight)
{
	return READ_ONCE(sight->slot->index) == sight->index &&
	       READ_ONCE(sight->slot->begin_ns) == sight->begin_ns;
}

static bool prober_get_sight(struct slots *slots, struct sight *sight)
{
	struct slot *slot = slots_newest(slots, &sight->index);

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
	return prober_migrating(sight) && sight->bdev && sight->buffers;
}

static void prober_wait(const struct sight *sight, bool until_moving)
{
	u64 limit = ktime_get_mono_fast_ns() + PROBER_LIMIT_NS;

	while (prober_migrating(sight) &&
	       !(until_moving && READ_ONCE(sight->slot->moving)) &&
	       ktime_get_mono_fast_ns() < limit)
		cond_resched_tasks_rcu_qs();
}

/*
 * The device's inode is freed by RCU, and not while a migration keeps a folio of it
 * locked. So look once more inside the read-side section whether it still does.
 */
static struct buffer_head *prober_look_up(struct hammer_thread *ht,
					  const struct sight *sight, u64 block)
{
	struct slots *slots = ht->torture->slots;
	struct buffer_head *bh = NULL;
	struct exposure exposure;

	rcu_read_lock();
	if (prober_migrating(sight)) {
		ht->counters.lookups++;
		exposure_enter(sight->slot, sight->index, &exposure);
		bh = __find_get_block(sight->bdev, block, sight->block_size);
		ht->counters.exposures += exposure_leave(slots, sight->slot,
							 sight->index, &exposure);
		ht->counters.null_lookups += !bh;
	}
	rcu_read_unlock();
	return bh;
}

/* The spells of several probers come at different times. */
static void prober_rest(struct hammer_thread *ht)
{
	unsigned int percent = ht->torture->params->prober_percent;
	unsigned int rest_us = PROBER_SPELL_US * (100 - percent) / percent;

	if (ktime_get_mono_fast_ns() < ht->spell_end_ns)
		return;
	if (rest_us) {
		rest_us += thread_random(ht, rest_us / 2 + 1) - rest_us / 4;
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

	prober_rest(ht);
	if (!prober_get_sight(t->slots, &sight))
		return;
	if (widen_meets(t->widen) && thread_random(ht, PROBER_EARLY_EVERY))
		prober_wait(&sight, true);

	block = sight.first_block + thread_random(ht, sight.buffers);
	WRITE_ONCE(ht->block, block);
	bh = prober_look_up(ht, &sight, block);
	if (!bh) {
		/* A NULL after the migration says nothing of it. */
		if (prober_migrating(&sight))
			ht->counters.references_refused++;
		return;
	}
	folio = compat_buffer_folio(bh);
	data = READ_ONCE(bh->b_data);
	if (prober_migrating(&sight))
		ht->counters.references_held++;
	prober_wait(&sight, false);
	reference_judge_probe(ht, bh, block, folio, data, sight.dev,
			      sight.index);
	brelse(bh);
}
