// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of how bht-hold finds the places where private_lock is taken and dropped,
 * without a kernel: it reads finder-unit-code.S. What cannot be told must be named,
 * never guessed.
 */
#include <stdlib.h>
#include <string.h>

#include "finder-unit-code.h"
#include "hold/hold.h"

#define LOCK_OFFSET	128

/* As if the code were the running kernel's. */
static struct symbol symbols[] = {
	{ .name = "_raw_spin_lock", .address = (uint64_t)lock },
	{ .name = "_raw_spin_unlock", .address = (uint64_t)unlock },
	{ .name = "__buffer_migrate_folio", .address = (uint64_t)kept, .end = (uint64_t)kept_end },
	{ .name = "__find_get_block_slow", .address = (uint64_t)spilled,
	  .end = (uint64_t)spilled_end },
	{ .name = "try_to_free_buffers", .address = (uint64_t)stored, .end = (uint64_t)stored_end },
	{ .name = "block_dirty_folio", .address = (uint64_t)unseen, .end = (uint64_t)unseen_end },
	{ .name = "create_empty_buffers", .address = (uint64_t)either,
	  .end = (uint64_t)either_end },
	{ .name = "mark_buffer_dirty_inode", .address = (uint64_t)chosen,
	  .end = (uint64_t)chosen_end },
	{ .name = "grow_dev_folio", .address = (uint64_t)overwritten,
	  .end = (uint64_t)overwritten_end },
	{ .name = "bdev_getblk", .address = (uint64_t)another, .end = (uint64_t)another_end },
	{ .name = "grow_buffers", .address = (uint64_t)jumped, .end = (uint64_t)jumped_end },
};

const struct symbol *symbols_find(const char *name, const char *module)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(symbols); i++)
		if (!module && !strcmp(symbols[i].name, name))
			return &symbols[i];
	return NULL;
}

const struct symbol *symbols_next_part(const struct symbol *symbol, const struct symbol *part)
{
	return NULL;
}

bool symbols_probed_by_others(const struct symbol *symbol, char *where, size_t size)
{
	return false;
}

void peek_start(void)
{
}

void peek_stop(void)
{
}

void peek_read(uint64_t address, uint8_t *code, size_t length)
{
	memcpy(code, (const void *)address, length);
}

static int told_offset;

int offset_from_btf(void)
{
	return told_offset;
}

void *allocate(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory)
		abort();
	return memory;
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	exit(EXIT_ENVIRONMENT);
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

static void look(struct functions *functions)
{
	sites_find(functions, false);
	check(functions->lock_offset == LOCK_OFFSET, "offset", functions->offset_from);
	measurable(functions, "__buffer_migrate_folio", "%bx", "%bx", false);
	measurable(functions, "__find_get_block_slow", "+8(%sp)", "%di", false);
	measurable(functions, "try_to_free_buffers", "%bp", "%bp", true);
	measurable(functions, "grow_buffers", "%bx", "%di", false);
	unmeasurable(functions, "block_dirty_folio", "where it drops it");
	unmeasurable(functions, "create_empty_buffers", "which lock is meant");
	unmeasurable(functions, "mark_buffer_dirty_inode", "which lock is meant");
	unmeasurable(functions, "grow_dev_folio", "which lock is meant");
	check(!find(functions, "bdev_getblk")->acquisitions, "bdev_getblk",
	      "another lock is taken for this one");
	check(!find(functions, "__getblk_slow")->present, "__getblk_slow", "is not there");
	free(functions->list);
}

/* A late release is seen on the next instruction, if there is one. */
static void look_late(void)
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

	sites_find(&early, false);
	sites_find(&late, true);
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

int main(void)
{
	struct functions functions = {};

	told_offset = LOCK_OFFSET;
	look(&functions);
	/* Without BTF, the code of functions that take no other lock tells. */
	told_offset = 0;
	look(&functions);
	look_late();
	if (!failures)
		printf("passed\n");
	return failures ? 1 : 0;
}
