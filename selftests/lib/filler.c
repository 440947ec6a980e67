// SPDX-License-Identifier: GPL-2.0
/*
 * Anonymous memory on one node, to fragment it: it fills all the holes, then gives back
 * some of its pages, or all but some.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "filler.h"
#include "nodes.h"

static long page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

/**
 * filler_open() - Address space bound to a node; no memory yet.
 * @filler: What to fill in; filler_close() in any case.
 * @node: The node.
 * @pages: How much.
 *
 * Return: 0, or -1 with errno.
 */
int filler_open(struct filler *filler, int node, size_t pages)
{
	filler->memory = mmap(NULL, pages * page_size(), PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (filler->memory == MAP_FAILED) {
		filler->memory = NULL;
		return -1;
	}
	filler->pages = pages;
	filler->node = node;
	madvise(filler->memory, pages * page_size(), MADV_NOHUGEPAGE);
	return nodes_bind(filler->memory, pages * page_size(), node, 0);
}

/**
 * filler_fill() - Take memory for every page that has none.
 * @filler: The filler.
 */
void filler_fill(struct filler *filler)
{
	size_t i;

	for (i = 0; i < filler->pages; i++)
		__atomic_store_n(filler->memory + i * page_size(), 1,
				 __ATOMIC_RELAXED);
}

/**
 * filler_keep() - Free all pages but a few.
 * @filler: The filler.
 * @one_in: Of so many pages one stays.
 */
void filler_keep(struct filler *filler, size_t one_in)
{
	size_t i;

	for (i = 0; i + one_in <= filler->pages; i += one_in)
		madvise(filler->memory + (i + 1) * page_size(),
			(one_in - 1) * page_size(), MADV_DONTNEED);
}

/**
 * filler_free() - Free a few pages: holes that no larger allocation fits into.
 * @filler: The filler.
 * @one_in: Of so many pages one goes.
 */
void filler_free(struct filler *filler, size_t one_in)
{
	size_t i;

	for (i = 1; i < filler->pages; i += one_in)
		madvise(filler->memory + i * page_size(), page_size(),
			MADV_DONTNEED);
}

/**
 * filler_close() - Give everything back.
 * @filler: The filler, opened or zeroed.
 */
void filler_close(struct filler *filler)
{
	if (filler->memory)
		munmap(filler->memory, filler->pages * page_size());
	filler->memory = NULL;
}
