// SPDX-License-Identifier: GPL-2.0
/*
 * Sees every migration of a folio of the target by the kernel itself.
 *
 * A kretprobe on the norefs callback tells when a folio enters it and what it
 * returns. Changes nothing in the kernel under test. The module's own strategies
 * report by themselves, see strategy.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "bhtorture.h"
#include "compat.h"
#include "observe/migration.h"
#include "observe/norefs.h"
#include "target/strategy.h"
#include "target/target.h"

/* Calls for anybody's folios that the probe can follow at a time. */
#define NOREFS_CALLS	128

/* Probe handlers get no context of ours. One torture runs per load of the module. */
static struct torture *norefs_torture;

struct norefs_data {
	struct slot *slot;
	struct folio *src;
};

/* Context: probe handler, preemption disabled, interrupts possibly off. */
static int norefs_entry(struct kretprobe_instance *instance,
			struct pt_regs *regs)
{
	struct norefs_data *data = (void *)instance->data;
	struct torture *t = norefs_torture;

	if (!target_wants(t->target, (void *)compat_regs_argument(regs, 0)))
		return 1;	/* not ours: no need to see it return */
	data->src = (struct folio *)compat_regs_argument(regs, 2);
	data->slot = migration_begin(t, data->src,
				     compat_regs_argument(regs, 3));
	return 0;
}

NOKPROBE_SYMBOL(norefs_entry);

/* Context: probe handler, preemption disabled, interrupts possibly off. */
static int norefs_return(struct kretprobe_instance *instance,
			 struct pt_regs *regs)
{
	struct norefs_data *data = (void *)instance->data;

	migration_end(norefs_torture, data->slot, data->src,
		      regs_return_value(regs));
	return 0;
}

NOKPROBE_SYMBOL(norefs_return);

/**
 * norefs_start() - Begin to see migrations.
 * @t: The torture; its target is open and nothing hammers it yet.
 *
 * Return: 0 or the error of register_kretprobe(), after one line.
 */
int norefs_start(struct torture *t)
{
	struct norefs *norefs = t->norefs;
	int rc;

	if (t->strategy->move)
		return 0;	/* the strategy reports by itself */
	norefs_torture = t;
	norefs->probe = (struct kretprobe) {
		.kp.symbol_name = COMPAT_NOREFS_NAME,
		.entry_handler = norefs_entry,
		.handler = norefs_return,
		.data_size = sizeof(struct norefs_data),
		.maxactive = t->params->slots < SLOTS_MAX ?
			     t->params->slots : NOREFS_CALLS,
	};
	rc = register_kretprobe(&norefs->probe);
	if (rc) {
		pr_err("cannot watch %s (%d): the kernel needs CONFIG_KPROBES and CONFIG_MIGRATION\n",
		       COMPAT_NOREFS_NAME, rc);
		return rc;
	}
	if (t->target->mapping)
		missed_start(&norefs->missed, t, &norefs->probe);
	norefs->armed = true;
	return 0;
}

/**
 * norefs_stop() - See no more; safe in any half-built state.
 * @t: The torture.
 */
void norefs_stop(struct torture *t)
{
	missed_stop(&t->norefs->missed);
	if (t->norefs->armed)
		unregister_kretprobe(&t->norefs->probe);
	t->norefs->armed = false;
}
