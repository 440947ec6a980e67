// SPDX-License-Identifier: GPL-2.0
/*
 * Lets a lookup linger where it has given up the lock, and the folio after that.
 *
 * On a sound kernel it has its reference on the buffer by then; all that comes of it
 * is a migration that finds the buffer in use. One that takes its reference only now
 * is kept from it until a migration has looked for references and found none. The
 * moment is a few instructions long: by chance nobody would ever see it.
 *
 * No function begins or ends there. So the code of the lookup is searched for the
 * instruction that gives up the folio, which every compiler inlines, and a kprobe is
 * placed behind it. The kernel's code is not changed. Only on x86-64; elsewhere, or
 * when there is no such instruction, no lookup lingers.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kallsyms.h>

#include "bhtorture.h"

/* Probe handlers get no context of ours; one torture per load of the module. */
static struct torture *probed_torture;

static struct hammer_thread *this_thread(struct hammer *hammer)
{
	struct hammer_thread *thread = READ_ONCE(hammer->thread);
	unsigned int i;

	for (i = 0; thread && i < hammer->threads; i++)
		if (thread[i].task == current)
			return &thread[i];
	return NULL;
}

/* Until its folio is about to be moved; or not, as a sound kernel's check says. */
static int linger(struct kprobe *probe, struct pt_regs *regs)
{
	struct torture *t = probed_torture;
	struct hammer_thread *ht;
	struct watch_slot *slot;
	bool seen = false;
	u64 until;

	ht = this_thread(&t->hammer);
	if (!ht || !ht->linger)
		return 0;
	ht->linger = false;
	atomic64_inc(&t->linger.lingered);
	until = ktime_get_mono_fast_ns() +
		t->params->linger_us * (u64)NSEC_PER_USEC;
	do {
		slot = watch_find(&t->watch, ht->aim_index);
		if (slot ? READ_ONCE(slot->moving) : seen)
			break;
		seen = slot;
		cpu_relax();
	} while (ktime_get_mono_fast_ns() < until);
	return 0;
}

NOKPROBE_SYMBOL(linger);

/* Keeps the probe from being made a jump, by patching code that others execute. */
static void after_linger(struct kprobe *probe, struct pt_regs *regs,
			 unsigned long flags)
{
}

NOKPROBE_SYMBOL(after_linger);

/*
 * Is here a `lock decl _refcount(%reg)`? Return: its length, or 0. That it is an
 * instruction and not a part of one is checked by register_kprobe().
 */
static unsigned int folio_is_put(const u8 *code)
{
	const u8 *begin = code;

	if (!IS_ENABLED(CONFIG_X86_64) || *code++ != 0xf0)
		return 0;
	if (*code == 0x41)
		code++;			/* a register from r8 on */
	if (*code++ != 0xff || (*code & 0xf8) != 0x48)
		return 0;
	if (*code++ == 0x4c && *code++ != 0x24)
		return 0;
	if (*code++ != offsetof(struct page, _refcount))
		return 0;
	return code - begin;
}

/* Where a function begins and ends: whoever may probe it may know its name. */
static bool find_function(const char *name, unsigned long *begin,
			  unsigned long *end)
{
	struct kprobe probe = {
		.symbol_name = name,
		.flags = KPROBE_FLAG_DISABLED,
	};
	char symbol[KSYM_SYMBOL_LEN];
	unsigned long offset, size;

	if (register_kprobe(&probe))
		return false;
	sprint_symbol(symbol, (unsigned long)probe.addr);
	unregister_kprobe(&probe);
	if (sscanf(strrchr(symbol, '+') ?: "", "+%lx/%lx", &offset, &size) != 2)
		return false;
	*begin = (unsigned long)probe.addr - offset;
	*end = *begin + size;
	return true;
}

static void probe_function(struct linger_state *state, unsigned long begin,
			   unsigned long end)
{
	unsigned long address;
	unsigned int length;

	for (address = begin; address + LINGER_CODE <= end; address++) {
		length = folio_is_put((const u8 *)address);
		if (!length || state->armed == LINGER_PROBES)
			continue;
		state->probe[state->armed] = (struct kprobe) {
			.addr = (void *)(address + length),
			.pre_handler = linger,
			.post_handler = after_linger,
		};
		if (!register_kprobe(&state->probe[state->armed]))
			state->armed++;
	}
}

/**
 * linger_start() - Find the places and put the probes there, if it is asked for.
 * @t: The torture; its watch has been started, its hammer has not.
 */
void linger_start(struct torture *t)
{
	/* Who has the code of the lookup depends on version and compiler. */
	static const char * const functions[] = {
		"__find_get_block", "__find_get_block_slow", "find_get_block_common",
	};
	unsigned long begin, end;
	int i;

	if (!t->params->linger_us)
		return;
	probed_torture = t;
	for (i = 0; i < ARRAY_SIZE(functions); i++)
		if (find_function(functions[i], &begin, &end))
			probe_function(&t->linger, begin, end);
	if (!t->linger.armed)
		pr_notice("linger_us=%u: found no place to linger at\n",
			  t->params->linger_us);
}

/**
 * linger_stop() - Remove the probes; safe in any half-built state.
 * @t: The torture.
 */
void linger_stop(struct torture *t)
{
	while (t->linger.armed)
		unregister_kprobe(&t->linger.probe[--t->linger.armed]);
}
