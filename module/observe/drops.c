// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the occasions on which buffers of the target may have been dropped.
 *
 * A kretprobe on try_to_free_buffers(), the only place where buffers go away. So
 * "this block was cached all the time" is known and not guessed (null_atomic).
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "bhtorture.h"
#include "compat.h"
#include "observe/drops.h"
#include "target/target.h"

/* Probe handlers get no context of ours. One torture runs per load of the module. */
static struct torture *drops_torture;

/* The counts that stand for a folio's pages: all of them for a very large one. */
struct drops_data {
	unsigned int first;
	unsigned int buckets;
};

static void drops_add(atomic_t *counts, const struct drops_data *data)
{
	unsigned int i;

	for (i = 0; i < data->buckets; i++)
		atomic_inc(&counts[(data->first + i) % DROPS_BUCKETS]);
}

NOKPROBE_SYMBOL(drops_add);

/* Context: probe handler, preemption disabled, interrupts possibly off. */
static int drops_entry(struct kretprobe_instance *instance,
		       struct pt_regs *regs)
{
	struct folio *folio = (struct folio *)compat_regs_argument(regs, 0);
	struct drops_data *data = (void *)instance->data;
	struct torture *t = drops_torture;

	if (compat_folio_mapping(folio) != t->target->mapping)
		return 1;
	data->first = compat_folio_index(folio) % DROPS_BUCKETS;
	data->buckets = min_t(unsigned long, folio_nr_pages(folio),
			      DROPS_BUCKETS);
	drops_add(t->drops->begun, data);
	return 0;
}

NOKPROBE_SYMBOL(drops_entry);

/* Context: probe handler, preemption disabled, interrupts possibly off. */
static int drops_return(struct kretprobe_instance *instance,
			struct pt_regs *regs)
{
	drops_add(drops_torture->drops->ended, (void *)instance->data);
	return 0;
}

NOKPROBE_SYMBOL(drops_return);

/**
 * drops_seen() - Are all drops seen that are in progress?
 * @drops: The counts.
 *
 * Return: false when the probe is not armed, or while it is not known whether a call is
 * over that it has missed.
 */
bool drops_seen(struct drops *drops)
{
	return drops->armed && missed_over(&drops->missed);
}

/**
 * drops_count() - How often may buffers near this page have been dropped?
 * @drops: The counts.
 * @index: The page's index; pages DROPS_BUCKETS apart share a count.
 *
 * A block that was found when this said N, and is not found while it still says
 * N, was cached all the time.
 *
 * Return: the count, or DROPS_UNKNOWN while a drop is in progress or not all drops
 * are seen.
 */
u32 drops_count(struct drops *drops, pgoff_t index)
{
	unsigned int bucket = index % DROPS_BUCKETS;
	int begun, ended;
	u32 missed;

	smp_rmb();	/* the lookup before, if there was one, has come to its end */
	ended = atomic_read(&drops->ended[bucket]);
	smp_rmb();	/* a drop that ends between the reads is not missed */
	begun = atomic_read(&drops->begun[bucket]);
	missed = missed_count(&drops->missed);
	if (begun != ended || !drops_seen(drops))
		return DROPS_UNKNOWN;
	smp_rmb();	/* the lookup behind has not begun */
	return begun + missed;
}

/**
 * drops_met() - How often pages' buffers may have been dropped, all in all.
 * @drops: The counts.
 */
u64 drops_met(const struct drops *drops)
{
	u64 met = 0;
	int i;

	for (i = 0; i < DROPS_BUCKETS; i++)
		met += (u32)atomic_read(&drops->begun[i]);
	return met;
}

/**
 * drops_start() - Begin to count, where a ledger says what was cached.
 * @t: The torture; its target is open and nothing hammers it yet.
 *
 * Without the probe a NULL is not judged. One line says so.
 */
void drops_start(struct torture *t)
{
	struct drops *drops = t->drops;
	int rc;

	if (!target_owned(t->target))
		return;
	drops_torture = t;
	drops->probe = (struct kretprobe) {
		.kp.symbol_name = "try_to_free_buffers",
		.entry_handler = drops_entry,
		.handler = drops_return,
		.data_size = sizeof(struct drops_data),
		.maxactive = 128,
	};
	rc = register_kretprobe(&drops->probe);
	if (rc)
		pr_warn("cannot probe try_to_free_buffers (%d): null_atomic is not judged\n",
			rc);
	else
		missed_start(&drops->missed, t, &drops->probe);
	drops->armed = !rc;
}

/**
 * drops_stop() - Count no more; safe in any half-built state.
 * @t: The torture.
 */
void drops_stop(struct torture *t)
{
	missed_stop(&t->drops->missed);
	if (t->drops->armed)
		unregister_kretprobe(&t->drops->probe);
	t->drops->armed = false;
}
