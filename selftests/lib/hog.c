// SPDX-License-Identifier: GPL-2.0
/*
 * Memory kept at the edge: anonymous memory that grows until little is available. The
 * zones' watermarks tell whether somebody took from the reserves.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "hog.h"
#include "meminfo.h"

#define CHUNK	(2 * 1024 * 1024)
#define SMALL_ZONE	128	/* pages of its min watermark; the counts are off by as many */

/**
 * hog_open() - Prepare to take all memory but some.
 * @hog: Zeroed; hog_close() in any case.
 * @t: The run.
 * @most_kib: How much at most. More than is available now takes what others give up,
 *	      too.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int hog_open(struct hog *hog, struct torture *t, unsigned long most_kib)
{
	hog->least_kib = memory_clean_kib();
	hog->size = most_kib * 1024 / CHUNK * CHUNK;
	hog->memory = mmap(NULL, hog->size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (hog->memory == MAP_FAILED) {
		hog->memory = NULL;
		return torture_give_up(t, TORTURE_FAIL, "no address space: %s",
				       strerror(errno));
	}
	madvise(hog->memory, hog->size, MADV_HUGEPAGE);	/* faster */
	return 0;
}

/**
 * hog_grow() - Take two megabytes more, unless that little is left.
 * @hog: An open one.
 * @left_kib: What has to stay, by memory_clean_kib(): without it, the OOM killer comes.
 *
 * Return: has it grown?
 */
bool hog_grow(struct hog *hog, unsigned long left_kib)
{
	unsigned long left = memory_clean_kib();

	if (left < hog->least_kib)
		hog->least_kib = left;
	if (left <= left_kib || hog->used + CHUNK > hog->size)
		return false;
	memset(hog->memory + hog->used, 1, CHUNK);
	hog->used += CHUNK;
	return true;
}

/**
 * hog_shrink() - Give a part of it back.
 * @hog: An open one.
 * @bytes: How much.
 */
void hog_shrink(struct hog *hog, size_t bytes)
{
	bytes = bytes / CHUNK * CHUNK;
	if (bytes > hog->used)
		bytes = hog->used;
	hog->used -= bytes;
	if (bytes)
		madvise(hog->memory + hog->used, bytes, MADV_DONTNEED);
}

/**
 * hog_close() - Give everything back.
 * @hog: Zeroed or opened.
 */
void hog_close(struct hog *hog)
{
	if (hog->memory)
		munmap(hog->memory, hog->size);
	hog->memory = NULL;
	hog->used = 0;
}

/**
 * reserves_look() - How near are the zones to their reserves?
 * @reserves: What was seen so far, zeroed before the first look.
 *
 * A zone's min watermark is what an allocation without special rights leaves; below
 * it are the reserves of those in atomic context and of those who free memory. Zones
 * with hardly any are left out.
 *
 * Return: 0, or -1 when /proc/zoneinfo cannot be read.
 */
int reserves_look(struct reserves *reserves)
{
	FILE *file = fopen("/proc/zoneinfo", "r");
	unsigned long free = 0, min = 0, percent, managed;
	char line[128];

	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, " pages free %lu", &free) == 1 ||
		    sscanf(line, " min %lu", &min) == 1 ||
		    sscanf(line, " managed %lu", &managed) != 1 ||
		    !managed || min < SMALL_ZONE)
			continue;
		percent = free * 100 / min;
		if (!reserves->samples || percent < reserves->least_percent)
			reserves->least_percent = percent;
		reserves->samples++;
		reserves->below += free < min;
		min = 0;
	}
	fclose(file);
	return 0;
}
