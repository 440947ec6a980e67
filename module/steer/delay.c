// SPDX-License-Identifier: GPL-2.0
/*
 * Delays whoever is inside of functions that are given by name, at random instructions.
 *
 * Some races have a window of a few instructions, between two looks at the same buffer,
 * and in code that is not the migration's. No symbol tells where the window is, and a
 * kernel that is broken has it elsewhere. So each instruction of the function gets a
 * probe, and some of those who come there are delayed: which ones, the seed says. What may
 * be interrupted anywhere loses nothing by it. The kernel's code is not changed.
 *
 * Where it is enough that somebody comes late, function+0 delays those who enter.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/jhash.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "bhtorture.h"
#include "compat.h"
#include "compat/code.h"
#include "steer/code.h"
#include "steer/delay.h"

#define DELAY_NAME_MAX	128	/* a longer one is cut off, and not found */

/* Probe handlers get no context of ours. One torture runs per load of the module. */
static struct torture *delay_torture;

/* Context: probe handler, preemption disabled: others run on other CPUs only. */
static int delay_entry(struct kprobe *probe, struct pt_regs *regs)
{
	struct torture *t = delay_torture;
	u32 number = atomic_inc_return(&t->delay->passed);

	if (jhash_1word(number, t->params->seed) % t->params->delay_one_in)
		return 0;
	atomic64_inc(&t->delay->met);
	udelay(t->params->delay_us);
	return 0;
}

NOKPROBE_SYMBOL(delay_entry);

/* register_kprobe() refuses what no instruction begins at. */
static void delay_arm(struct delay *delay, const struct code *function)
{
	unsigned long address;

	for (address = function->begin;
	     address < function->end && delay->armed < DELAY_SITES;
	     address += COMPAT_CODE_STEP) {
		struct kprobe *site = &delay->site[delay->armed];

		*site = (struct kprobe) {
			.addr = (kprobe_opcode_t *)address,
			.pre_handler = delay_entry,
			.post_handler = code_not_optimized,
		};
		if (!register_kprobe(site))
			delay->armed_site[delay->armed++] = site;
	}
}

/* A function; or, as kprobes are named, one instruction of it: @name+offset. */
static bool delay_place(char *name, struct code *place)
{
	char *offset = strchr(name, '+');
	unsigned long bytes;
	bool found;

	if (offset)
		*offset = '\0';
	found = COMPAT_HAS_CODE && code_find(name, place);
	if (!offset)
		return found;
	*offset = '+';
	if (!found || kstrtoul(offset + 1, 0, &bytes) || bytes >= place->end - place->begin)
		return false;
	place->begin += bytes;
	place->end = place->begin + 1;
	return true;
}

static void delay_find(struct delay *delay, char *name)
{
	unsigned int before = delay->armed;
	struct code place;

	if (delay_place(name, &place))
		delay_arm(delay, &place);
	if (delay->armed == before)
		pr_notice("delay_in=%s: not armed, this kernel has no such function, or instruction, that can be probed\n",
			  name);
	else
		pr_info("delay_in=%s: %u instructions\n", name, delay->armed - before);
}

/**
 * delay_start() - Put the probes in place, if it is asked for.
 * @t: The torture.
 */
void delay_start(struct torture *t)
{
	const char *name = t->params->delay_in;
	char function[DELAY_NAME_MAX];
	size_t length;

	delay_torture = t;
	while (name && *name) {
		length = strcspn(name, ",");
		snprintf(function, sizeof(function), "%.*s", (int)length, name);
		delay_find(t->delay, function);
		name += length + (name[length] == ',');
	}
}

/**
 * delay_stop() - Remove the probes; safe in any half-built state.
 * @t: The torture.
 */
void delay_stop(struct torture *t)
{
	if (t->delay->armed)
		unregister_kprobes(t->delay->armed_site, t->delay->armed);
	t->delay->armed = 0;
}
