// SPDX-License-Identifier: GPL-2.0
/*
 * The device, mapped: system calls that take addresses move only what is mapped.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mapping.h"

struct touch {
	sigjmp_buf unreadable;	/* where its thread goes on then */
};

static __thread struct touch *touching;

static void on_sigbus(int number)
{
	if (touching)
		siglongjmp(touching->unreadable, 1);
	signal(number, SIG_DFL);
	raise(number);
}

/* Not blocked in the handler, which does not return. */
static void survive_sigbus(void)
{
	struct sigaction action = { .sa_handler = on_sigbus, .sa_flags = SA_NODEFER };

	sigaction(SIGBUS, &action, NULL);
}

/**
 * mapping_open() - Map the begin of the device.
 * @mapping: What to fill in; mapping_close() in any case.
 * @t: The torture, with the device.
 * @bytes: How much of it; 0: all that is tortured, as its statistics tell.
 * @writable: For writing, too. Nobody writes.
 * @reason: Why it cannot be done.
 * @size: Of @reason.
 *
 * Return: 0 or -1.
 */
int mapping_open(struct mapping *mapping, const struct torture *t, size_t bytes,
		 bool writable, char *reason, size_t size)
{
	json_int_t blocks, block_size;
	void *start;

	memset(mapping, 0, sizeof(*mapping));
	mapping->fd = -1;
	if (!bytes) {
		if (json_unpack(t->stats.json, "{sI sI}", "blocks", &blocks,
				"block_size", &block_size)) {
			snprintf(reason, size,
				 "stats.json has no blocks or block_size");
			return -1;
		}
		bytes = blocks * block_size;
	}
	mapping->pages = bytes / sysconf(_SC_PAGESIZE);
	mapping->fd = open(t->device.path,
			   (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (mapping->fd < 0) {
		snprintf(reason, size, "%s: %s", t->device.path, strerror(errno));
		return -1;
	}
	start = mmap(NULL, mapping_bytes(mapping),
		     writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED,
		     mapping->fd, 0);
	if (start == MAP_FAILED) {
		snprintf(reason, size, "%s cannot be mapped: %s", t->device.path,
			 strerror(errno));
		return -1;
	}
	mapping->start = start;
	survive_sigbus();
	return 0;
}

/**
 * mapping_bytes() - Its size.
 * @mapping: The mapping.
 */
size_t mapping_bytes(const struct mapping *mapping)
{
	return mapping->pages * sysconf(_SC_PAGESIZE);
}

/**
 * mapping_page() - Where a page is mapped.
 * @mapping: An open one.
 * @page: Its number.
 */
char *mapping_page(const struct mapping *mapping, size_t page)
{
	return mapping->start + page * sysconf(_SC_PAGESIZE);
}

/**
 * mapping_touch_page() - Have a page in the page table, unless it cannot be read.
 * @page: Of an open mapping.
 *
 * A device that fails costs a SIGBUS, not the test.
 */
void mapping_touch_page(const char *page)
{
	struct touch touch;

	if (!sigsetjmp(touch.unreadable, 0)) {
		touching = &touch;
		(void)__atomic_load_n(page, __ATOMIC_RELAXED);
	}
	touching = NULL;
}

/**
 * mapping_touch() - Have all pages in the page table.
 * @mapping: An open one.
 */
void mapping_touch(const struct mapping *mapping)
{
	size_t i;

	for (i = 0; i < mapping->pages; i++)
		mapping_touch_page(mapping_page(mapping, i));
}

/**
 * mapping_close() - Undo mapping_open(), from any half-built state.
 * @mapping: The mapping, zeroed or opened.
 */
void mapping_close(struct mapping *mapping)
{
	if (mapping->start)
		munmap(mapping->start, mapping_bytes(mapping));
	if (mapping->fd > 0)
		close(mapping->fd);
	memset(mapping, 0, sizeof(*mapping));
}
