// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the finder, without a kernel: finder-unit-code.S is the code in which it
 * looks for private_lock. What cannot be told must be named, never guessed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "finder-unit-code.h"
#include "finder/sites.h"
#include "lib/tools.h"

#define LOCK_OFFSET	128

/* As if the code were a kernel's. In no order: modules' symbols have none either. */
static const struct {
	const char *address, *name;
} code[] = {
	{ jumped_end, "end_of_the_last" },
	{ lock, "_raw_spin_lock" },
	{ unlock, "_raw_spin_unlock" },
	{ kept, "__buffer_migrate_folio" },
	{ kept, "held_move\t[bhtorture]" },
	{ spilled, "__find_get_block_slow.isra.0" },
	{ stored, "try_to_free_buffers" },
	{ unseen, "block_dirty_folio" },
	{ either, "create_empty_buffers" },
	{ chosen, "mark_buffer_dirty_inode" },
	{ overwritten, "grow_dev_folio" },
	{ another, "bdev_getblk" },
	{ jumped, "grow_buffers" },
	{ jumped, "fsync_buffers_list\t[not_bhtorture]" },
};

static void read_code(uint64_t address, uint8_t *to, size_t length)
{
	memcpy(to, (const void *)address, length);
}

static void load_symbols(struct symbols *symbols)
{
	char path[] = "/tmp/finder-unit.XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	size_t i;

	must(file);
	for (i = 0; i < ARRAY_SIZE(code); i++)
		fprintf(file, "%016llx T %s\n", (unsigned long long)code[i].address, code[i].name);
	fprintf(file, "%016llx D data\n", (unsigned long long)code[0].address);
	fclose(file);
	symbols_load(symbols, path);
	unlink(path);
}

static int failures;

static void check(bool holds, const char *name, const char *what)
{
	if (holds)
		return;
	printf("FAILED: %s: %s\n", name, what);
	failures++;
}

static const struct function *find(const struct functions *functions, const char *name)
{
	size_t f;

	for (f = 0; f < functions->count; f++)
		if (!strcmp(functions->list[f].name, name))
			return &functions->list[f];
	abort();
}

/* Taken and dropped once; at @released the lock's address is in @fetch. */
static void measurable(const struct functions *functions, const char *name,
		       const char *acquired, const char *released, bool base)
{
	const struct function *function = find(functions, name);

	check(!function->reason[0], name, function->reason);
	check(function->acquisitions == 1, name, "not taken in one place");
	check(function->count == PROBE_KINDS, name, "not three sites");
	if (function->count != PROBE_KINDS)
		return;
	check(function->sites[0].kind == PROBE_WANT &&
	      function->sites[0].fetch[0] == '%', name, "the lock is in no register");
	check(function->sites[1].kind == PROBE_ACQUIRED &&
	      function->sites[1].address > function->sites[0].address &&
	      !strcmp(function->sites[1].fetch, acquired), name, function->sites[1].fetch);
	check(function->sites[2].kind == PROBE_RELEASED && function->sites[2].base == base &&
	      !strcmp(function->sites[2].fetch, released), name, function->sites[2].fetch);
}

static void unmeasurable(const struct functions *functions, const char *name,
			 const char *reason)
{
	const struct function *function = find(functions, name);

	check(!function_measurable(function), name, "is guessed");
	check(strstr(function->reason, reason), name, function->reason);
}

static void look(const struct kernel *kernel)
{
	struct functions found = {}, *functions = &found;

	sites_find(functions, kernel, false);
	check(functions->lock_offset == LOCK_OFFSET, "offset", functions->offset_from);
	measurable(functions, "__buffer_migrate_folio", "%bx", "%bx", false);
	measurable(functions, "held_move", "%bx", "%bx", false);
	measurable(functions, "__find_get_block_slow", "+8(%sp)", "%di", false);
	measurable(functions, "try_to_free_buffers", "%bp", "%bp", true);
	measurable(functions, "grow_buffers", "%bx", "%di", false);
	unmeasurable(functions, "block_dirty_folio", "where it drops it");
	unmeasurable(functions, "create_empty_buffers", "which lock is meant");
	unmeasurable(functions, "mark_buffer_dirty_inode", "which lock is meant");
	unmeasurable(functions, "grow_dev_folio", "which lock is meant");
	check(!find(functions, "bdev_getblk")->acquisitions, "bdev_getblk",
	      "another lock is taken for this one");
	check(!find(functions, "__getblk_slow")->symbol, "__getblk_slow", "is not there");
	check(!find(functions, "fsync_buffers_list")->symbol, "fsync_buffers_list",
	      "is another module's");
	free(functions->list);
}

/* A late release is seen on the next instruction, if there is one. */
static void look_late(const struct kernel *kernel)
{
	static const struct {
		const char *name;
		unsigned int later;	/* in bytes */
	} expected[] = {
		{ "__buffer_migrate_folio", 5 },	/* a call */
		{ "try_to_free_buffers", 7 },		/* a store */
		{ "grow_buffers", 0 },			/* a jump */
	};
	struct functions early = {}, late = {};
	size_t i;

	sites_find(&early, kernel, false);
	sites_find(&late, kernel, true);
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		const char *name = expected[i].name;

		check(find(&late, name)->sites[2].address -
		      find(&early, name)->sites[2].address == expected[i].later, name,
		      "its late release is elsewhere");
		check(find(&late, name)->sites[1].address ==
		      find(&early, name)->sites[1].address, name, "acquired elsewhere");
	}
	free(early.list);
	free(late.list);
}

static void symbols_are_found(const struct symbols *symbols)
{
	const struct symbol *at = symbols_at(symbols, (uint64_t)spilled + 1);

	check(at && !strcmp(at->name, "__find_get_block_slow.isra.0"), "symbols_at", "not spilled");
	check(at && at->end == (uint64_t)stored, "symbols_at", "spilled ends elsewhere");
	check(!symbols_at(symbols, (uint64_t)lock - 1), "symbols_at", "before the first");
	check(!symbols_shares_name(symbols, at), "symbols_shares_name", "there is one");
}

int main(void)
{
	struct kernel kernel = { .lock_offset = LOCK_OFFSET, .read_code = read_code };

	load_symbols(&kernel.symbols);
	symbols_are_found(&kernel.symbols);
	look(&kernel);
	look_late(&kernel);
	/* Without BTF, the code of functions that take no other lock tells. */
	kernel.lock_offset = 0;
	look(&kernel);
	symbols_free(&kernel.symbols);
	if (!failures)
		printf("passed\n");
	return failures ? 1 : 0;
}
