// SPDX-License-Identifier: GPL-2.0
/*
 * Delays whoever migrates at each place where it gives up private_lock.
 *
 * On a sound kernel the migration is over by then, or refused, or about to check
 * again, or the folio is still flagged by BH_Migrate. So a delay there does no harm.
 * On a broken one, any gap between the check and the end of the move becomes wide,
 * wherever a bug has opened it. The same where BH_Migrate is cleared (from 6.16 on),
 * and, seldom, before the lock is taken: a check that was made without it is then
 * old.
 *
 * No symbol tells these places. So the code of the callback is searched for calls of
 * _raw_spin_unlock() and, where the compiler has inlined that, for the store that
 * frees the lock (compat/code.h). What else looks like one only delays elsewhere in the
 * callback. The kernel's code is not changed.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>

#include "bhtorture.h"
#include "compat.h"
#include "compat/code.h"
#include "observe/slots.h"
#include "steer/code.h"
#include "steer/gap.h"

/* One acquisition in this many is delayed: before it nothing is decided yet. */
#define GAP_BEFORE_EVERY	4

/* Probe handlers get no context of ours. One torture runs per load of the module. */
static struct torture *gap_torture;

/* The callback, its parts elsewhere, and the module's own strategies. */
static const char * const gap_functions[] = {
	COMPAT_NOREFS_NAME,
	"__buffer_migrate_folio", "__buffer_migrate_folio.cold",
	"__buffer_migrate_folio.isra.0", "__buffer_migrate_folio.constprop.0",
	"__buffer_migrate_folio.part.0",
	"__buffer_migrate_page", "__buffer_migrate_page.cold",
	"__buffer_migrate_page.isra.0", "__buffer_migrate_page.constprop.0",
	"__buffer_migrate_page.part.0",
	"busted_move", "held_move", "strategy_hold_begin", "strategy_hold_end",
};

/* Context: probe handler, preemption disabled: others run on other CPUs only. */
static int gap_entry(struct kprobe *probe, struct pt_regs *regs)
{
	struct gap_site *site = container_of(probe, struct gap_site, probe);
	struct torture *t = gap_torture;
	struct slot *slot = slots_of_task(t->slots);

	if (!slot || !slot->buffers)
		return 0;
	if (site->release) {
		WRITE_ONCE(slot->released, true);
		if (slot->moving)
			WRITE_ONCE(slot->tail, true);
		atomic64_inc(&t->gap->met);
	} else if (atomic64_inc_return(&t->gap->met_before) % GAP_BEFORE_EVERY) {
		return 0;
	}
	udelay(t->params->gap_us);
	return 0;
}

NOKPROBE_SYMBOL(gap_entry);

static void gap_add_site(struct gap *gap, const u8 *address, bool release)
{
	struct gap_site *site = &gap->site[gap->sites];

	if (gap->sites == GAP_SITES)
		return;
	gap->sites++;
	site->release = release;
	site->probe = (struct kprobe) {
		.addr = (kprobe_opcode_t *)address,
		.pre_handler = gap_entry,
		.post_handler = code_not_optimized,
	};
}

/* Release sites are behind the instruction, acquisition sites on it. */
static void gap_search(struct gap *gap, const struct code *function,
		       const struct code *lock, const struct code *unlock)
{
	const u8 *end = (const u8 *)function->end - COMPAT_CODE_LENGTH;
	unsigned int length;
	const u8 *code;

	for (code = (const u8 *)function->begin; code <= end;
	     code += COMPAT_CODE_STEP) {
		length = compat_code_is_call(code, unlock->begin) ?
			 COMPAT_CODE_CALL : compat_code_is_unlock(code);
		if (!length)
			length = compat_code_is_unflag(code);
		if (length) {
			gap_add_site(gap, code + length, true);
			/* Without its prefix it would look like another one. */
			code += length - COMPAT_CODE_STEP;
		} else if (compat_code_takes_lock(code) ||
			   compat_code_is_call(code, lock->begin)) {
			gap_add_site(gap, code, false);
		}
	}
}

/* Nobody is probed before all is found: a probe hides the code that it is on. */
static void gap_find(struct gap *gap)
{
	struct code lock, unlock, function;
	int i;

	/* Where all spinlocks are inlined there is neither. */
	if (!code_find("_raw_spin_lock", &lock))
		lock = (struct code) {};
	if (!code_find("_raw_spin_unlock", &unlock))
		unlock = (struct code) {};
	for (i = 0; i < ARRAY_SIZE(gap_functions); i++)
		if (code_find(gap_functions[i], &function))
			gap_search(gap, &function, &lock, &unlock);
}

/* register_kprobe() refuses what no instruction begins at. */
static void gap_arm(struct gap *gap)
{
	unsigned int i;

	for (i = 0; i < gap->sites; i++) {
		gap->site[gap->armed] = gap->site[i];
		if (!register_kprobe(&gap->site[gap->armed].probe))
			gap->armed++;
	}
}

/**
 * gap_start() - Find the places and put the probes there, if it is asked for.
 * @t: The torture; migrations are seen by now.
 */
void gap_start(struct torture *t)
{
	if (!t->params->gap_us)
		return;
	gap_torture = t;
	if (COMPAT_HAS_CODE) {
		gap_find(t->gap);
		gap_arm(t->gap);
	}
	if (!t->gap->armed)
		pr_notice("gap_us=%u: not armed, %s\n", t->params->gap_us,
			  COMPAT_HAS_CODE ?
			  "found no place where a migration gives up private_lock" :
			  "unknown on this architecture");
}

/**
 * gap_stop() - Remove the probes; safe in any half-built state.
 * @t: The torture.
 */
void gap_stop(struct torture *t)
{
	while (t->gap->armed)
		unregister_kprobe(&t->gap->site[--t->gap->armed].probe);
}
