// SPDX-License-Identifier: GPL-2.0
/*
 * In which page frames this process's pages are, see
 * Documentation/admin-guide/mm/pagemap.rst.
 */
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "pagemap.h"

#define PRESENT	0x8000000000000000ULL
#define FRAME	0x007fffffffffffffULL

/**
 * pagemap_open() - Open the page map.
 *
 * Return: for pagemap_frame() and close(2), or -1 with errno.
 */
int pagemap_open(void)
{
	return open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
}

/**
 * pagemap_frame() - The page frame behind an address.
 * @pagemap: From pagemap_open().
 * @address: The address.
 *
 * Return: its number, 0 if none is mapped there or the kernel does not tell.
 */
unsigned long pagemap_frame(int pagemap, const void *address)
{
	uintptr_t page = (uintptr_t)address / sysconf(_SC_PAGESIZE);
	unsigned long long entry;

	if (pread(pagemap, &entry, sizeof(entry), page * sizeof(entry)) != sizeof(entry))
		return 0;
	return entry & PRESENT ? entry & FRAME : 0;
}
