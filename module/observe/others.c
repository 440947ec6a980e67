// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the lookups that others make: filesystems, the block device's own code.
 *
 * With watch= and count_others=1. Probes the lookup functions at their begin. A
 * lookup whose page is inside the migrate callback by then is an exposure. Needs
 * prober=0, because the prober's lookups would be counted, too. From 6.12 on all
 * lookups come together in find_get_block_common(), and the compiler inlines the
 * others into bdev_getblk() and its like: so that one is probed where there is one.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "bhtorture.h"
#include "compat.h"
#include "observe/exposure.h"
#include "observe/others.h"
#include "observe/slots.h"

/* Probe handlers get no context of ours. One torture runs per load of the module. */
static struct torture *others_torture;

/* Only its begin is seen: a window exposure is one that begins in the window. */
static bool others_migrating(struct slots *slots, struct block_device *bdev,
			     pgoff_t index)
{
	struct exposure exposure;
	unsigned int i;

	if (likely(!READ_ONCE(slots->busy)))
		return false;
	for (i = 0; i < SLOTS; i++) {
		if (!slot_has(&slots->slot[i], index) ||
		    READ_ONCE(slots->slot[i].bdev) != bdev)
			continue;
		exposure_enter(&slots->slot[i], index, &exposure);
		return exposure.slot;
	}
	return false;
}

NOKPROBE_SYMBOL(others_migrating);

/*
 * All have the same first arguments: bdev, block, size.
 * Context: probe handler, preemption disabled, interrupts possibly off.
 */
static int others_entry(struct kprobe *probe, struct pt_regs *regs)
{
	struct torture *t = others_torture;
	u64 block = compat_regs_argument(regs, 1);
	unsigned int size = compat_regs_argument(regs, 2);

	atomic64_inc(&t->others->lookups);
	if (others_migrating(t->slots, (void *)compat_regs_argument(regs, 0),
			     block * size >> PAGE_SHIFT))
		atomic64_inc(&t->others->exposures);
	return 0;
}

NOKPROBE_SYMBOL(others_entry);

static int others_probe(struct others *others, const char *name)
{
	struct kprobe *probe = &others->probe[others->armed];
	int rc;

	*probe = (struct kprobe) {
		.symbol_name = name,
		.pre_handler = others_entry,
	};
	rc = register_kprobe(probe);
	if (!rc)
		others->armed++;
	return rc;
}

/**
 * others_start() - Begin to count, if it is asked for.
 * @t: The torture; migrations are seen by now.
 *
 * Return: 0 or the error of register_kprobe(), after one line.
 */
int others_start(struct torture *t)
{
	static const char common[] = "find_get_block_common";
	static const char atomic[] = "__find_get_block";
	static const char sleeping[] = "__find_get_block_nonatomic";
	struct others *others = t->others;
	const char *name = atomic;
	int rc;

	if (!t->params->count_others)
		return 0;
	others_torture = t;
	others->place = common;
	if (!others_probe(others, common))
		return 0;
	others->place = COMPAT_HAS_SLEEPING_LOOKUP ?
			"__find_get_block __find_get_block_nonatomic" : atomic;
	rc = others_probe(others, name);
	if (!rc && COMPAT_HAS_SLEEPING_LOOKUP) {
		name = sleeping;
		rc = others_probe(others, name);
	}
	if (rc)
		pr_err("count_others=1: cannot probe %s (%d)\n", name, rc);
	return rc;
}

/**
 * others_stop() - Count no more; safe in any half-built state.
 * @t: The torture.
 */
void others_stop(struct torture *t)
{
	struct others *others = t->others;

	while (others->armed)
		unregister_kprobe(&others->probe[--others->armed]);
}
