// SPDX-License-Identifier: GPL-2.0
/*
 * Meets each move between its reference check and the move itself.
 *
 * A kprobe on the function that __buffer_migrate_folio() calls between the two. It
 * delays the move by widen_us: on a sound kernel that only stretches the lock hold,
 * on a broken one it stretches the race. The kernel's code is not changed. It also
 * tells era.c what it has met, and aim.c and the prober that the moment has come.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>

#include "bhtorture.h"
#include "compat.h"
#include "observe/slots.h"
#include "steer/era.h"
#include "steer/widen.h"
#include "target/target.h"

/* Probe handlers get no context of ours. One torture runs per load of the module. */
static struct torture *widen_torture;

static struct slot *widen_slot(struct slots *slots, struct folio *src)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		if (READ_ONCE(slots->slot[i].index) != SLOT_UNUSED &&
		    slots->slot[i].src == src)
			return &slots->slot[i];
	return NULL;
}

NOKPROBE_SYMBOL(widen_slot);

/* Smoothed over eight. A race between CPUs loses one sample at worst. */
static void widen_learn(struct widen *widen, const struct slot *slot)
{
	u32 ns = min_t(u64, ktime_get_mono_fast_ns() - slot->begin_ns, U32_MAX);

	WRITE_ONCE(widen->typical_ns,
		   widen->typical_ns - widen->typical_ns / 8 + ns / 8);
}

NOKPROBE_SYMBOL(widen_learn);

/* Context: probe handler, preemption disabled, maybe under private_lock. */
static int widen_entry(struct kprobe *probe, struct pt_regs *regs)
{
	struct torture *t = widen_torture;
	struct address_space *mapping =
		(struct address_space *)regs_get_kernel_argument(regs, 0);
	struct folio *src = (struct folio *)regs_get_kernel_argument(regs, 2);
	struct slot *slot;

	if (!mapping || !target_wants(t->target, mapping))
		return 0;
	slot = widen_slot(t->slots, src);
	if (!slot || !slot->buffers || slot->moving)
		return 0;
	WRITE_ONCE(slot->moving, true);
	widen_learn(t->widen, slot);
	era_meet(t->era, mapping, src);
	if (t->params->widen_us)
		udelay(t->params->widen_us);
	return 0;
}

NOKPROBE_SYMBOL(widen_entry);

/**
 * widen_start() - Put the probe in place.
 * @t: The torture; migrations are seen by now.
 *
 * Return: 0 or the error of register_kprobe() if widening was asked for; without
 * the probe the era is only what the headers tell.
 */
int widen_start(struct torture *t)
{
	struct widen *widen = t->widen;
	int rc;

	widen_torture = t;
	widen->move = (struct kprobe) {
		.symbol_name = COMPAT_MOVE_NAME,
		.pre_handler = widen_entry,
	};
	rc = register_kprobe(&widen->move);
	widen->armed = !rc;
	if (rc && t->params->widen_us) {
		pr_err("widen_us=%u: cannot probe %s (%d)\n",
		       t->params->widen_us, COMPAT_MOVE_NAME, rc);
		return rc;
	}
	return 0;
}

/**
 * widen_stop() - Remove the probe; safe in any half-built state.
 * @t: The torture.
 */
void widen_stop(struct torture *t)
{
	if (t->widen->armed)
		unregister_kprobe(&t->widen->move);
	t->widen->armed = false;
}
