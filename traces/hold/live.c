// SPDX-License-Identifier: GPL-2.0
/*
 * The running kernel, for the finder: its symbols, its type information, its code.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finder/offset.h"
#include "finder/sites.h"
#include "hold/live.h"
#include "hold/peek.h"

/**
 * live_open() - Get to know the running kernel; ends the program when it hides itself.
 * @kernel: Filled in. Its code can be read between peek_start() and peek_stop().
 */
void live_open(struct kernel *kernel)
{
	symbols_load(&kernel->symbols, "/proc/kallsyms");
	kernel->lock_offset = offset_from_btf("/sys/kernel/btf/vmlinux");
	kernel->read_code = peek_read;
}

/*
 * A kprobe hides the instruction that it is on. One at the entry sits on ftrace's
 * call and does no harm.
 */
static bool is_probed_by_others(const struct symbol *symbol, uint64_t *where)
{
	FILE *file = fopen("/sys/kernel/debug/kprobes/list", "r");
	bool found = false;
	char line[512];

	while (file && !found && fgets(line, sizeof(line), file)) {
		*where = strtoull(line, NULL, 16);
		found = *where >= symbol->address && *where < symbol->end &&
			!strstr(line, "[FTRACE]");
	}
	if (file)
		fclose(file);
	return found;
}

/**
 * live_find() - Find where the running kernel takes and drops the lock.
 * @functions: Gets it. Ends the program when nothing can be told.
 * @kernel: The running kernel.
 * @late: A release is seen after it, not before it.
 */
void live_find(struct functions *functions, const struct kernel *kernel, bool late)
{
	uint64_t where;
	size_t f;

	peek_start();
	sites_find(functions, kernel, late);
	peek_stop();
	for (f = 0; f < functions->count; f++) {
		struct function *function = &functions->list[f];

		if (function->symbol && is_probed_by_others(function->symbol, &where))
			snprintf(function->reason, sizeof(function->reason),
				 "somebody's kprobe at %s+0x%llx hides the code there",
				 function->symbol->name,
				 (unsigned long long)(where - function->symbol->address));
	}
}
