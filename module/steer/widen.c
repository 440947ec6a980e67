// SPDX-License-Identifier: GPL-2.0
/*
 * Meets each move between its reference check and the move itself.
 *
 * Which function __buffer_migrate_folio() calls between the two depends on version
 * and compiler. From 6.12 on filemap_migrate_folio() is exported, but the compiler
 * inlines it there: a kprobe on it registers and meets nothing. So all that may be
 * the move are probed. The first of them that a task enters inside the
 * callback, with the folio that it moves, is the move.
 *
 * The probe delays the move by widen_us: on a sound kernel that only stretches the
 * lock hold, on a broken one it stretches the race. The kernel's code is not changed.
 * It also tells era.c what it has met, and aim.c and the prober that the moment has
 * come.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>

#include "bhtorture.h"
#include "compat.h"
#include "observe/slots.h"
#include "steer/era.h"
#include "steer/widen.h"

/* Probe handlers get no context of ours. One torture runs per load of the module. */
static struct torture *widen_torture;

/*
 * All are called after the check, by the kernel's callback or by those of strategy.c.
 * The others stay armed when one has met moves: to disarm a probe patches code that
 * migration executes.
 */
static const struct {
	const char *name;
	unsigned int src;
} widen_moves[WIDEN_MOVES] = {
	{ "migrate_page_move_mapping", 2 },	/* 5.0 - 5.19 */
	{ "folio_migrate_mapping", 2 },		/* 5.16 - 6.11 */
	{ "filemap_migrate_folio", 2 },		/* from 6.12 on, if not inlined */
	{ "__migrate_folio", 2 },		/* the same */
	{ "folio_mc_copy", 1 },			/* from 6.12 on */
};

/* Smoothed over eight. A race between CPUs loses one sample at worst. */
static void widen_learn(struct widen *widen, const struct slot *slot)
{
	u32 ns = min_t(u64, ktime_get_mono_fast_ns() - slot->begin_ns, U32_MAX);
	u32 typical_ns = READ_ONCE(widen->typical_ns);

	WRITE_ONCE(widen->typical_ns, typical_ns - typical_ns / 8 + ns / 8);
}

NOKPROBE_SYMBOL(widen_learn);

/* Context: probe handler, preemption disabled, maybe under private_lock. */
static int widen_entry(struct kprobe *probe, struct pt_regs *regs)
{
	struct widen_move *move = container_of(probe, struct widen_move, probe);
	struct torture *t = widen_torture;
	struct slot *slot = slots_of_task(t->slots);

	if (!slot || !slot->buffers || slot->moving ||
	    slot->src != (void *)compat_regs_argument(regs, move->src))
		return 0;
	WRITE_ONCE(slot->moving, true);
	atomic64_inc(&move->met);
	atomic64_inc(&t->widen->met);
	widen_learn(t->widen, slot);
	era_meet(t->era, compat_folio_mapping(slot->src), slot->src);
	if (t->params->widen_us)
		udelay(t->params->widen_us);
	return 0;
}

NOKPROBE_SYMBOL(widen_entry);

/**
 * widen_start() - Put the probes in place.
 * @t: The torture; migrations are seen by now.
 *
 * Return: 0, or -ENOENT if widening was asked for and there is nothing to probe.
 */
int widen_start(struct torture *t)
{
	struct widen *widen = t->widen;
	int i;

	widen_torture = t;
	for (i = 0; i < WIDEN_MOVES; i++) {
		widen->move[i].src = widen_moves[i].src;
		widen->move[i].probe = (struct kprobe) {
			.symbol_name = widen_moves[i].name,
			.pre_handler = widen_entry,
		};
		widen->move[i].armed = !register_kprobe(&widen->move[i].probe);
	}
	if (!widen_armed(widen) && t->params->widen_us) {
		pr_err("widen_us=%u: this kernel has no function that can be probed between check and move\n",
		       t->params->widen_us);
		return -ENOENT;
	}
	return 0;
}

/**
 * widen_stop() - Remove the probes; safe in any half-built state.
 * @t: The torture.
 */
void widen_stop(struct torture *t)
{
	struct widen_move *move = t->widen->move;
	int i;

	for (i = 0; i < WIDEN_MOVES; i++) {
		if (move[i].armed)
			unregister_kprobe(&move[i].probe);
		move[i].armed = false;
	}
}

/**
 * widen_armed() - Is any of the probes in place?
 * @widen: The probes.
 */
bool widen_armed(const struct widen *widen)
{
	int i;

	for (i = 0; i < WIDEN_MOVES; i++)
		if (widen->move[i].armed)
			return true;
	return false;
}

/**
 * widen_place() - Which function the moves were met at.
 * @widen: The probes.
 *
 * Return: the name of the one that met most, or NULL before the first move.
 */
const char *widen_place(const struct widen *widen)
{
	const char *place = NULL;
	s64 met, most = 0;
	int i;

	for (i = 0; i < WIDEN_MOVES; i++) {
		met = atomic64_read(&widen->move[i].met);
		if (met <= most)
			continue;
		most = met;
		place = widen_moves[i].name;
	}
	return place;
}
