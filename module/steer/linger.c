// SPDX-License-Identifier: GPL-2.0
/*
 * Lets a lookup linger after it has given up the lock and the folio.
 *
 * A sound kernel's lookup has its reference on the buffer by then. So all that comes
 * of lingering is a migration that finds the buffer in use. A broken kernel's lookup
 * may take its reference after that point. Here it waits until a migration has looked
 * for references and found none, and only then takes its own. The moment is a few
 * instructions long; by chance nobody would ever see it.
 *
 * No function begins or ends there. So the code of the lookup is searched for the
 * instruction that gives up the folio, which every compiler inlines, and a kprobe is
 * placed behind it (compat/code.h). The kernel's code is not changed. When there is no such
 * instruction, no lookup lingers.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "bhtorture.h"
#include "compat.h"
#include "compat/code.h"
#include "observe/slots.h"
#include "steer/code.h"
#include "steer/linger.h"
#include "thread.h"

/* Longest wait for the next migration to begin, when none is in progress. */
#define LINGER_IDLE_NS	100000

/* Probe handlers get no context of ours. One torture runs per load of the module. */
static struct torture *linger_torture;

/* How long one lookup lingers. */
struct lingering_lookup {
	bool seen;			/* the migration of its folio */
	u64 until;			/* in any case */
	u64 idle_until;			/* when nothing migrates */
};

static struct hammer_thread *linger_thread(struct hammer *hammer)
{
	struct hammer_thread *thread = READ_ONCE(hammer->thread);
	unsigned int i;

	for (i = 0; thread && i < hammer->threads; i++)
		if (thread[i].task == current)
			return &thread[i];
	return NULL;
}

NOKPROBE_SYMBOL(linger_thread);

/*
 * Has the lookup lingered long enough? It has when its folio is about to be moved, when
 * its migration has been refused, as a sound kernel does it, or when nothing migrates.
 */
static bool linger_is_over(struct hammer_thread *ht, struct slots *slots,
			   struct lingering_lookup *lookup)
{
	struct slot *slot = slots_find(slots, ht->aim_index);
	u64 now = ktime_get_mono_fast_ns();

	if (slot && READ_ONCE(slot->moving)) {
		ht->lingered = true;
		return true;
	}
	if (!slot && lookup->seen)
		return true;
	lookup->seen = slot;
	if (READ_ONCE(slots->busy))
		lookup->idle_until = now + LINGER_IDLE_NS;
	return now > min(lookup->until, lookup->idle_until);
}

NOKPROBE_SYMBOL(linger_is_over);

/*
 * Linger. On a busy machine a virtual CPU may stand still for milliseconds in the middle of
 * a migration. Context: probe handler, preemption disabled.
 */
static int linger_entry(struct kprobe *probe, struct pt_regs *regs)
{
	struct torture *t = linger_torture;
	struct lingering_lookup lookup = {};
	struct hammer_thread *ht;
	u64 now;

	ht = linger_thread(t->hammer);
	if (!ht || !ht->lingers)
		return 0;
	ht->lingers = false;
	atomic64_inc(&t->linger->lingered);
	now = ktime_get_mono_fast_ns();
	lookup.until = now + t->params->linger_us * (u64)NSEC_PER_USEC;
	lookup.idle_until = now + LINGER_IDLE_NS;
	while (!linger_is_over(ht, t->slots, &lookup))
		cpu_relax();
	return 0;
}

NOKPROBE_SYMBOL(linger_entry);

static void linger_probe_function(struct lingering *linger, const struct code *code)
{
	unsigned long address;
	unsigned int length;

	for (address = code->begin; address + COMPAT_CODE_LENGTH <= code->end;
	     address += COMPAT_CODE_STEP) {
		length = compat_code_puts_folio((const u8 *)address);
		if (!length || linger->armed == LINGER_PROBES)
			continue;
		linger->probe[linger->armed] = (struct kprobe) {
			.addr = (void *)(address + length),
			.pre_handler = linger_entry,
			.post_handler = code_not_optimized,
		};
		if (!register_kprobe(&linger->probe[linger->armed]))
			linger->armed++;
	}
}

/**
 * linger_start() - Find the places and put the probes there, if it is asked for.
 * @t: The torture; migrations are seen by now, and its hammer has not been started.
 */
void linger_start(struct torture *t)
{
	/* Which function has the code depends on the version and the compiler. */
	static const char * const functions[] = {
		"__find_get_block", "__find_get_block_slow", "find_get_block_common",
	};
	struct code code;
	int i;

	if (!t->params->linger_us)
		return;
	linger_torture = t;
	for (i = 0; i < ARRAY_SIZE(functions); i++)
		if (code_find(functions[i], &code))
			linger_probe_function(t->linger, &code);
	if (!t->linger->armed)
		pr_notice("linger_us=%u: found no place to linger at\n",
			  t->params->linger_us);
}

/**
 * linger_stop() - Remove the probes; safe in any half-built state.
 * @t: The torture.
 */
void linger_stop(struct torture *t)
{
	while (t->linger->armed)
		unregister_kprobe(&t->linger->probe[--t->linger->armed]);
}
