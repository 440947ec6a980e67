// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel says of its memory: the meminfo of the machine or of a node, and
 * the event counters of /proc/vmstat.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "array_size.h"
#include "meminfo.h"

/**
 * meminfo_kib() - One line of a meminfo.
 * @path: The file; lines in a node's folder begin with "Node 0 ".
 * @key: What comes before the number, with the colon.
 *
 * Return: the number, -1 if there is none.
 */
long meminfo_kib(const char *path, const char *key)
{
	FILE *file = fopen(path, "r");
	char line[128];
	long kib = -1;

	while (file && kib < 0 && fgets(line, sizeof(line), file)) {
		char *found = strstr(line, key);

		if (found && sscanf(found + strlen(key), " %ld", &kib) != 1)
			kib = -1;
	}
	if (file)
		fclose(file);
	return kib;
}

/**
 * memory_available_kib() - MemAvailable of /proc/meminfo, 0 if it cannot be read.
 */
unsigned long memory_available_kib(void)
{
	long kib = meminfo_kib("/proc/meminfo", "MemAvailable:");

	return kib > 0 ? kib : 0;
}

/**
 * memory_wait_available_kib() - MemAvailable, once it is as much as it ought to be.
 * @wanted: That much, in KiB.
 * @patience_s: How long to wait for it.
 *
 * The kernel frees late what RCU readers or workers may still use. On a busy machine
 * that takes seconds and may be tens of MiB. What leaked does not come back.
 *
 * Return: what is available at the end, in KiB.
 */
unsigned long memory_wait_available_kib(unsigned long wanted, unsigned int patience_s)
{
	unsigned int looks = 10 * patience_s;
	unsigned long available;

	while ((available = memory_available_kib()) < wanted && looks--)
		usleep(100 * 1000);
	return available;
}

/**
 * memory_clean_kib() - What of MemAvailable can be had at once.
 *
 * These are free pages above the reserves, and clean pages of files. Dirty pages and
 * slabs are left out. At the edge of memory they may be most of MemAvailable: taking
 * them means to wait for a slow device, or brings the OOM killer.
 */
unsigned long memory_clean_kib(void)
{
	static const char * const others[] = { "Dirty:", "Writeback:", "SReclaimable:" };
	long kib, left = memory_available_kib();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		kib = meminfo_kib("/proc/meminfo", others[i]);
		if (kib > 0)
			left -= kib;
	}
	return left > 0 ? left : 0;
}

/**
 * node_free_kib() - A node's MemFree.
 * @node: The node.
 *
 * Return: it, -1 if there is no such node.
 */
long node_free_kib(int node)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/meminfo",
		 node);
	return meminfo_kib(path, "MemFree:");
}

/**
 * vmstat_events() - How often something happened since boot.
 * @name: Its name in /proc/vmstat.
 *
 * Return: the count, 0 when the kernel does not count it.
 */
unsigned long long vmstat_events(const char *name)
{
	FILE *file = fopen("/proc/vmstat", "r");
	unsigned long long value, count = 0;
	char found[64];

	while (file && fscanf(file, "%63s %llu", found, &value) == 2)
		if (!strcmp(found, name))
			count = value;
	if (file)
		fclose(file);
	return count;
}
