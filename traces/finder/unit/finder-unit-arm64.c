// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the finder's arm64, on any machine: finder-unit-arm64.S, assembled, is the code
 * in which it looks for private_lock.
 *
 *   finder-unit-arm64 CODE SYMBOLS		the bytes, and what nm says of them
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finder/frames.h"
#include "finder/machine.h"
#include "finder/sites.h"
#include "lib/tools.h"

#define LOCK_OFFSET	128
#define CODE_BEGIN	0x10000		/* as it was linked */
#define CODE_MOST	4096

static uint8_t code[CODE_MOST];
static int failures;

static void read_code(uint64_t address, uint8_t *to, size_t length)
{
	memcpy(to, code + address - CODE_BEGIN, length);
}

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

/* Where its sites are, in instructions from its begin; and where the lock is then. */
static void measurable(const struct functions *functions, const char *name,
		       const unsigned int (*at)[PROBE_KINDS],
		       const char *acquired, const char *released)
{
	const struct function *function = find(functions, name);
	unsigned int k;

	check(!function->reason[0], name, function->reason);
	check(function->acquisitions == 1, name, "not taken in one place");
	check(function->count == PROBE_KINDS, name, "not three sites");
	if (function->count != PROBE_KINDS)
		return;
	for (k = 0; k < PROBE_KINDS; k++) {
		const struct site *site = &function->sites[k];

		check(site->kind == k, name, "its sites are in another order");
		check(site->address == function->symbol->address + 4 * (*at)[k], name,
		      "a site is elsewhere");
	}
	check(!strcmp(function->sites[1].fetch, acquired), name, function->sites[1].fetch);
	check(!strcmp(function->sites[2].fetch, released), name, function->sites[2].fetch);
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
	static const unsigned int called[] = { 5, 6, 8 }, mixed[] = { 3, 4, 7 };
	static const unsigned int inlined[] = { 5, 7, 8 }, jumping[] = { 5, 10, 11 };
	static const unsigned int tail[] = { 4, 5, 11 };
	struct functions found = {}, *functions = &found;

	sites_find(functions, kernel, false);
	check(functions->lock_offset == LOCK_OFFSET, "offset", functions->offset_from);
	measurable(functions, "__buffer_migrate_folio", &called, "%x19", "%x0");
	measurable(functions, "__find_get_block_slow", &mixed, "+16(%sp)", "%x1");
	measurable(functions, "try_to_free_buffers", &inlined, "%x19", "%x19");
	measurable(functions, "grow_buffers", &jumping, "%x19", "%x19");
	measurable(functions, "__find_get_block", &tail, "%x19", "%x0");
	unmeasurable(functions, "grow_dev_folio", "does not come back");
	unmeasurable(functions, "bdev_getblk", "by a loop");
	unmeasurable(functions, "create_empty_buffers", "which lock is meant");
	check(!find(functions, "mark_buffer_dirty_inode")->acquisitions,
	      "mark_buffer_dirty_inode", "another lock is taken for this one");
	free(functions->list);
}

static const struct frame *find_frame(const struct frames *frames, const char *name)
{
	size_t f;

	for (f = 0; f < frames->count; f++)
		if (frames->list[f].symbol && !strcmp(frames->list[f].name, name))
			return &frames->list[f];
	abort();
}

/* It has one mark and returns once; both are told in instructions from its begin. */
static void framed(const struct frames *frames, const char *name, unsigned int mark,
		   const char *fetch, unsigned int returns)
{
	const struct frame *frame = find_frame(frames, name);
	uint64_t begin = frame->symbol->address;

	check(frame->mark_count == !!mark, name, "has other marks");
	if (mark && frame->mark_count) {
		check(frame->marks[0].address == begin + 4 * mark, name, "its mark is elsewhere");
		check(!strcmp(frame->marks[0].fetch, fetch), name, frame->marks[0].fetch);
	}
	check(frame->count == !!returns, name, "does not return once");
	if (returns && frame->count)
		check(frame->returns[0] == begin + 4 * returns, name, "returns elsewhere");
}

static void look_at_frames(const struct kernel *kernel)
{
	struct frames frames = {};

	frames_find(&frames, kernel);
	check(frames.bh_count == 96, "frames", "b_count is elsewhere");
	framed(&frames, "lookup_bh_lru", 6, "%x0", 0);
	framed(&frames, "buffer_migrate_page_norefs", 6, "", 8);
	framed(&frames, "cpu_switch_to", 0, "", 4);
}

int main(int argc, char **argv)
{
	struct kernel kernel = {
		.machine = &machine_arm64, .lock_offset = LOCK_OFFSET, .read_code = read_code,
	};
	FILE *file = argc == 3 ? fopen(argv[1], "r") : NULL;

	if (!file || !fread(code, 1, sizeof(code), file))
		die(EXIT_INPUT, "usage: finder-unit-arm64 CODE SYMBOLS");
	fclose(file);
	symbols_load(&kernel.symbols, argv[2]);
	look(&kernel);
	look_at_frames(&kernel);
	/* Without BTF, the code of functions that take no other lock tells. */
	kernel.lock_offset = 0;
	look(&kernel);
	symbols_free(&kernel.symbols);
	if (!failures)
		printf("passed\n");
	return failures ? 1 : 0;
}
