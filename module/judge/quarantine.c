// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps vacated source folios out of circulation for a while.
 *
 * A stale write then lands on a page nobody owns instead of on somebody's memory.
 * The contents are copied when the folio is vacated and compared when it leaves. So a
 * stale write by anyone is caught (`stale_write`).
 *
 * A ring of quarantine_folios times 4 KiB bounds it, whatever the size of a page; a large
 * folio counts as its pages. When the ring is full a page is not taken (counted as
 * skipped), and nobody waits. Memory pressure (a shrinker) and memory that goes offline
 * (a notifier) empty the ring.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/log2.h>
#include <linux/memory.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "bhtorture.h"
#include "compat.h"
#include "judge/quarantine.h"
#include "judge/violation.h"
#include "observe/slots.h"

/*
 * Block devices have large folios since 6.15; readahead makes them of 128 KiB. So much
 * is copied at most while preemption is disabled.
 */
#define QUARANTINE_COPY_MAX	(SZ_128K / PAGE_SIZE)

static struct quarantined *quarantine_claim(struct quarantine *quarantine)
{
	struct quarantined *entry = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&quarantine->lock, flags);
	if (quarantine->head - quarantine->tail < quarantine->size) {
		entry = &quarantine->ring[quarantine->head &
					  (quarantine->size - 1)];
		WRITE_ONCE(quarantine->head, quarantine->head + 1);
	}
	raw_spin_unlock_irqrestore(&quarantine->lock, flags);
	return entry;
}

NOKPROBE_SYMBOL(quarantine_claim);

static bool quarantine_take_page(struct quarantine *quarantine,
				 struct folio *src, unsigned long page,
				 const struct slot *slot)
{
	struct quarantined *entry = quarantine_claim(quarantine);

	if (!entry)
		return false;
	folio_get(src);
	entry->folio = src;
	entry->contents = compat_folio_address(src) + page * PAGE_SIZE;
	/* Whole words. Emulators run the `rep movsb` of memcpy() byte by byte. */
	copy_page(entry->copy, entry->contents);
	entry->index = slot->index + page;
	entry->first_block = slot->first_block +
			     page * slot->buffers / slot->pages;
	entry->dev = slot->dev;
	entry->vacated_jiffies = jiffies;
	/* Pairs with the acquire in quarantine_oldest(). */
	smp_store_release(&entry->ready, true);
	return true;
}

NOKPROBE_SYMBOL(quarantine_take_page);

/**
 * quarantine_take() - Keep a folio that was just vacated.
 * @quarantine: The quarantine.
 * @src: The vacated folio; the migration still holds its own reference.
 * @slot: The migration, for reports.
 *
 * Takes a reference and a copy of the contents, page by page. A folio too large to
 * be copied here is skipped.
 *
 * Context: any. Runs in a probe handler, with preemption disabled and possibly with
 * interrupts off.
 */
void quarantine_take(struct quarantine *quarantine, struct folio *src,
		     const struct slot *slot)
{
	unsigned long page;

	if (!quarantine->size)
		return;
	if (slot->pages > QUARANTINE_COPY_MAX) {
		atomic64_add(slot->pages, &quarantine->skipped);
		return;
	}
	for (page = 0; page < slot->pages; page++)
		atomic64_inc(quarantine_take_page(quarantine, src, page, slot) ?
			     &quarantine->taken : &quarantine->skipped);
}

NOKPROBE_SYMBOL(quarantine_take);

/* Context: task, may sleep. Under drain_lock: one judge at a time. */
static void quarantine_judge(struct quarantine *quarantine,
			     struct quarantined *entry)
{
	struct torture *t = quarantine->torture;
	const u8 *copy = entry->copy;
	const u8 *now = entry->contents;
	struct violation violation = {
		.oracle = ORACLE_STALE_WRITE,
		.dev = entry->dev,
		.index = entry->index,
		.block = entry->first_block,
		.age_ms = jiffies_to_msecs(jiffies - entry->vacated_jiffies),
	};
	unsigned int offset = 0;

	if (unlikely(t->injected == ORACLE_STALE_WRITE) &&
	    !(quarantine->tail % 256))
		memset(entry->contents + 512, 0xff, 8);
	if (memcmp(copy, now, PAGE_SIZE)) {
		while (copy[offset] == now[offset])
			offset++;
		/* The eight bytes around it: a stamp's generation, often. */
		violation.offset = offset;
		memcpy(&violation.expected, copy + round_down(offset, 8), 8);
		memcpy(&violation.found, now + round_down(offset, 8), 8);
		violation_report(t, &violation);
	}
}

/*
 * The oldest entry if it is due: old enough, or the ring three quarters full.
 * Context: task. Under drain_lock, which keeps the tail where it is.
 */
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

	mutex_lock(&quarantine->drain_lock);
	while ((entry = quarantine_oldest(quarantine, all))) {
		quarantine_judge(quarantine, entry);
		folio = entry->folio;
		raw_spin_lock_irqsave(&quarantine->lock, flags);
		/*
		 * Before anybody can claim it again: with a new head and the old
		 * answer, quarantine_oldest() would take it for filled.
		 */
		WRITE_ONCE(entry->ready, false);
		WRITE_ONCE(quarantine->tail, quarantine->tail + 1);
		raw_spin_unlock_irqrestore(&quarantine->lock, flags);
		folio_put(folio);
		atomic64_inc(&quarantine->released);
		cond_resched();
	}
	mutex_unlock(&quarantine->drain_lock);
}

/* --- Memory pressure and memory hotplug --- */

static unsigned long quarantine_count(struct shrinker *shrinker,
				      struct shrink_control *control)
{
	struct quarantine *quarantine = compat_shrinker_data(shrinker);
	unsigned int tail = READ_ONCE(quarantine->tail);

	/* The tail first: it never passes a head that is read later. */
	smp_rmb();
	return READ_ONCE(quarantine->head) - tail;
}

/*
 * Reclaim must not wait for a judge, and may run inside one that allocates. So it
 * only asks: the thread empties the ring at its next round, 4 ms away at most. Nothing
 * has been freed by now: whoever is told otherwise asks again at once, and drop_caches
 * before 5.16 for as long as migrations fill the ring.
 * Context: reclaim.
 */
static unsigned long quarantine_scan(struct shrinker *shrinker,
				     struct shrink_control *control)
{
	struct quarantine *quarantine = compat_shrinker_data(shrinker);

	WRITE_ONCE(quarantine->pressure, true);
	return SHRINK_STOP;
}

/* The kernel moves what is in memory that goes offline. It cannot move our folios. */
static int quarantine_memory(struct notifier_block *notifier,
			     unsigned long action, void *unused)
{
	struct quarantine *quarantine =
		container_of(notifier, struct quarantine, memory_notifier);

	if (action == MEM_GOING_OFFLINE)
		quarantine_drain(quarantine, true);
	return NOTIFY_OK;
}

static int quarantine_thread(void *data)
{
	struct quarantine *quarantine = data;

	while (!kthread_should_stop()) {
		bool pressure = READ_ONCE(quarantine->pressure);

		quarantine_drain(quarantine, pressure);
		if (pressure)
			WRITE_ONCE(quarantine->pressure, false);
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
	struct quarantine *quarantine = t->quarantine;
	struct task_struct *task;
	unsigned int i, size;
	int rc;

	quarantine->torture = t;
	raw_spin_lock_init(&quarantine->lock);
	mutex_init(&quarantine->drain_lock);
	if (!t->params->quarantine_folios)
		return 0;

	size = roundup_pow_of_two(DIV_ROUND_UP(t->params->quarantine_folios * SZ_4K,
					       PAGE_SIZE));
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

	quarantine->shrinker.data = quarantine;
	rc = compat_shrinker_start(&quarantine->shrinker, quarantine_count,
				   quarantine_scan);
	if (rc)
		return rc;
	quarantine->shrinking = true;
	quarantine->memory_notifier.notifier_call = quarantine_memory;
	rc = register_memory_notifier(&quarantine->memory_notifier);
	quarantine->notified = !rc;
	return rc;
}

/**
 * quarantine_stop() - Judge and release everything.
 * @t: The torture; no migration hands folios over any more.
 */
void quarantine_stop(struct torture *t)
{
	struct quarantine *quarantine = t->quarantine;

	if (quarantine->notified)
		unregister_memory_notifier(&quarantine->memory_notifier);
	quarantine->notified = false;
	if (quarantine->shrinking)
		compat_shrinker_stop(&quarantine->shrinker);
	quarantine->shrinking = false;
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
