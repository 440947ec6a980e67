// SPDX-License-Identifier: GPL-2.0
/*
 * Source of migration: NUMA balancing. A process reads the device's pages, on the CPUs of
 * one node for a while, then on the other's. The kernel makes its page table entries fault
 * now and then, and brings a page that is read from the other node nearer.
 *
 * File pages move only if the mapping may be written (task_numa_work()) and the page
 * is not dirty, both when it is made to fault (change_pte_range()) and when it does
 * (migrate_misplaced_page()): the process writes the device back all the time. And a
 * page has to fault twice on the same node (should_numa_migrate_memory()).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <numa.h>

#include "array_size.h"
#include "mapping.h"
#include "meminfo.h"
#include "resident.h"
#include "source.h"
#include "sysfs.h"

#define BALANCING	"/proc/sys/kernel/numa_balancing"

/* Rounds of reading on one node: a few scans' time. */
#define STAY_ROUNDS	8
#define LOOK_EVERY_MS	100

/*
 * How often page tables are scanned, so that a few megabytes are scanned some ten
 * times a second. In debugfs from 5.13 on.
 */
static const struct {
	const char *name;
	const char *text;
} knobs[] = {
	{ "scan_delay_ms", "1" },
	{ "scan_period_min_ms", "10" },
	{ "scan_period_max_ms", "20" },
	{ "scan_size_mb", "16" },
};

#define KNOBS	ARRAY_SIZE(knobs)

static const char *const knob_prefixes[] = {
	"/sys/kernel/debug/sched/numa_balancing/",
	"/proc/sys/kernel/numa_balancing_",
};

/* What the kernel counts of it. */
static const char *const counters[] = {
	"numa_pte_updates", "numa_hint_faults", "numa_pages_migrated",
};

#define COUNTERS	ARRAY_SIZE(counters)

struct balancing {
	struct resident resident;
	unsigned long long former_counts[COUNTERS];
	struct bitmask *cpus[2];	/* of the nodes */
	const char *prefix;
	char former[KNOBS][24];
	char former_mode[24];
};

static void read_counters(unsigned long long counts[COUNTERS])
{
	size_t i;

	for (i = 0; i < COUNTERS; i++)
		counts[i] = vmstat_events(counters[i]);
}

static void knob_path(const struct balancing *balancing, size_t knob, char *path,
		      size_t size)
{
	snprintf(path, size, "%s%s", balancing->prefix, knobs[knob].name);
}

static int turn_knobs(struct source *source, struct balancing *balancing)
{
	char path[128];
	size_t i;

	for (i = 0; i < 2 && !balancing->prefix; i++) {
		snprintf(path, sizeof(path), "%s%s", knob_prefixes[i], knobs[0].name);
		if (!access(path, W_OK))
			balancing->prefix = knob_prefixes[i];
	}
	if (!balancing->prefix)
		return source_give_up(source, TORTURE_SKIP,
				      "no NUMA balancing, or nothing says how often it looks (CONFIG_NUMA_BALANCING, CONFIG_SCHED_DEBUG)");
	for (i = 0; i < KNOBS; i++) {
		knob_path(balancing, i, path, sizeof(path));
		if (sysfs_change(path, knobs[i].text, balancing->former[i],
				 sizeof(balancing->former[i])) ||
		    !balancing->former[i][0])
			return source_give_up(source, TORTURE_FAIL, "%s: %s", path,
					      strerror(errno));
	}
	return 0;
}

static int find_cpus(struct source *source, struct balancing *balancing)
{
	int i;

	for (i = 0; i < 2; i++) {
		balancing->cpus[i] = numa_allocate_cpumask();
		numa_node_to_cpus(source->nodes[i], balancing->cpus[i]);
		if (!numa_bitmask_weight(balancing->cpus[i]))
			return source_give_up(source, TORTURE_SKIP,
					      "node %d has no CPU (boot with two at least)",
					      source->nodes[i]);
	}
	return 0;
}

/* The life of the process. */
static void wander(const struct resident *resident, const void *argument)
{
	const struct balancing *balancing = argument;
	unsigned int round, node = 0;

	for (;; node = !node) {
		/* Fails as long as the node's CPUs are offline. */
		numa_sched_setaffinity(0, balancing->cpus[node]);
		for (round = 0; round < STAY_ROUNDS; round++) {
			fdatasync(resident->mapping.fd);
			mapping_touch(&resident->mapping);
		}
	}
}

static int numa_balancing_open(struct source *source)
{
	struct balancing *balancing = calloc(1, sizeof(*balancing));

	source->state = balancing;
	if (!balancing)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	/* Without CONFIG_SYSCTL it is as the kernel's command line wants it. */
	if (sysfs_change(BALANCING, "1", balancing->former_mode,
			 sizeof(balancing->former_mode)))
		return source_give_up(source, TORTURE_FAIL, "%s: %s", BALANCING,
				      strerror(errno));
	read_counters(balancing->former_counts);
	if (find_cpus(source, balancing) || turn_knobs(source, balancing))
		return -1;
	return resident_open(&balancing->resident, source, true, wander, balancing);
}

static int numa_balancing_round(struct source *source)
{
	source_pause(source, LOOK_EVERY_MS);
	return 0;
}

static json_t *numa_balancing_figures(const struct source *source)
{
	const struct balancing *balancing = source->state;
	unsigned long long counts[COUNTERS];
	json_t *figures = json_object();
	size_t i;

	read_counters(counts);
	for (i = 0; i < COUNTERS; i++)
		json_object_set_new(figures, counters[i],
				    json_integer(counts[i] - balancing->former_counts[i]));
	return figures;
}

static void numa_balancing_close(struct source *source)
{
	struct balancing *balancing = source->state;
	char path[128];
	size_t i;

	resident_close(&balancing->resident);
	for (i = 0; i < 2; i++)
		if (balancing->cpus[i])
			numa_free_cpumask(balancing->cpus[i]);
	for (i = 0; i < KNOBS; i++) {
		if (!balancing->former[i][0])
			continue;
		knob_path(balancing, i, path, sizeof(path));
		sysfs_restore(path, balancing->former[i]);
	}
	sysfs_restore(BALANCING, balancing->former_mode);
}

const struct source_ops source_numa_balancing = {
	.name = "numa_balancing",
	.open = numa_balancing_open,
	.round = numa_balancing_round,
	.close = numa_balancing_close,
	.figures = numa_balancing_figures,
};
