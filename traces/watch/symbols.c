// SPDX-License-Identifier: GPL-2.0
/*
 * Stacks of the kernel as names. The kernel itself names an address, by a BPF program
 * that is run for that; so no right to see addresses is needed. Before 5.14 it takes
 * /proc/kallsyms with addresses in it, else a name is a number.
 */
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "lib/tools.h"
#include "watch.skel.h"
#include "watch/symbols.h"

struct symbol {
	__u64 address;
	char *name;
};

#define FUNCTION_BYTES	0x4000	/* none is larger */

static struct symbol *table;
static size_t nr_table;

static int by_address(const void *left, const void *right)
{
	const struct symbol *a = left, *b = right;

	return a->address < b->address ? -1 : a->address > b->address;
}

static void read_table(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned long long address;
	char line[512], type, name[256];
	size_t room = 0;

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%llx %c %255s", &address, &type, name) != 3 || !address)
			continue;
		if (nr_table == room) {
			room = room ? 2 * room : 65536;
			table = must(realloc(table, room * sizeof(*table)));
		}
		table[nr_table++] = (struct symbol){ address, copy(name) };
	}
	fclose(file);
	if (nr_table)
		qsort(table, nr_table, sizeof(*table), by_address);
}

static char *name_from_table(__u64 address)
{
	static bool tried;
	size_t low = 0, high;

	if (!tried)
		read_table();
	tried = true;
	high = nr_table;
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (table[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	/* Further from it is no function: what was there is gone, such as a module. */
	if (!low || address - table[low - 1].address > FUNCTION_BYTES)
		return printed("0x%llx", (unsigned long long)address);
	return copy(table[low - 1].name);
}

static char *name_of(struct watch_bpf *bpf, __u64 address)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	int program = bpf_program__fd(bpf->progs.symbol);
	char *name;

	if (program < 0)
		return name_from_table(address);
	bpf->bss->symbol_address = address;
	bpf->bss->symbol_name[0] = '\0';
	if (bpf_prog_test_run_opts(program, &options) || !bpf->bss->symbol_name[0])
		return name_from_table(address);
	name = copy(bpf->bss->symbol_name);
	name[strcspn(name, "+")] = '\0';	/* +0x1c/0x40 [module] */
	return name;
}

/*
 * What the probe itself adds on top of the probed function. Its trampoline has no name
 * any more once it is disarmed: a number that comes first, before names.
 */
static bool of_probe(const char *name)
{
	return !strncmp(name, "bpf_", 4) || !strncmp(name, "__bpf_", 6) ||
	       !strncmp(name, "kprobe_", 7) || !strncmp(name, "kretprobe_", 10) ||
	       !strncmp(name, "trace_call_bpf", 14) || !strncmp(name, "ftrace_", 7) ||
	       !strncmp(name, "arch_rethook_", 13);
}

static bool is_number(const char *name)
{
	return !strncmp(name, "0x", 2);
}

/**
 * stack_read() - A stack as names, without what the probe has put on top of it.
 * @stack: Filled in; for stack_free().
 * @bpf: The part in the kernel.
 * @id: That it gave; negative: empty.
 */
void stack_read(struct stack *stack, struct watch_bpf *bpf, __s32 id)
{
	__u64 addresses[STACK_DEPTH] = { 0 };
	size_t i;

	memset(stack, 0, sizeof(*stack));
	if (id < 0 || bpf_map_lookup_elem(bpf_map__fd(bpf->maps.stacks), &id, addresses))
		return;
	for (i = 0; i < STACK_DEPTH && addresses[i]; i++) {
		char *name = name_of(bpf, addresses[i]);

		if (!stack->nr && of_probe(name)) {
			free(name);
			continue;
		}
		if (stack->nr == 1 && is_number(stack->names[0]) && !is_number(name))
			free(stack->names[--stack->nr]);
		stack->names[stack->nr++] = name;
	}
}

void stack_free(struct stack *stack)
{
	while (stack->nr)
		free(stack->names[--stack->nr]);
}

/**
 * stack_print() - In lines of ten names or so, the innermost first.
 * @file: Where to.
 * @stack: Of this.
 * @indent: Before each line.
 */
void stack_print(FILE *file, const struct stack *stack, const char *indent)
{
	size_t i, width = 0;

	if (!stack->nr) {
		fprintf(file, "%snot seen\n", indent);
		return;
	}
	for (i = 0; i < stack->nr; i++) {
		if (width && width + strlen(stack->names[i]) > 90) {
			fprintf(file, "\n");
			width = 0;
		}
		width += fprintf(file, "%s%s", width ? " < " : indent, stack->names[i]);
	}
	fprintf(file, "\n");
}
