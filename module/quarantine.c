// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps vacated source folios out of circulation for a while.
 *
 * A stale write then lands on a page nobody owns instead of on somebody's
 * memory; and because the contents are copied when the folio is vacated and
 * compared when it leaves, a stale write by anyone is caught (`stale_write`).
 * Bounded: a ring of quarantine_folios; when it is full a folio is not taken
 * (counted as skipped) rather than waited for.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/vmalloc.h>

#include "bhtorture.h"

/**
 * quarantine_take() - Keep a folio that was just vacated.
 * @quarantine: The quarantine.
 * @src: The vacated folio; the migration still holds its own reference.
 * @index: Its former index in the page cache, for reports.
 *
 * Any context. Takes a reference and a copy of the contents; large folios are
 * skipped.
 */
void quarantine_take(struct quarantine *quarantine, struct folio *src,
		     unsigned long index)
{
	struct quarantined *entry = NULL;
	unsigned long flags;

	if (!quarantine->size)
		return;
	raw_spin_lock_irqsave(&quarantine->lock, flags);
	if (folio_nr_pages(src) == 1 &&
	    quarantine->head - quarantine->tail < quarantine->size) {
		entry = &quarantine->ring[quarantine->head &
					  (quarantine->size - 1)];
		entry->ready = false;
		quarantine->head++;
	}
	raw_spin_unlock_irqrestore(&quarantine->lock, flags);
	if (!entry) {
		atomic64_inc(&quarantine->skipped);
		return;
	}

	folio_get(src);
	memcpy(entry->copy, compat_folio_address(src), PAGE_SIZE);
	entry->folio = src;
	entry->index = index;
	entry->vacated_jiffies = jiffies;
	atomic64_inc(&quarantine->taken);
	/* Pairs with the acquire in quarantine_oldest(). */
	smp_store_release(&entry->ready, true);
}

static void judge(struct quarantine *quarantine, struct quarantined *entry)
{
	struct torture *t = quarantine->torture;
	const u8 *copy = entry->copy;
	const u8 *now = compat_folio_address(entry->folio);
	struct violation violation = {
		.oracle = ORACLE_STALE_WRITE,
		.block = (u64)entry->index << t->target.folio_shift,
		.age_ms = jiffies_to_msecs(jiffies - entry->vacated_jiffies),
	};
	unsigned int offset = 0;

	if (memcmp(copy, now, PAGE_SIZE)) {
		while (copy[offset] == now[offset])
			offset++;
		/* The eight bytes around it: a stamp's generation, often. */
		violation.offset = offset;
		memcpy(&violation.expected, copy + round_down(offset, 8), 8);
		memcpy(&violation.found, now + round_down(offset, 8), 8);
		oracle_report(t, &violation);
	}
}

/* The oldest entry if it is due: old enough, or the ring three quarters full. */
static struct quarantined *quarantine_oldest(struct quarantine *quarantine,
					     bool all)
{
	unsigned int used = READ_ONCE(quarantine->head) - quarantine->tail;
	struct quarantined *entry;

	if (!used)
		return NULL;
	entry = &quarantine->ring[quarantine->tail & (quarantine->size - 1)];
	/* Pairs with the release in quarantine_take(). */
	if (!smp_load_acquire(&entry->ready))
		return NULL;
	if (!all && used < quarantine->size / 4 * 3 &&
	    time_before(jiffies, entry->vacated_jiffies +
			msecs_to_jiffies(quarantine->torture->params->quarantine_age_ms)))
		return NULL;
	return entry;
}

static void quarantine_drain(struct quarantine *quarantine, bool all)
{
	struct quarantined *entry;
	struct folio *folio;
	unsigned long flags;

	while ((entry = quarantine_oldest(quarantine, all))) {
		judge(quarantine, entry);
		folio = entry->folio;
		raw_spin_lock_irqsave(&quarantine->lock, flags);
		quarantine->tail++;
		raw_spin_unlock_irqrestore(&quarantine->lock, flags);
		folio_put(folio);
		atomic64_inc(&quarantine->released);
		cond_resched();
	}
}

static int quarantine_thread(void *data)
{
	struct quarantine *quarantine = data;

	while (!kthread_should_stop()) {
		quarantine_drain(quarantine, false);
		usleep_range(2000, 4000);
	}
	return 0;
}

/**
 * quarantine_start() - Make room and start the thread that judges.
 * @t: The torture.
 *
 * Return: 0 or -ENOMEM after one line; quarantine_stop() undoes any part.
 */
int quarantine_start(struct torture *t)
{
	struct quarantine *quarantine = &t->quarantine;
	struct task_struct *task;
	unsigned int i, size;

	quarantine->torture = t;
	raw_spin_lock_init(&quarantine->lock);
	if (!t->params->quarantine_folios)
		return 0;

	size = roundup_pow_of_two(t->params->quarantine_folios);
	quarantine->ring = vzalloc(array_size(size, sizeof(*quarantine->ring)));
	quarantine->copies = vmalloc(array_size(size, PAGE_SIZE));
	if (!quarantine->ring || !quarantine->copies) {
		pr_err("quarantine_folios=%u: not enough memory\n",
		       t->params->quarantine_folios);
		return -ENOMEM;
	}
	for (i = 0; i < size; i++)
		quarantine->ring[i].copy = quarantine->copies +
					   (size_t)i * PAGE_SIZE;

	task = kthread_run(quarantine_thread, quarantine, "bht_quarantine");
	if (IS_ERR(task))
		return PTR_ERR(task);
	quarantine->task = task;
	quarantine->size = size;
	return 0;
}

/**
 * quarantine_stop() - Judge and release everything.
 * @t: The torture; no migration hands us folios any more.
 */
void quarantine_stop(struct torture *t)
{
	struct quarantine *quarantine = &t->quarantine;

	if (quarantine->task)
		kthread_stop(quarantine->task);
	quarantine->task = NULL;
	if (quarantine->size)
		quarantine_drain(quarantine, true);
	quarantine->size = 0;
	vfree(quarantine->copies);
	vfree(quarantine->ring);
	quarantine->copies = NULL;
	quarantine->ring = NULL;
}
