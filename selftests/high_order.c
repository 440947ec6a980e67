// SPDX-License-Identifier: GPL-2.0
/*
 * high_order - how many huge pages can be had where a block device's folios are in
 * the way? What the thread of 2019 feared of a migration that gives up: failed
 * high-order allocations.
 *
 * Each round on one node:
 *   fill     anonymous memory takes nearly all that is free
 *   scatter  a page here and there of it is freed, and the device's folios are
 *            brought to the node, into these holes
 *   thin     nearly all of the anonymous memory is freed: there is plenty of
 *            memory, but not a huge page's worth in one piece
 *   ask      as many huge pages as would fit are asked for (nr_hugepages of the
 *            node); the kernel compacts. What it gives is counted, and given back
 * Only what migrates during the last step is counted. The number is a measurement;
 * the verdict is about violations, as everywhere.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "torture.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 5,
	.exposures_per_s = 1,
};

#define BATCH		512	/* pages per call, to scatter */
#define PARAMS		"blocks=32768"	/* of 1 KiB: 8192 pages */
#define HOLES_ONE_IN	8	/* pages of the filler that make room for folios */
#define KEEP_ONE_IN	64	/* pages of it that stay */
#define RESERVE_KIB	(64 * 1024)	/* left free, for everybody else */

struct supply {
	unsigned long long asked, got;	/* huge pages */
	unsigned int rounds;
};

FIXTURE(high_order) {
	struct torture torture;
	struct mover mover;
	struct filler filler;
	struct supply supply;
};

/* "KEY:  N kB" of a meminfo, which in a node's folder has "Node 0 " before it. */
static long meminfo_kib(const char *path, const char *key)
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

static long node_free_kib(int node)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/meminfo",
		 node);
	return meminfo_kib(path, "MemFree:");
}

static int huge_path(char *path, size_t size, int node)
{
	long kib = meminfo_kib("/proc/meminfo", "Hugepagesize:");

	if (kib <= 0)
		return -1;
	snprintf(path, size,
		 "/sys/devices/system/node/node%d/hugepages/hugepages-%ldkB/nr_hugepages",
		 node, kib);
	return access(path, W_OK);
}

/* Return: how many the node has now, -1 with errno. */
static long set_huge_pages(int node, long number)
{
	char path[128], text[24];
	ssize_t length;
	int fd;

	if (huge_path(path, sizeof(path), node))
		return -1;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -1;
	length = snprintf(text, sizeof(text), "%ld", number);
	number = -1;
	if (write(fd, text, length) == length && !lseek(fd, 0, SEEK_SET)) {
		length = read(fd, text, sizeof(text) - 1);
		if (length > 0) {
			text[length] = '\0';
			number = atol(text);
		}
	}
	close(fd);
	return number;
}

static int fragment(struct torture *t, struct mover *mover, struct filler *filler,
		    int node)
{
	long free_kib = node_free_kib(node);

	if (free_kib < 2 * RESERVE_KIB)
		return torture_give_up(t, TORTURE_SKIP,
				       "node %d has only %ld kB free, %d are needed (more memory)",
				       node, free_kib, 2 * RESERVE_KIB);
	if (filler_open(filler, node, (free_kib - RESERVE_KIB) * 1024 /
			sysconf(_SC_PAGESIZE)))
		return torture_give_up(t, TORTURE_FAIL,
				       "no memory bound to node %d: %s", node,
				       strerror(errno));
	filler_fill(filler);
	filler_free(filler, HOLES_ONE_IN);
	if (mover_pass(mover, node))
		return torture_give_up(t, TORTURE_FAIL, "move_pages: %s",
				       strerror(mover->error));
	filler_keep(filler, KEEP_ONE_IN);
	return 0;
}

static int ask(struct torture *t, int node, struct supply *supply)
{
	long huge_kib = meminfo_kib("/proc/meminfo", "Hugepagesize:");
	long wanted = (node_free_kib(node) - RESERVE_KIB) / huge_kib;
	long given = set_huge_pages(node, wanted);

	if (given < 0 || set_huge_pages(node, 0) < 0)
		return torture_give_up(t, TORTURE_FAIL, "nr_hugepages of node %d: %s",
				       node, strerror(errno));
	supply->asked += wanted;
	supply->got += given < wanted ? given : wanted;
	return 0;
}

FIXTURE_SETUP(high_order)
{
	char path[128];

	torture_init(&self->torture, "high_order", NULL);
	self->torture.floors = floors;
	snprintf(self->torture.params, sizeof(self->torture.params), PARAMS);
	torture_need_nodes(&self->torture);
	if (huge_path(path, sizeof(path), 0))
		torture_give_up(&self->torture, TORTURE_SKIP,
				"no huge pages (CONFIG_HUGETLBFS)");
}

FIXTURE_TEARDOWN(high_order)
{
}

static int one_round(struct torture *t, struct mover *mover, struct filler *filler,
		     struct supply *supply)
{
	int node = mover->nodes[supply->rounds++ % 2], rc;

	torture_exclude_begin(t);
	rc = fragment(t, mover, filler, node);
	torture_exclude_end(t);
	if (!rc)
		rc = ask(t, node, supply);
	filler_close(filler);
	return rc;
}

TEST_F_TIMEOUT(high_order, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	char reason[TORTURE_REASON_MAX];

	if (!torture_start(t)) {
		if (mover_open(&self->mover, t, BATCH, reason, sizeof(reason)))
			torture_give_up(t, TORTURE_FAIL, "%s", reason);
		while (torture_continue(t))
			if (one_round(t, &self->mover, &self->filler, &self->supply))
				break;
	}
	mover_close(&self->mover);
	t->extra = json_pack("{sI s{ss sI sI}}", "rounds", (json_int_t)self->supply.rounds,
			     "high_order", "what", "huge pages by nr_hugepages",
			     "asked", (json_int_t)self->supply.asked,
			     "got", (json_int_t)self->supply.got);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
