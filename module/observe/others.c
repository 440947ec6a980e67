// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the lookups that others make: filesystems, the block device's own code.
 *
 * With watch= and count_others=1. Probes the lookup functions at their begin. A
 * lookup whose page is inside the migrate callback by then is an exposure. Needs
 * prober=0, because the prober's lookups would be counted, too. Lookups through a
 * copy that the compiler has inlined into its caller are missed.
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
		exposure_enter(slots, &slots->slot[i], index, &exposure);
		return exposure.slot;
	}
	return false;
}

NOKPROBE_SYMBOL(others_migrating);

/*
 * __find_get_block(bdev, block, size), and its sleeping sibling.
 * Context: probe handler, preemption disabled, interrupts possibly off.
 */
static int others_entry(struct kprobe *probe, struct pt_regs *regs)
{
	struct torture *t = others_torture;
	u64 block = regs_get_kernel_argument(regs, 1);
	unsigned int size = regs_get_kernel_argument(regs, 2);

	atomic64_inc(&t->others->lookups);
	if (others_migrating(t->slots, (void *)regs_get_kernel_argument(regs, 0),
			     block * size >> PAGE_SHIFT))
		atomic64_inc(&t->others->exposures);
	return 0;
}

NOKPROBE_SYMBOL(others_entry);

/**
 * others_start() - Begin to count, if it is asked for.
 * @t: The torture; migrations are seen by now.
 *
 * Return: 0 or the error of register_kprobe(), after one line.
 */
int others_start(struct torture *t)
{
	static const char * const functions[OTHERS_PROBES] = {
		"__find_get_block", "__find_get_block_nonatomic",
	};
	unsigned int wanted = COMPAT_HAS_SLEEPING_LOOKUP ? OTHERS_PROBES : 1;
	struct others *others = t->others;
	int rc;

	if (!t->params->count_others)
		return 0;
	others_torture = t;
	while (others->armed < wanted) {
		struct kprobe *probe = &others->probe[others->armed];

		probe->symbol_name = functions[others->armed];
		probe->pre_handler = others_entry;
		rc = register_kprobe(probe);
		if (rc) {
			pr_err("count_others=1: cannot probe %s (%d)\n",
			       probe->symbol_name, rc);
			return rc;
		}
		others->armed++;
	}
	return 0;
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
