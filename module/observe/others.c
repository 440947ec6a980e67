// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the lookups that others make: filesystems, the block device, whoever.
 *
 * With watch= and count_others=1. Probes the lookup functions at their begin; a
 * lookup that finds its page inside the migrate callback by then is an exposure.
 * Needs prober=0, whose lookups would be counted, too. What the compiler has inlined
 * into its callers is missed.
 *
 * Probe handlers run with preemption disabled, possibly with interrupts off.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "bhtorture.h"

static struct torture *probed_torture;

static bool is_migrating(struct watch *watch, struct block_device *bdev,
			 pgoff_t index)
{
	unsigned int i;

	if (likely(!READ_ONCE(watch->busy)))
		return false;
	for (i = 0; i < WATCH_SLOTS; i++)
		if (watch_slot_has(&watch->slots[i], index) &&
		    READ_ONCE(watch->slots[i].bdev) == bdev)
			return true;
	return false;
}

/* __find_get_block(bdev, block, size), and its sleeping sibling. */
static int lookup_entry(struct kprobe *probe, struct pt_regs *regs)
{
	struct torture *t = probed_torture;
	u64 block = regs_get_kernel_argument(regs, 1);
	unsigned int size = regs_get_kernel_argument(regs, 2);

	atomic64_inc(&t->others.lookups);
	if (is_migrating(&t->watch, (void *)regs_get_kernel_argument(regs, 0),
			 block * size >> PAGE_SHIFT))
		atomic64_inc(&t->others.exposures);
	return 0;
}

NOKPROBE_SYMBOL(lookup_entry);

/**
 * others_start() - Begin to count, if it is asked for.
 * @t: The torture; its watch has been started.
 *
 * Return: 0 or the error of register_kprobe(), after one line.
 */
int others_start(struct torture *t)
{
	static const char * const functions[OTHERS_PROBES] = {
		"__find_get_block", "__find_get_block_nonatomic",
	};
	unsigned int wanted = COMPAT_HAS_SLEEPING_LOOKUP ? OTHERS_PROBES : 1;
	int rc;

	if (!t->params->count_others)
		return 0;
	probed_torture = t;
	while (t->others.armed < wanted) {
		struct kprobe *probe = &t->others.probe[t->others.armed];

		probe->symbol_name = functions[t->others.armed];
		probe->pre_handler = lookup_entry;
		rc = register_kprobe(probe);
		if (rc) {
			pr_err("count_others=1: cannot probe %s (%d)\n",
			       probe->symbol_name, rc);
			return rc;
		}
		t->others.armed++;
	}
	return 0;
}

/**
 * others_stop() - Count no more; safe in any half-built state.
 * @t: The torture.
 */
void others_stop(struct torture *t)
{
	while (t->others.armed)
		unregister_kprobe(&t->others.probe[--t->others.armed]);
}
