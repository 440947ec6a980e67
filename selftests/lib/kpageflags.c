// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel says of page frames: /proc/kpageflags (CONFIG_PROC_PAGE_MONITOR).
 */
#include <fcntl.h>
#include <unistd.h>

#include <linux/kernel-page-flags.h>

#include "kpageflags.h"

#define AT_A_TIME	512	/* frames */

/**
 * kpageflags_kernel_pages() - How many pages of a range are the kernel's own, and do not move?
 * @first: The range's first byte.
 * @bytes: Its size.
 *
 * Return: how many are seen to be: objects and page tables. -1 if the kernel does not tell.
 */
long kpageflags_kernel_pages(unsigned long long first, unsigned long long bytes)
{
	unsigned long long page = sysconf(_SC_PAGESIZE), at;
	int fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	unsigned long long flags[AT_A_TIME];
	long found = 0;
	ssize_t got, i;

	if (fd < 0)
		return -1;
	for (at = first; at < first + bytes; at += AT_A_TIME * page) {
		got = pread(fd, flags, sizeof(flags), at / page * sizeof(*flags));
		for (i = 0; i < got / (ssize_t)sizeof(*flags); i++)
			found += (flags[i] >> KPF_SLAB | flags[i] >> KPF_PGTABLE) & 1;
	}
	close(fd);
	return found;
}
