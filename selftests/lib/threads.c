// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's threads, by their names: the hammer's, and those that reclaim.
 */
#include <ctype.h>
#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "threads.h"

/**
 * threads_each() - Do something to all processes whose names begin so.
 * @prefix: The beginning, at most 15 characters, of which a name has no more.
 * @act: What to do; returns 0 if it worked.
 *
 * Return: for how many it worked.
 */
unsigned int threads_each(const char *prefix, int (*act)(pid_t pid))
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	unsigned int worked = 0;
	char path[300], name[32];
	FILE *file;

	while (folder && (entry = readdir(folder))) {
		if (!isdigit(entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		file = fopen(path, "r");
		name[0] = '\0';
		if (file && !fgets(name, sizeof(name), file))
			name[0] = '\0';
		if (file)
			fclose(file);
		if (!strncmp(name, prefix, strlen(prefix)))
			worked += !act(atoi(entry->d_name));
	}
	if (folder)
		closedir(folder);
	return worked;
}

static int make_idle(pid_t pid)
{
	return sched_setscheduler(pid, SCHED_IDLE, &(struct sched_param){ });
}

static int make_normal(pid_t pid)
{
	return sched_setscheduler(pid, SCHED_OTHER, &(struct sched_param){ });
}

/**
 * kswapd_set_idle() - Let others reclaim.
 * @idle: Shall kswapd run only when nobody else wants to?
 *
 * As long as it keeps up, nobody else has to reclaim.
 */
void kswapd_set_idle(bool idle)
{
	threads_each("kswapd", idle ? make_idle : make_normal);
}
