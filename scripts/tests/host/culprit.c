// SPDX-License-Identifier: GPL-2.0
/*
 * culprit.c - plays a guest for scripts/debug/culprit.c: reads what its functions do, a
 * line each, and lets the culprit be found. Compiled and run by host-bht-debug.sh.
 *
 *   THREAD begins|ends KIND [NAME=VALUE]...
 *
 * NAME: ax, dx, di, si; folio and block of the buffer in ax, index of the folio in dx,
 * violated: the block of the violation in si.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../debug/culprit.h"
#include "exact/machine.h"

#define CURRENT_OFFSET	0x100000000ULL	/* a task is its thread's number */

enum { AX, DX, DI, SI, SP, CPU, REGISTERS };

static uint64_t value[REGISTERS];
static struct {
	uint64_t address, word;
} memory[256];
static unsigned int words;

uint64_t machine_argument(enum guest_argument which)
{
	static const int arguments[GUEST_ARGUMENTS] = { DI, SI, DX };

	return value[arguments[which]];
}

uint64_t machine_result(void)
{
	return value[AX];
}

uint64_t machine_stack(void)
{
	return value[SP];
}

uint64_t machine_frame(void)
{
	return 0;
}

uint64_t machine_cpu(void)
{
	return value[CPU];
}

uint64_t machine_word(uint64_t address)
{
	unsigned int i;

	if (address >= CURRENT_OFFSET)
		return address - CURRENT_OFFSET;
	for (i = words; i; i--) {
		if (memory[i - 1].address == address)
			return memory[i - 1].word;
	}
	return 0;
}

static void set(const char *name, uint64_t to)
{
	static const struct {
		const char *name;
		int reg;
		unsigned int offset;	/* in what the register points at */
	} names[] = {
		{ "ax", AX, 0 }, { "dx", DX, 0 },
		{ "di", DI, 0 }, { "si", SI, 0 },
		{ "folio", AX, 16 }, { "block", AX, 24 },
		{ "index", DX, 32 }, { "violated", SI, 8 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(name, names[i].name))
			continue;
		if (!names[i].offset) {
			value[names[i].reg] = to;
		} else {
			memory[words].address = value[names[i].reg] + names[i].offset;
			memory[words++].word = to;
		}
		return;
	}
	exit(2);
}

int main(int argc, char **argv)
{
	char line[256], how[8], kind, *word;
	unsigned int thread;

	culprit_options.log = stdout;
	culprit_options.current_offset = CURRENT_OFFSET;
	culprit_options.block = strtoull(argv[1], NULL, 10);
	culprit_options.index = strtoull(argv[argc - 1], NULL, 10);
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%u %7s %c", &thread, how, &kind) != 3)
			continue;
		value[SP] = 16384 * (uint64_t)thread + 16000;
		value[CPU] = thread;
		for (word = strtok(line, "\n "); word; word = strtok(NULL, "\n ")) {
			if (strchr(word, '=')) {
				*strchr(word, '=') = '\0';
				set(word, strtoull(word + strlen(word) + 1, NULL, 10));
			}
		}
		events++;
		count += 10;
		if (!strcmp(how, "begins"))
			culprit_begins(kind, 0);
		else
			culprit_ends(kind, 0);
	}
	return 0;
}
