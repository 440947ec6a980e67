// SPDX-License-Identifier: GPL-2.0
/* Names of the guest's functions, from what its /proc/kallsyms said; modules' have none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exact/symbols.h"

struct symbol {
	uint64_t address;
	char *name;
};

static struct symbol *symbols;
static size_t count;

static int by_address(const void *a, const void *b)
{
	const struct symbol *one = a, *two = b;

	return one->address < two->address ? -1 : one->address > two->address;
}

/**
 * symbols_load() - Read them.
 * @path: The file: an address and a name a line.
 */
bool symbols_load(const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned long long address;
	char name[256];
	size_t room = 0;

	if (!file)
		return false;
	while (fscanf(file, "%llx %255s", &address, name) == 2) {
		if (count == room) {
			room = room ? 2 * room : 4096;
			symbols = realloc(symbols, room * sizeof(*symbols));
		}
		symbols[count++] = (struct symbol){ .address = address, .name = strdup(name) };
	}
	fclose(file);
	qsort(symbols, count, sizeof(*symbols), by_address);
	return count;
}

/**
 * symbols_name() - The function that an address is in.
 * @address: The address.
 *
 * Return: NULL when it is in none of the kernel itself.
 */
const char *symbols_name(uint64_t address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	/* Behind the last one there is no code of the kernel. */
	return low && low < count ? symbols[low - 1].name : NULL;
}
