// SPDX-License-Identifier: GPL-2.0
/*
 * A kernel's functions and where they are, as its own /proc/kallsyms says. A
 * package's System.map is a stub.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "finder/symbols.h"
#include "lib/tools.h"

#define SIZE_MAX_SANE	0x10000	/* the last function before a gap */

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

static void add(struct symbols *symbols, uint64_t address, char *name, char *module)
{
	if (symbols->count == symbols->room) {
		symbols->room = symbols->room ? 2 * symbols->room : 65536;
		symbols->list = must(realloc(symbols->list,
					     symbols->room * sizeof(*symbols->list)));
	}
	symbols->list[symbols->count++] = (struct symbol){
		.address = address,
		.name = name,
		.module = module,
	};
}

/* "ffffffff81000000 T name", then "\t[module]" for a module's. */
static void parse(struct symbols *symbols, char *line, const char *path)
{
	uint64_t address = strtoull(line, &line, 16);
	char *name, *module;

	if (line[0] != ' ' || !strchr("tTwW", line[1]) || line[2] != ' ')
		return;
	if (!address)
		die(EXIT_ENVIRONMENT, "%s hides addresses: kernel.kptr_restrict, or not root",
		    path);
	name = line + 3;
	module = strchr(name, '\t');
	if (module) {
		*module = '\0';
		module += 2;
		module[strcspn(module, "]")] = '\0';
	}
	add(symbols, address, name, module);
}

/* There are hundreds of thousands of lines: names stay where they were read to. */
static char *read_all(int fd)
{
	size_t size = 0, room = 1 << 24;
	char *data = must(malloc(room));
	ssize_t got;

	while ((got = read(fd, data + size, room - size - 1)) > 0) {
		size += got;
		if (size + 65536 > room)
			data = must(realloc(data, room *= 2));
	}
	data[size] = '\0';
	return data;
}

/* A function ends where the next one begins. Several names can begin at one place. */
static void find_ends(struct symbols *symbols)
{
	size_t i, next;

	for (i = symbols->count; i-- > 0;) {
		struct symbol *symbol = &symbols->list[i];

		next = i + 1;
		if (next < symbols->count && symbols->list[next].address == symbol->address)
			symbol->end = symbols->list[next].end;
		else
			symbol->end = next < symbols->count ? symbols->list[next].address :
							      UINT64_MAX;
		if (symbol->end - symbol->address > SIZE_MAX_SANE)
			symbol->end = symbol->address + SIZE_MAX_SANE;
	}
}

/**
 * symbols_load() - Read a list of symbols; ends the program when it hides addresses.
 * @symbols: Filled in.
 * @path: The file, in the format of /proc/kallsyms.
 */
void symbols_load(struct symbols *symbols, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *line, *end;

	if (fd < 0)
		die(EXIT_ENVIRONMENT, "cannot read %s: %s (CONFIG_KALLSYMS)", path,
		    strerror(errno));
	*symbols = (struct symbols){ .text = read_all(fd) };
	close(fd);
	for (line = symbols->text; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		parse(symbols, line, path);
	}
	if (symbols->count)
		qsort(symbols->list, symbols->count, sizeof(*symbols->list), by_address);
	find_ends(symbols);
}

/**
 * symbols_free() - Give them back.
 * @symbols: The symbols.
 */
void symbols_free(struct symbols *symbols)
{
	free(symbols->list);
	free(symbols->text);
}

static bool same_module(const struct symbol *symbol, const char *module)
{
	if (!module || !symbol->module)
		return !module && !symbol->module;
	return !strcmp(symbol->module, module);
}

static bool is_cold(const char *name)
{
	return strstr(name, ".cold");
}

/* Is it this function's name in the source? GCC may have added a suffix. */
static bool is_called(const struct symbol *symbol, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(symbol->name, name, length) &&
	       (!symbol->name[length] || symbol->name[length] == '.');
}

/**
 * symbols_find() - The function of this name.
 * @symbols: The kernel's.
 * @name: As in the source.
 * @module: The module it is in, or NULL.
 *
 * Return: NULL when there is none: another kernel, or inlined into its callers.
 */
const struct symbol *symbols_find(const struct symbols *symbols, const char *name,
				  const char *module)
{
	const struct symbol *symbol;

	for (symbol = symbols->list; symbol < symbols->list + symbols->count; symbol++)
		if (is_called(symbol, name) && same_module(symbol, module) &&
		    !is_cold(symbol->name))
			return symbol;
	return NULL;
}

/**
 * symbols_next_part() - Parts of a function that GCC has put elsewhere.
 * @symbols: The kernel's.
 * @symbol: The function.
 * @part: The part returned last, NULL at first.
 *
 * Return: the next part, NULL when there is no other.
 */
const struct symbol *symbols_next_part(const struct symbols *symbols,
				       const struct symbol *symbol,
				       const struct symbol *part)
{
	size_t length = strcspn(symbol->name, ".");
	const struct symbol *other;
	char name[SYMBOL_NAME_MAX];

	snprintf(name, sizeof(name), "%.*s", (int)length, symbol->name);
	for (other = part ? part + 1 : symbols->list; other < symbols->list + symbols->count;
	     other++)
		if (is_called(other, name) && is_cold(other->name) &&
		    same_module(other, symbol->module))
			return other;
	return NULL;
}

/**
 * symbols_shares_name() - Is there another function of the same name?
 * @symbols: The kernel's.
 * @symbol: The function.
 */
bool symbols_shares_name(const struct symbols *symbols, const struct symbol *symbol)
{
	const struct symbol *other;

	for (other = symbols->list; other < symbols->list + symbols->count; other++)
		if (other != symbol && !strcmp(other->name, symbol->name) &&
		    same_module(other, symbol->module))
			return true;
	return false;
}

/**
 * symbols_at() - The function that an address is in.
 * @symbols: The kernel's.
 * @address: The address.
 *
 * Return: the function, NULL when it is in none.
 */
const struct symbol *symbols_at(const struct symbols *symbols, uint64_t address)
{
	size_t low = 0, high = symbols->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (symbols->list[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && address < symbols->list[low - 1].end ? &symbols->list[low - 1] : NULL;
}
