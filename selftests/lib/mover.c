// SPDX-License-Identifier: GPL-2.0
/*
 * Moves the pages of the device's own mapping with move_pages(2).
 *
 * What the call reports is not counted: it takes a page that is on the wanted node
 * already for a success, and leaves statuses unwritten when it returns more than 0. The
 * module's probe counts how many folios moved.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <numaif.h>

#include "mover.h"
#include "nodes.h"
#include "pagemap.h"

/* Which pages: one of each folio, because a page takes its folio along. */
static size_t stride(const struct torture *t)
{
	unsigned long page = sysconf(_SC_PAGESIZE);
	unsigned long folio = t->folio_bytes ?: t->block_size;

	return folio > page ? folio / page : 1;
}

static int mover_map(struct mover *mover, const struct torture *t, size_t bytes,
		     unsigned int batch, char *reason, size_t size)
{
	size_t i;

	memset(mover, 0, sizeof(*mover));
	mover->batch = batch;
	if (nodes_find(mover->nodes) < 2) {
		snprintf(reason, size, "no second NUMA node with memory");
		return -1;
	}
	if (mapping_open(&mover->mapping, t, bytes, false, reason, size))
		return -1;
	mover->stride = stride(t);
	mover->pages = mover->mapping.pages / mover->stride;
	mover->address = calloc(mover->pages, sizeof(*mover->address));
	mover->node = calloc(mover->pages, sizeof(*mover->node));
	mover->status = calloc(mover->pages, sizeof(*mover->status));
	if (!mover->address || !mover->node || !mover->status) {
		snprintf(reason, size, "out of memory for %zu pages",
			 mover->pages);
		return -1;
	}
	for (i = 0; i < mover->pages; i++)
		mover->address[i] = mapping_page(&mover->mapping, i * mover->stride);
	return 0;
}

/**
 * mover_open() - Map the tortured blocks of a running torture.
 * @mover: To be closed with mover_close(), also after an error.
 * @t: The torture, whose statistics have been read once.
 * @batch: Pages per call; 64 to 512 move 5 to 10 times more than 1 does.
 * @reason: Why it cannot be done.
 * @size: Of @reason.
 *
 * Return: 0 or -1.
 */
int mover_open(struct mover *mover, const struct torture *t,
	       unsigned int batch, char *reason, size_t size)
{
	return mover_map(mover, t, 0, batch, reason, size);
}

/**
 * mover_open_device() - Map the begin of a device, whoever uses it.
 * @mover: To be closed with mover_close(), also after an error.
 * @t: The torture, with the device.
 * @bytes: How much of it.
 * @batch: Pages per call.
 * @reason: Why it cannot be done.
 * @size: Of @reason.
 *
 * A page that is touched and not cached yet gets buffers if it is read by itself,
 * and none if it comes by readahead: hence MADV_RANDOM.
 *
 * Return: 0 or -1.
 */
int mover_open_device(struct mover *mover, const struct torture *t, size_t bytes,
		      unsigned int batch, char *reason, size_t size)
{
	if (mover_map(mover, t, bytes, batch, reason, size))
		return -1;
	madvise(mover->mapping.start, mapping_bytes(&mover->mapping), MADV_RANDOM);
	return 0;
}

/**
 * mover_repeat() - Move some pages many times with each call, beside those whose turn it is.
 * @mover: An open mover that is not at work yet.
 * @page: Their numbers in the mapping; others are left out.
 * @nr: How many.
 * @times: How often. To one node and the other in turn: the kernel migrates what it has
 *         collected whenever the node is another one than before.
 * @reason: Why it cannot be done.
 * @size: Of @reason.
 *
 * What a call costs besides, such as emptying the LRUs of all CPUs, is paid once.
 *
 * Return: 0 or -1.
 */
int mover_repeat(struct mover *mover, const size_t *page, size_t nr, size_t times, char *reason,
		 size_t size)
{
	size_t calls = (mover->pages + mover->batch - 1) / mover->batch;
	size_t places = mover->pages + calls * nr * times, from, i, to = 0;
	void **address = calloc(places, sizeof(*address));

	free(mover->node);
	free(mover->status);
	mover->node = calloc(places, sizeof(*mover->node));
	mover->status = calloc(places, sizeof(*mover->status));
	if (!address || !mover->node || !mover->status) {
		free(address);
		snprintf(reason, size, "out of memory for %zu pages", places);
		return -1;
	}
	for (i = 0; i < nr; i++)
		mover->nr_repeated += page[i] < mover->pages;
	mover->times = times;
	for (from = 0; from < mover->pages; from++) {
		for (i = 0; i < nr * times && from % mover->batch == 0; i++)
			if (page[i % nr] < mover->pages)
				address[to++] = mover->address[page[i % nr]];
		address[to++] = mover->address[from];
	}
	free(mover->address);
	mover->address = address;
	mover->pages = to;
	mover->batch += mover->nr_repeated * times;
	return 0;
}

/* Each page to the one of the two nodes where it is not. */
static void aim_at_other_node(struct mover *mover, size_t first, size_t count)
{
	size_t i;

	/* With no nodes given, the call tells where the pages are. */
	if (move_pages(0, count, mover->address + first, NULL, mover->status + first, 0))
		return;
	for (i = first; i < first + count; i++)
		mover->node[i] = mover->status[i] == mover->nodes[0] ?
				 mover->nodes[1] : mover->nodes[0];
}

static bool can_pass(int error)
{
	return error == ENOMEM || error == EAGAIN || error == EBUSY ||
	       error == ENOENT;
}

/**
 * mover_pass() - Move every page once.
 * @mover: An open mover.
 * @node: Where to, or MOVER_OTHER_NODE: each to where it is not.
 *
 * Pages that are busy stay behind, as anybody's do: the next pass takes them.
 *
 * Return: 0, or -1 with @mover->error set when the kernel refuses the call.
 */
int mover_pass(struct mover *mover, int node)
{
	size_t first, count, i;

	for (first = 0; first < mover->pages; first += count) {
		if (__atomic_load_n(&mover->stop, __ATOMIC_RELAXED))
			break;
		count = mover->pages - first;
		if (count > mover->batch)
			count = mover->batch;
		for (i = first; i < first + count; i++) {
			/* Only what is mapped can be moved. */
			mapping_touch_page(mover->address[i]);
			mover->node[i] = node;
		}
		if (node == MOVER_OTHER_NODE)
			aim_at_other_node(mover, first, count);
		for (i = 0; i < mover->nr_repeated * mover->times; i++)
			mover->node[first + i] = mover->nodes[i / mover->nr_repeated % 2];
		if (move_pages(0, count, mover->address + first, mover->node + first,
			       mover->status + first, MPOL_MF_MOVE_ALL) < 0 &&
		    !can_pass(errno)) {
			mover->error = errno;
			return -1;
		}
	}
	return 0;
}

/**
 * mover_pages_in() - How many pages of the device are in a range of memory?
 * @mover: An open one; only folios that are mapped are counted.
 * @first: The range's first byte.
 * @bytes: Its size.
 */
size_t mover_pages_in(const struct mover *mover, unsigned long long first,
		      unsigned long long bytes)
{
	unsigned long long page = sysconf(_SC_PAGESIZE), address;
	int pagemap = pagemap_open();
	size_t i, found = 0;

	for (i = 0; pagemap >= 0 && i < mover->pages; i++) {
		address = pagemap_frame(pagemap, mover->address[i]) * page;
		found += address && address >= first && address - first < bytes;
	}
	if (pagemap >= 0)
		close(pagemap);
	return found * mover->stride;
}

static void *mover_main(void *argument)
{
	struct mover *mover = argument;

	while (!__atomic_load_n(&mover->stop, __ATOMIC_RELAXED)) {
		if (mover_pass(mover, MOVER_OTHER_NODE))
			break;
		if (mover->pause_us)
			usleep(mover->pause_us);
	}
	return NULL;
}

/**
 * mover_start() - Keep moving in a thread of its own.
 * @mover: An open mover.
 *
 * Return: 0 or an errno.
 */
int mover_start(struct mover *mover)
{
	int rc = pthread_create(&mover->thread, NULL, mover_main, mover);

	mover->running = !rc;
	return rc;
}

/**
 * mover_stop() - End that thread; @mover->error says whether it got anywhere.
 * @mover: The mover, running or not.
 */
void mover_stop(struct mover *mover)
{
	if (!mover->running)
		return;
	__atomic_store_n(&mover->stop, true, __ATOMIC_RELAXED);
	pthread_join(mover->thread, NULL);
	mover->running = false;
	mover->stop = false;
}

/**
 * mover_close() - Undo mover_open(), from any half-built state.
 * @mover: The mover, zeroed or opened.
 */
void mover_close(struct mover *mover)
{
	mover_stop(mover);
	free(mover->address);
	free(mover->node);
	free(mover->status);
	mapping_close(&mover->mapping);
	memset(mover, 0, sizeof(*mover));
}
