/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A kernel's functions and where they are, from a text in the format of
 * /proc/kallsyms.
 */
#ifndef _BHT_FINDER_SYMBOLS_H
#define _BHT_FINDER_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYMBOL_NAME_MAX	128

struct symbol {
	uint64_t address;
	uint64_t end;			/* where the next one begins */
	char *name;			/* with GCC's suffixes: .isra.0, .cold */
	char *module;			/* NULL: the kernel itself */
};

struct symbols {
	struct symbol *list;		/* by address */
	size_t count, room;
	char *text;			/* which the names are part of */
};

void symbols_load(struct symbols *symbols, const char *path);
void symbols_free(struct symbols *symbols);
const struct symbol *symbols_find(const struct symbols *symbols, const char *name,
				  const char *module);
const struct symbol *symbols_next_part(const struct symbols *symbols,
				       const struct symbol *symbol,
				       const struct symbol *part);
bool symbols_shares_name(const struct symbols *symbols, const struct symbol *symbol);
const struct symbol *symbols_at(const struct symbols *symbols, uint64_t address);

#endif /* _BHT_FINDER_SYMBOLS_H */
