// SPDX-License-Identifier: GPL-2.0
/*
 * The running kernel's functions, from /proc/kallsyms (a package's System.map is a
 * stub), and those of them that somebody else's kprobes have altered.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hold/hold.h"

#define SIZE_MAX_SANE	0x10000	/* the last function before a gap */

static struct symbol *symbols;
static size_t count;

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

static void add(uint64_t address, char *name, char *module)
{
	static size_t room;

	if (count == room) {
		room = room ? 2 * room : 65536;
		symbols = realloc(symbols, room * sizeof(*symbols));
		if (!symbols)
			die("no memory for the kernel's symbols");
	}
	symbols[count++] = (struct symbol){
		.address = address,
		.name = name,
		.module = module,
	};
}

/* "ffffffff81000000 T name", then "\t[module]" for a module's. */
static void parse(char *line)
{
	uint64_t address = strtoull(line, &line, 16);
	char *name, *module;

	if (line[0] != ' ' || !strchr("tTwW", line[1]) || line[2] != ' ')
		return;
	if (!address)
		die("/proc/kallsyms hides addresses: kernel.kptr_restrict, or not root");
	name = line + 3;
	module = strchr(name, '\t');
	if (module) {
		*module = '\0';
		module += 2;
		module[strcspn(module, "]")] = '\0';
	}
	add(address, name, module);
}

/* Hundreds of thousands of lines: by hand, and names stay where they are. */
static char *read_all(int fd)
{
	size_t size = 0, room = 1 << 24;
	char *data = malloc(room);
	ssize_t got;

	while (data && (got = read(fd, data + size, room - size - 1)) > 0) {
		size += got;
		if (size + 65536 > room)
			data = realloc(data, room *= 2);
	}
	if (!data)
		die("no memory for the kernel's symbols");
	data[size] = '\0';
	return data;
}

/**
 * symbols_load() - Read /proc/kallsyms; ends the program when it hides addresses.
 */
void symbols_load(void)
{
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC);
	char *line, *end;
	size_t i, next;

	if (fd < 0)
		die("cannot read /proc/kallsyms: %s (CONFIG_KALLSYMS)", strerror(errno));
	for (line = read_all(fd); (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		parse(line);
	}
	close(fd);
	qsort(symbols, count, sizeof(*symbols), by_address);
	for (i = count; i-- > 0;) {
		next = i + 1;
		if (next < count && symbols[next].address == symbols[i].address)
			symbols[i].end = symbols[next].end;
		else
			symbols[i].end = next < count ? symbols[next].address : UINT64_MAX;
		if (symbols[i].end - symbols[i].address > SIZE_MAX_SANE)
			symbols[i].end = symbols[i].address + SIZE_MAX_SANE;
	}
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

/* The name as in the source, which GCC may have given a suffix. */
static bool is_called(const struct symbol *symbol, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(symbol->name, name, length) &&
	       (!symbol->name[length] || symbol->name[length] == '.');
}

/**
 * symbols_find() - The function of this name.
 * @name: As in the source.
 * @module: The module it is in, or NULL.
 *
 * Return: NULL when there is none: another kernel, or inlined into its callers.
 */
const struct symbol *symbols_find(const char *name, const char *module)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (is_called(&symbols[i], name) && same_module(&symbols[i], module) &&
		    !is_cold(symbols[i].name))
			return &symbols[i];
	return NULL;
}

/**
 * symbols_next_part() - Parts of a function that GCC has put elsewhere.
 * @symbol: The function.
 * @part: The part returned last, NULL at first.
 *
 * Return: the next part, NULL when there is no other.
 */
const struct symbol *symbols_next_part(const struct symbol *symbol,
				       const struct symbol *part)
{
	size_t length = strcspn(symbol->name, ".");
	char name[HOLD_NAME_MAX];
	const struct symbol *other;

	snprintf(name, sizeof(name), "%.*s", (int)length, symbol->name);
	for (other = part ? part + 1 : symbols; other < symbols + count; other++)
		if (is_called(other, name) && is_cold(other->name) &&
		    same_module(other, symbol->module))
			return other;
	return NULL;
}

/**
 * symbols_shares_name() - Is there another function of the same name?
 * @symbol: The function.
 */
bool symbols_shares_name(const struct symbol *symbol)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (&symbols[i] != symbol && !strcmp(symbols[i].name, symbol->name) &&
		    same_module(&symbols[i], symbol->module))
			return true;
	return false;
}

/**
 * symbols_at() - The function that an address is in.
 * @address: The address.
 */
const struct symbol *symbols_at(uint64_t address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && address < symbols[low - 1].end ? &symbols[low - 1] : NULL;
}

/**
 * symbols_probed_by_others() - Has a kprobe altered the inside of a function?
 * @symbol: The function.
 * @where: Gets the place.
 * @size: Of @where.
 *
 * A probe at the entry sits on ftrace's call and does no harm.
 */
bool symbols_probed_by_others(const struct symbol *symbol, char *where, size_t size)
{
	FILE *file = fopen("/sys/kernel/debug/kprobes/list", "r");
	unsigned long long address;
	bool found = false;
	char line[512];

	while (file && !found && fgets(line, sizeof(line), file)) {
		address = strtoull(line, NULL, 16);
		if (address < symbol->address || address >= symbol->end ||
		    strstr(line, "[FTRACE]"))
			continue;
		found = true;
		snprintf(where, size, "%s+0x%llx", symbol->name,
			 address - symbol->address);
	}
	if (file)
		fclose(file);
	return found;
}
