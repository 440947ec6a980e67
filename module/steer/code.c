// SPDX-License-Identifier: GPL-2.0
/*
 * Finds a function's code, to place probes between its begin and its end.
 *
 * No symbol tells where in a function a lock or a folio is given up. So linger.c and
 * gap.c search the code for the instruction. What it looks like is theirs to know.
 */
#include <linux/kallsyms.h>

#include "steer/code.h"

/**
 * code_find() - Where does a function begin and end?
 * @name: Its symbol; the module's own are known, too.
 * @code: Gets the answer.
 *
 * kallsyms_lookup_name() is not exported, but register_kprobe() looks names up. What
 * it refuses cannot be probed either.
 *
 * Return: false when there is no such function.
 */
bool code_find(const char *name, struct code *code)
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
	code->begin = (unsigned long)probe.addr - offset;
	code->end = code->begin + size;
	return true;
}

/**
 * code_not_optimized() - A post_handler that does nothing.
 * @probe: Ignored.
 * @regs: Ignored.
 * @flags: Ignored.
 *
 * A probe with a post_handler is never optimized: that makes it a jump, by patching
 * code that others execute.
 */
void code_not_optimized(struct kprobe *probe, struct pt_regs *regs,
			unsigned long flags)
{
}

NOKPROBE_SYMBOL(code_not_optimized);
