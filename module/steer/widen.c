// SPDX-License-Identifier: GPL-2.0
/*
 * Looks into the window between reference check and move.
 *
 * A kprobe on the function that __buffer_migrate_folio() calls between the two
 * tells, by looking at the running kernel, what keeps lookups out there: the
 * lock, the flag, or nothing (the era). It can also widen the window: on a sound
 * kernel that only stretches the lock hold, on a broken one it stretches the
 * race. The kernel's code is not changed.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>

#include "bhtorture.h"

/* Probe handlers get no context of ours; one torture per load of the module. */
static struct torture *probed_torture;

static struct watch_slot *slot_of(struct watch *watch, struct folio *src)
{
	unsigned int i;

	for (i = 0; i < WATCH_SLOTS; i++)
		if (READ_ONCE(watch->slots[i].index) != WATCH_NO_INDEX &&
		    watch->slots[i].src == src)
			return &watch->slots[i];
	return NULL;
}

/* Might be held by ourselves: only trylock can ask without deadlock. */
static void count_lock(struct steering *steering, spinlock_t *lock)
{
	if (spin_trylock(lock)) {
		spin_unlock(lock);
		atomic64_inc(&steering->met_open);
	} else {
		atomic64_inc(&steering->met_locked);
	}
}

/* Smoothed over eight; races between CPUs do not matter. */
static void learn(struct steering *steering, const struct watch_slot *slot)
{
	u32 ns = min_t(u64, ktime_get_mono_fast_ns() - slot->begin_ns, U32_MAX);

	WRITE_ONCE(steering->typical_ns,
		   steering->typical_ns - steering->typical_ns / 8 + ns / 8);
}

static int move_entry(struct kprobe *probe, struct pt_regs *regs)
{
	struct torture *t = probed_torture;
	struct steering *steering = &t->steering;
	struct address_space *mapping =
		(struct address_space *)regs_get_kernel_argument(regs, 0);
	struct folio *src = (struct folio *)regs_get_kernel_argument(regs, 2);
	struct watch_slot *slot;

	if (!mapping || !target_wants(&t->target, mapping))
		return 0;
	slot = slot_of(&t->watch, src);
	if (!slot || !slot->buffers || slot->moving)
		return 0;
	WRITE_ONCE(slot->moving, true);
	learn(steering, slot);

	if (compat_buffer_migrating((struct buffer_head *)folio_buffers(src)))
		atomic64_inc(&steering->met_flagged);
	else
		count_lock(steering, mapping_private_lock(mapping));

	if (t->params->widen_us)
		udelay(t->params->widen_us);
	return 0;
}

NOKPROBE_SYMBOL(move_entry);

/**
 * steering_start() - Put the probe in place.
 * @t: The torture; its watch has been started.
 *
 * Return: 0 or the error of register_kprobe() if widening was asked for; without
 * the probe the era is only what the headers tell.
 */
int steering_start(struct torture *t)
{
	struct steering *steering = &t->steering;
	int rc;

	probed_torture = t;
	steering->move = (struct kprobe) {
		.symbol_name = COMPAT_MOVE_NAME,
		.pre_handler = move_entry,
	};
	rc = register_kprobe(&steering->move);
	steering->armed = !rc;
	if (rc && t->params->widen_us) {
		pr_err("widen_us=%u: cannot probe %s (%d)\n",
		       t->params->widen_us, COMPAT_MOVE_NAME, rc);
		return rc;
	}
	return 0;
}

/**
 * steering_stop() - Remove the probe; safe in any half-built state.
 * @t: The torture.
 */
void steering_stop(struct torture *t)
{
	if (t->steering.armed)
		unregister_kprobe(&t->steering.move);
	t->steering.armed = false;
}

/**
 * steering_era() - What keeps lookups out of this kernel's norefs migration.
 * @t: The torture.
 *
 * One move without lock and flag proves `open`; a lock that was held may have
 * been a lookup's. Before the first move of the kernel's own, and on kernels
 * without SMP (whose trylock always succeeds), the headers answer.
 *
 * Return: "open", "held" or "flag".
 */
const char *steering_era(struct torture *t)
{
	struct steering *steering = &t->steering;

	if (!t->strategy->move && IS_ENABLED(CONFIG_SMP)) {
		if (atomic64_read(&steering->met_open))
			return "open";
		if (atomic64_read(&steering->met_flagged))
			return "flag";
		if (atomic64_read(&steering->met_locked))
			return "held";
	}
	if (COMPAT_HAS_MIGRATE_FLAG)
		return "flag";
	return COMPAT_HOLDS_LOCK ? "held" : "open";
}
