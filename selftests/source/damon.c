// SPDX-License-Identifier: GPL-2.0
/*
 * Source of migration: DAMON, the data access monitor. Two of its threads watch the
 * memory of a node each and move what they find to the other one. The first has the
 * action migrate_cold, the second migrate_hot, and both are set up so that all memory
 * is hot and cold enough: everything goes to and fro.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source.h"
#include "sysfs.h"

#define KDAMONDS	"/sys/kernel/mm/damon/admin/kdamonds"
#define MIGRATION	"CONFIG_DAMON_PADDR and CONFIG_DAMON_SYSFS, since 6.11"

#define LOOK_EVERY_MS	100

struct damon {
	bool ours;		/* the threads are */
	bool on[2];
};

/* FILE TEXT below a thread's folder, in this order. */
static const char *const settings[][2] = {
	{ "contexts/nr_contexts", "1" },
	{ "contexts/0/operations", "paddr" },
	/* All of the node's memory is looked through once an aggregation. */
	{ "contexts/0/monitoring_attrs/intervals/sample_us", "10000" },
	{ "contexts/0/monitoring_attrs/intervals/aggr_us", "100000" },
	{ "contexts/0/monitoring_attrs/nr_regions/min", "3" },
	{ "contexts/0/monitoring_attrs/nr_regions/max", "16" },
	{ "contexts/0/targets/nr_targets", "1" },
	{ "contexts/0/targets/0/regions/nr_regions", "1" },
	{ "contexts/0/schemes/nr_schemes", "1" },
	{ "contexts/0/schemes/0/access_pattern/sz/max", "18446744073709551615" },
	{ "contexts/0/schemes/0/access_pattern/nr_accesses/max", "1000000" },
	{ "contexts/0/schemes/0/access_pattern/age/max", "1000000" },
	{ NULL, NULL }
};

/* Leaves anonymous memory where it is, if the kernel has filters. */
static const char *const filter[][2] = {
	{ "contexts/0/schemes/0/filters/nr_filters", "1" },
	{ "contexts/0/schemes/0/filters/0/type", "anon" },
	{ "contexts/0/schemes/0/filters/0/matching", "Y" },
	{ NULL, NULL }
};

static const char *const actions[] = { "migrate_cold", "migrate_hot" };

static void thread_path(int number, const char *file, char *path, size_t size)
{
	snprintf(path, size, KDAMONDS "/%d/%s", number, file);
}

static int write_setting(int number, const char *file, const char *text)
{
	char path[192];

	thread_path(number, file, path, sizeof(path));
	return sysfs_write(path, text);
}

static int write_number(int number, const char *file, unsigned long long value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", value);
	return write_setting(number, file, text);
}

static bool is_on(int number)
{
	char path[192], state[8] = "";

	thread_path(number, "state", path, sizeof(path));
	return !sysfs_read(path, state, sizeof(state)) && !strcmp(state, "on");
}

/* The physical memory of a node, from /proc/zoneinfo, in bytes. */
static int find_memory(int node, unsigned long long *start, unsigned long long *end)
{
	unsigned long long spanned = 0, first, page = sysconf(_SC_PAGESIZE);
	FILE *in = fopen("/proc/zoneinfo", "r");
	int current = -1;
	char line[128];

	*start = ULLONG_MAX;
	*end = 0;
	while (in && fgets(line, sizeof(line), in)) {
		if (sscanf(line, "Node %d,", &current) == 1 ||
		    sscanf(line, " spanned %llu", &spanned) == 1 ||
		    sscanf(line, " start_pfn: %llu", &first) != 1 ||
		    current != node || !spanned)
			continue;
		if (first * page < *start)
			*start = first * page;
		if ((first + spanned) * page > *end)
			*end = (first + spanned) * page;
	}
	if (in)
		fclose(in);
	return *end ? 0 : -1;
}

static int set_up(struct source *source, int number)
{
	unsigned long long start, end;
	const char *const (*setting)[2];

	for (setting = settings; (*setting)[0]; setting++)
		if (write_setting(number, (*setting)[0], (*setting)[1]))
			return source_give_up(source, TORTURE_FAIL, "%s %s: %s",
					      (*setting)[0], (*setting)[1],
					      strerror(errno));
	for (setting = filter; (*setting)[0]; setting++)
		if (write_setting(number, (*setting)[0], (*setting)[1]))
			break;
	if (write_setting(number, "contexts/0/schemes/0/action", actions[number]) ||
	    write_number(number, "contexts/0/schemes/0/target_nid",
			 source->nodes[!number]))
		return source_give_up(source, TORTURE_SKIP,
				      "DAMON cannot migrate (%s)", MIGRATION);
	if (find_memory(source->nodes[number], &start, &end))
		return source_give_up(source, TORTURE_FAIL,
				      "/proc/zoneinfo does not tell where node %d is",
				      source->nodes[number]);
	if (write_number(number, "contexts/0/targets/0/regions/0/end", end) ||
	    write_number(number, "contexts/0/targets/0/regions/0/start", start))
		return source_give_up(source, TORTURE_FAIL, "region %llu-%llu: %s",
				      start, end, strerror(errno));
	return 0;
}

static int damon_open(struct source *source)
{
	struct damon *damon = calloc(1, sizeof(*damon));
	int number;

	source->state = damon;
	if (!damon)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	if (access(KDAMONDS, F_OK))
		return source_give_up(source, TORTURE_SKIP, "no DAMON (%s)", MIGRATION);
	if (!access(KDAMONDS "/0", F_OK))
		return source_give_up(source, TORTURE_SKIP, "DAMON is in use");
	if (sysfs_write(KDAMONDS "/nr_kdamonds", "2"))
		return source_give_up(source, TORTURE_FAIL, "nr_kdamonds 2: %s",
				      strerror(errno));
	damon->ours = true;
	for (number = 0; number < 2; number++)
		if (set_up(source, number))
			return -1;
	for (number = 0; number < 2; number++) {
		damon->on[number] = !write_setting(number, "state", "on");
		if (!damon->on[number])
			return source_give_up(source, TORTURE_FAIL,
					      "a thread with %s does not start: %s",
					      actions[number], strerror(errno));
	}
	return 0;
}

static int damon_round(struct source *source)
{
	int number;

	source_pause(source, LOOK_EVERY_MS);
	for (number = 0; number < 2; number++)
		if (!is_on(number))
			return source_give_up(source, TORTURE_FAIL,
					      "the thread with %s has ended",
					      actions[number]);
	return 0;
}

static void damon_close(struct source *source)
{
	struct damon *damon = source->state;
	int number;

	for (number = 0; number < 2; number++)
		if (damon->on[number])
			write_setting(number, "state", "off");
	if (damon->ours)
		sysfs_write(KDAMONDS "/nr_kdamonds", "0");
}

const struct source_ops source_damon = {
	.name = "damon",
	.open = damon_open,
	.round = damon_round,
	.close = damon_close,
};
