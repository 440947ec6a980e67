// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs that go and come back, all but the first in turn. It moves nothing by itself, but
 * runs beside sources of migration.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <numa.h>

#include "source.h"
#include "sysfs.h"

#define STEP_MS	100	/* between taking a CPU away and giving it back */

struct hotplug {
	unsigned int cpu;		/* the last that was taken away */
	unsigned long long offlined;	/* times that one was taken away */
};

static void online_path(unsigned int cpu, char *path, size_t size)
{
	snprintf(path, size, "/sys/devices/system/cpu/cpu%u/online", cpu);
}

/* Return: 0, or -1 when the kernel refuses, with errno. */
static int set_online(unsigned int cpu, bool online)
{
	char path[64];

	online_path(cpu, path, sizeof(path));
	return sysfs_write(path, online ? "1" : "0");
}

/*
 * The next CPU after this one that can be taken away, 0 if there is none: the first
 * stays. Their numbers may have holes.
 */
static unsigned int next_cpu(unsigned int cpu)
{
	unsigned int possible = numa_num_possible_cpus(), i;
	char path[64];

	for (i = 0; i < possible; i++) {
		cpu = (cpu + 1) % possible;
		online_path(cpu, path, sizeof(path));
		if (cpu && !access(path, W_OK))
			return cpu;
	}
	return 0;
}

static int hotplug_open(struct source *source)
{
	struct hotplug *hotplug = calloc(1, sizeof(*hotplug));

	source->state = hotplug;
	if (!hotplug)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	if (!next_cpu(0))
		return source_give_up(source, TORTURE_SKIP,
				      "needs a second CPU that can be taken away (CONFIG_HOTPLUG_CPU)");
	return 0;
}

static int hotplug_round(struct source *source)
{
	struct hotplug *hotplug = source->state;
	unsigned int cpu = next_cpu(hotplug->cpu);

	hotplug->cpu = cpu;
	if (set_online(cpu, false)) {
		if (errno != EBUSY)
			return source_give_up(source, TORTURE_FAIL,
					      "CPU %u stays online: %s", cpu,
					      strerror(errno));
		source_pause(source, STEP_MS);
		return 0;
	}
	hotplug->offlined++;
	source_pause(source, STEP_MS);
	if (set_online(cpu, true))
		return source_give_up(source, TORTURE_FAIL, "CPU %u stays offline: %s",
				      cpu, strerror(errno));
	source_pause(source, STEP_MS);
	return 0;
}

static json_t *hotplug_figures(const struct source *source)
{
	const struct hotplug *hotplug = source->state;

	return json_pack("{sI}", "offlined", (json_int_t)hotplug->offlined);
}

const struct source_ops source_hotplug = {
	.name = "hotplug",
	.open = hotplug_open,
	.round = hotplug_round,
	.figures = hotplug_figures,
};
