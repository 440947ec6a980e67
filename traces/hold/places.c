// SPDX-License-Identifier: GPL-2.0
/*
 * What was found, for exact/, which watches such a kernel from outside. A line each:
 *
 *   stack_shift SHIFT              a thread's stack is 2^SHIFT bytes, and aligned to it
 *   lock_offset OFFSET             of private_lock in struct address_space
 *   bh_count OFFSET                of b_count in struct buffer_head
 *   holder NAME SIDE ADDRESS       a function that takes the lock; the lines after it are its
 *   site KIND ADDRESS WHAT WHERE   `lock`, or `base` (the mapping), is in WHERE; or `- -`
 *   unmeasurable NAME REASON
 *   frame NAME ROLE ADDRESS        see finder/frames.h; the lines after it are its
 *   return ADDRESS
 *   mark ADDRESS WHERE             a lookup has its reference, the buffer is in WHERE; a
 *                                  migration is about to clear BH_Migrate
 *   code ADDRESS BYTES             of a module, which may be elsewhere the next time: what
 *                                  tells that it is this function
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "hold/places.h"
#include "lib/tools.h"

/* KASAN doubles the stacks. */
#define STACK_SHIFT		14
#define STACK_SHIFT_KASAN	15
/* arm64's stacks are whole pages where they are mapped, which this function is for. */
#define MAPPED_STACKS		"panic_bad_stack"

#define CODE_BEFORE		256

static void write_code(const struct kernel *kernel, const struct symbol *symbol)
{
	uint64_t page = symbol->address & ~(uint64_t)0xfff, begin = symbol->address;
	size_t i, length;
	uint8_t *code;

	if (!symbol->module)
		return;
	/* The code before it, too: small functions look alike. */
	begin = begin - page < CODE_BEFORE ? page : begin - CODE_BEFORE;
	length = symbol->end - begin;
	code = allocate(length);
	kernel->read_code(begin, code, length);
	printf("code %llx ", (unsigned long long)begin);
	for (i = 0; i < length; i++)
		printf("%02x", code[i]);
	printf("\n");
	free(code);
}

static void write_holder(const struct kernel *kernel, const struct function *function)
{
	size_t i;

	if (function->reason[0])
		printf("unmeasurable %s %s\n", function->name, function->reason);
	if (!function_measurable(function))
		return;
	printf("holder %s %s %llx\n", function->name, side_names[function->side],
	       (unsigned long long)function->symbol->address);
	for (i = 0; i < function->count; i++) {
		const struct site *site = &function->sites[i];
		bool known = site->fetch[0];

		printf("site %s %llx %s %s\n", probe_names[site->kind],
		       (unsigned long long)site->address,
		       known ? (site->base ? "base" : "lock") : "-", known ? site->fetch : "-");
	}
	write_code(kernel, function->symbol);
}

static void write_frame(const struct kernel *kernel, const struct frame *frame)
{
	size_t i;

	printf("frame %s %s %llx\n", frame->name, frame_role_names[frame->role],
	       (unsigned long long)frame->symbol->address);
	for (i = 0; i < frame->count; i++)
		printf("return %llx\n", (unsigned long long)frame->returns[i]);
	for (i = 0; i < frame->mark_count; i++)
		printf("mark %llx %s\n", (unsigned long long)frame->marks[i].address,
		       frame->marks[i].fetch[0] ? frame->marks[i].fetch : "-");
	write_code(kernel, frame->symbol);
}

static int stack_shift(const struct kernel *kernel)
{
	int shift = symbols_find(&kernel->symbols, "kasan_report", NULL) ? STACK_SHIFT_KASAN :
									   STACK_SHIFT;

	if (symbols_find(&kernel->symbols, MAPPED_STACKS, NULL))
		while (1L << shift < sysconf(_SC_PAGESIZE))
			shift++;
	return shift;
}

/**
 * places_write() - Write them to standard output.
 * @functions: Those that take the lock.
 * @frames: Those that begin and end something.
 * @modules: Those of modules; otherwise those of the kernel itself, and what is known of it.
 */
void places_write(const struct functions *functions, const struct frames *frames,
		  bool modules)
{
	const struct kernel *kernel = functions->kernel;
	size_t i;

	if (!modules) {
		printf("stack_shift %d\n", stack_shift(kernel));
		printf("lock_offset %d\n", functions->lock_offset);
		if (frames->bh_count)
			printf("bh_count %d\n", frames->bh_count);
	}
	for (i = 0; i < functions->count; i++)
		if (functions->list[i].symbol &&
		    !functions->list[i].symbol->module == !modules)
			write_holder(kernel, &functions->list[i]);
	for (i = 0; i < frames->count; i++)
		if (frames->list[i].symbol && !frames->list[i].symbol->module == !modules)
			write_frame(kernel, &frames->list[i]);
}
