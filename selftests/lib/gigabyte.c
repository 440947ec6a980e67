// SPDX-License-Identifier: GPL-2.0
/*
 * A gigabyte of memory in one piece, for a huge page: it was plugged in and is offline.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "gigabyte.h"
#include "huge.h"
#include "meminfo.h"

#define OVERFLOW_KIB	(8L * 1024)	/* some of the filler gets into the gigabyte */
#define GIGABYTE_KIB	(1024L * 1024)
#define GIGABYTE	(1024ULL * GIGABYTE_KIB)

/* Whether a gigantic page fits there, and all of it is offline. */
static bool gigabyte_at(const struct memory_blocks *blocks, unsigned int at)
{
	unsigned long long bytes = memory_block_bytes();
	unsigned long need = GIGABYTE / bytes, i;

	if (blocks->number[at] * bytes % GIGABYTE || at + need > blocks->count)
		return false;
	for (i = 1; i < need; i++)
		if (blocks->number[at + i] != blocks->number[at] + i)
			return false;
	return true;
}

/**
 * gigabyte_find() - Find one that is offline.
 * @gigabyte: What to fill in.
 * @t: The run.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int gigabyte_find(struct gigabyte *gigabyte, struct torture *t)
{
	struct memory_blocks *blocks = &gigabyte->blocks;
	unsigned int i;

	memory_blocks_find(blocks, "state", "offline");
	for (i = 0; i < blocks->count && !gigabyte->bytes; i++) {
		if (!gigabyte_at(blocks, i))
			continue;
		gigabyte->first = (unsigned long long)blocks->number[i] * memory_block_bytes();
		gigabyte->bytes = GIGABYTE;
		gigabyte->node = memory_block_node(blocks->number[i]);
	}
	if (!gigabyte->bytes)
		return torture_give_up(t, TORTURE_SKIP,
				       "no gigabyte of memory in one piece is offline (CONFIG_MEMORY_HOTPLUG, and a DIMM that is plugged in)");
	return 0;
}

static bool is_in(const struct gigabyte *gigabyte, unsigned long block)
{
	unsigned long long first = (unsigned long long)block * memory_block_bytes();

	return first >= gigabyte->first && first - gigabyte->first < gigabyte->bytes;
}

static int plug_in_all(struct torture *t, const struct gigabyte *gigabyte, bool inside)
{
	const struct memory_blocks *blocks = &gigabyte->blocks;
	unsigned int i;

	for (i = 0; i < blocks->count; i++)
		if (is_in(gigabyte, blocks->number[i]) == inside &&
		    memory_block_set(blocks->number[i], "online_kernel"))
			return torture_give_up(t, TORTURE_SKIP,
					       "memory%lu does not come online: %s",
					       blocks->number[i], strerror(errno));
	return 0;
}

/**
 * gigabyte_plug_in_rest() - Have the rest of what was offline online, not yet the gigabyte.
 * @gigabyte: One that was found.
 * @t: The run.
 *
 * A node that comes into being wants memory for itself, kswapd's stack to begin with.
 * That is taken from what comes first: nothing unmovable gets into the gigabyte.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int gigabyte_plug_in_rest(const struct gigabyte *gigabyte, struct torture *t)
{
	return plug_in_all(t, gigabyte, false);
}

/**
 * gigabyte_plug_in() - Have it online.
 * @gigabyte: One that was found; the rest is online.
 * @t: The run.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int gigabyte_plug_in(const struct gigabyte *gigabyte, struct torture *t)
{
	if (plug_in_all(t, gigabyte, true))
		return -1;
	if (!huge_pool_exists(gigabyte->node, GIGABYTE_KIB))
		return torture_give_up(t, TORTURE_SKIP,
				       "no huge pages of 1 GB (CONFIG_HUGETLBFS, CONFIG_CONTIG_ALLOC, a CPU with pdpe1gb)");
	return 0;
}

/**
 * gigabyte_unplug() - All is as it was before.
 * @gigabyte: Zeroed or found.
 */
void gigabyte_unplug(const struct gigabyte *gigabyte)
{
	unsigned int i;

	/* Some of it may be in use for good: that stays online. */
	for (i = 0; i < gigabyte->blocks.count; i++)
		memory_block_set(gigabyte->blocks.number[i], "offline");
}

/**
 * gigabyte_fill_rest() - Folios that come to the node shall find room only in the gigabyte.
 * @gigabyte: One that was plugged in.
 * @t: The run.
 * @filler: Zeroed; filler_close() in any case.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int gigabyte_fill_rest(const struct gigabyte *gigabyte, struct torture *t,
		       struct filler *filler)
{
	long kib = node_free_kib(gigabyte->node) - GIGABYTE_KIB + OVERFLOW_KIB;

	if (filler_open(filler, gigabyte->node, kib * 1024 / sysconf(_SC_PAGESIZE)))
		return torture_give_up(t, TORTURE_FAIL, "no memory bound to node %d: %s",
				       gigabyte->node, strerror(errno));
	filler_fill(filler);
	return 0;
}

/**
 * gigabyte_ask() - Ask for a huge page of that size.
 * @gigabyte: One that was plugged in.
 *
 * Return: has it been allocated? Then gigabyte_give_back().
 */
bool gigabyte_ask(const struct gigabyte *gigabyte)
{
	return huge_pool_set(gigabyte->node, GIGABYTE_KIB, 1) == 1;
}

/**
 * gigabyte_give_back() - Give back what was asked for, or ask no more.
 * @gigabyte: One that was plugged in.
 *
 * Return: 0, or -1 when the huge page stays.
 */
int gigabyte_give_back(const struct gigabyte *gigabyte)
{
	return huge_pool_set(gigabyte->node, GIGABYTE_KIB, 0) ? -1 : 0;
}
