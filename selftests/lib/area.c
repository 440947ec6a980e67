// SPDX-License-Identifier: GPL-2.0
/*
 * An area of CMA, and its debugfs files, which allocate from it: alloc_contig_range()
 * moves whatever is in there.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "area.h"
#include "sysfs.h"

#define AREAS	"/sys/kernel/debug/cma/*/base_pfn"

static unsigned long long number(const char *folder, const char *file)
{
	char path[384], text[32];

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return sysfs_read(path, text, sizeof(text)) ? 0 : strtoull(text, NULL, 0);
}

/* All of it. */
static int ask(const struct area *area, const char *file)
{
	char path[384], pages[24];

	snprintf(path, sizeof(path), "%s/%s", area->folder, file);
	snprintf(pages, sizeof(pages), "%llu",
		 area->bytes / (unsigned long long)sysconf(_SC_PAGESIZE));
	return sysfs_write(path, pages);
}

/**
 * area_find() - The first area of which nothing is allocated.
 * @area: Zeroed.
 * @t: The run.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int area_find(struct area *area, struct torture *t)
{
	unsigned long long page = sysconf(_SC_PAGESIZE);
	glob_t found = { .gl_pathc = 0 };
	size_t i;

	glob(AREAS, 0, NULL, &found);
	for (i = 0; i < found.gl_pathc && !area->bytes; i++) {
		*strrchr(found.gl_pathv[i], '/') = '\0';
		if (number(found.gl_pathv[i], "used"))
			continue;
		snprintf(area->folder, sizeof(area->folder), "%s", found.gl_pathv[i]);
		area->first = number(area->folder, "base_pfn") * page;
		area->bytes = number(area->folder, "count") * page;
	}
	globfree(&found);
	if (!area->bytes)
		return torture_give_up(t, TORTURE_SKIP,
				       "no CMA area to ask for (CONFIG_CMA_DEBUGFS, CONFIG_DMA_CMA and cma=64M on the kernel's command line)");
	return 0;
}

/**
 * area_allocate() - Allocate all of it.
 * @area: Found.
 *
 * Return: 0, or -1 with errno: something in there did not move.
 */
int area_allocate(const struct area *area)
{
	return ask(area, "alloc");
}

/**
 * area_free() - Give all of it back.
 * @area: Allocated.
 *
 * Return: 0, or -1 with errno.
 */
int area_free(const struct area *area)
{
	return ask(area, "free");
}
