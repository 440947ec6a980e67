// SPDX-License-Identifier: GPL-2.0
/*
 * Huge pages, asked for in both ways that userspace has: the pool of hugetlbfs, and
 * faults in memory that wants them (THP). How many were asked for and how many were had
 * is reported: the thread of 2019 feared that high-order allocations fail when a
 * migration gives up.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "clock.h"
#include "huge.h"
#include "meminfo.h"
#include "sysfs.h"

#define THP	"/sys/kernel/mm/transparent_hugepage/"

/**
 * huge_page_kib() - The size of an ordinary huge page, 2 MB if unknown.
 */
long huge_page_kib(void)
{
	long kib = meminfo_kib("/proc/meminfo", "Hugepagesize:");

	if (kib <= 0)
		kib = sysfs_number(THP "hpage_pmd_size") / 1024;
	return kib > 0 ? kib : 2048;
}

static void pool_path(char *path, size_t size, int node, long kib)
{
	snprintf(path, size,
		 "/sys/devices/system/node/node%d/hugepages/hugepages-%ldkB/nr_hugepages",
		 node, kib);
}

/**
 * huge_pool_exists() - Can a node's pool of huge pages be set?
 * @node: The node.
 * @kib: The size of a page.
 */
bool huge_pool_exists(int node, long kib)
{
	char path[128];

	pool_path(path, sizeof(path), node, kib);
	return !access(path, W_OK);
}

/**
 * huge_pool_set() - Ask for so many huge pages on a node.
 * @node: The node.
 * @kib: The size of a page.
 * @number: How many.
 *
 * Return: how many the node has now, -1 with errno.
 */
long huge_pool_set(int node, long kib, long number)
{
	char path[128], text[24];

	pool_path(path, sizeof(path), node, kib);
	snprintf(text, sizeof(text), "%ld", number);
	return sysfs_write(path, text) ? -1 : sysfs_number(path);
}

/* Of "always [madvise] never" the word in brackets, or nothing. */
static void chosen(const char *path, char *word, size_t size)
{
	char choices[128], *begin;

	word[0] = '\0';
	if (sysfs_read(path, choices, sizeof(choices)))
		return;
	begin = strchr(choices, '[');
	if (begin)
		snprintf(word, size, "%.*s", (int)strcspn(begin + 1, "]"), begin + 1);
}

/**
 * thp_begin() - Only who asks for huge pages gets them, and how hard the kernel tries.
 * @thp: Zeroed; thp_end() in any case.
 * @t: The run.
 * @defrag: "madvise": compact at once; "defer": wake kcompactd and give up.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int thp_begin(struct thp *thp, struct torture *t, const char *defrag)
{
	chosen(THP "enabled", thp->enabled, sizeof(thp->enabled));
	chosen(THP "defrag", thp->defrag, sizeof(thp->defrag));
	if (!thp->enabled[0] || !thp->defrag[0])
		return torture_give_up(t, TORTURE_SKIP,
				       "no transparent huge pages (CONFIG_TRANSPARENT_HUGEPAGE)");
	if (sysfs_write(THP "enabled", "madvise") ||
	    sysfs_write(THP "defrag", defrag))
		return torture_give_up(t, TORTURE_FAIL, THP ": %s",
				       strerror(errno));
	return 0;
}

/**
 * thp_end() - Put everything back as it was.
 * @thp: Zeroed or set up.
 */
void thp_end(struct thp *thp)
{
	sysfs_restore(THP "enabled", thp->enabled);
	sysfs_restore(THP "defrag", thp->defrag);
}

/* One fault. It maps the first page; it maps the second only with a huge page. */
static bool fault(char *address, double *seconds)
{
	unsigned char second = 0;
	double began = clock_s();

	__atomic_store_n(address, 1, __ATOMIC_RELAXED);
	*seconds = clock_s() - began;
	return !mincore(address + sysconf(_SC_PAGESIZE), 1, &second) && second & 1;
}

/**
 * thp_fault() - Ask for huge pages on a node by touching memory.
 * @faults: Zeroed or used before: what comes is added. Keeps the memory until
 *          thp_release().
 * @t: The run.
 * @node: The node.
 * @pages: How many.
 * @pause_us: After each.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int thp_fault(struct thp_faults *faults, struct torture *t, int node, long pages,
	      unsigned int pause_us)
{
	size_t huge = huge_page_kib() * 1024, i;
	struct filler *memory = &faults->memory;
	double seconds;
	char *first;

	/* One more, to begin where a huge page can. */
	if (filler_open(memory, node, (pages + 1) * (huge / sysconf(_SC_PAGESIZE))) ||
	    madvise(memory->memory, (pages + 1) * huge, MADV_HUGEPAGE))
		return torture_give_up(t, TORTURE_FAIL,
				       "no memory bound to node %d that wants huge pages: %s",
				       node, strerror(errno));
	first = (char *)(((uintptr_t)memory->memory + huge - 1) / huge * huge);
	for (i = 0; i < (size_t)pages; i++) {
		bool got = fault(first + i * huge, &seconds);

		faults->asked++;
		faults->got += got;
		*(got ? &faults->huge_s : &faults->base_s) += seconds;
		if (seconds > faults->longest_s)
			faults->longest_s = seconds;
		if (pause_us)
			usleep(pause_us);
	}
	return 0;
}

/**
 * thp_release() - Give the memory back; the counts stay.
 * @faults: Zeroed or used.
 */
void thp_release(struct thp_faults *faults)
{
	filler_close(&faults->memory);
}

/**
 * supply_json() - Asked for and had, as reports know it.
 * @what: Of what.
 * @asked: How many were asked for.
 * @got: How many of these were had.
 */
json_t *supply_json(const char *what, unsigned long long asked, unsigned long long got)
{
	return json_pack("{ss sI sI}", "what", what, "asked", (json_int_t)asked,
			 "got", (json_int_t)got);
}
