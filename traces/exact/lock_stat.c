// SPDX-License-Identifier: GPL-2.0
/*
 * How often private_lock was taken, of any mapping. A kernel with CONFIG_LOCK_STAT counts
 * that itself, from outside of what is measured here: the two have to be the same.
 */
#include <stdint.h>
#include <stdio.h>

#include "exact/lock_stat.h"
#include "exact/qemu.h"

static const char *folder = ".";
static uint64_t acquisitions;

/**
 * lock_stat_folder() - Where the file exact.lock_stat is written.
 * @path: The folder, which must stay.
 */
void lock_stat_folder(const char *path)
{
	folder = path;
}

/**
 * lock_stat_cleared() - The kernel begins anew (0 was written to /proc/lock_stat).
 */
void lock_stat_cleared(void)
{
	acquisitions = 0;
}

/**
 * lock_stat_acquired() - A function has taken the lock of a mapping.
 */
void lock_stat_acquired(void)
{
	acquisitions++;
}

/**
 * lock_stat_read() - The kernel is asked (/proc/lock_stat is opened). The last time counts.
 */
void lock_stat_read(void)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/exact.lock_stat", folder);
	file = fopen(path, "w");
	if (!file || fprintf(file, "%llu\n", (unsigned long long)acquisitions) < 0 ||
	    fclose(file))
		qemu_plugin_outs("exact: cannot write lock_stat\n");
}
