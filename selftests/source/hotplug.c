// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs that go and come back, all but the first in turn: not a source of migration,
 * but company for one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source.h"

#define STEP_MS	100	/* between taking a CPU away and giving it back */

struct hotplug {
	unsigned int cpus;
	unsigned int cpu;		/* the next */
	unsigned long long offlined;	/* times that one was taken away */
};

/* Return: 0, or -1 when the kernel refuses, with errno. */
static int set_online(unsigned int cpu, bool online)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online", cpu);
	return disk_write_text(path, online ? "1" : "0");
}

static int hotplug_open(struct source *source)
{
	struct hotplug *hotplug = calloc(1, sizeof(*hotplug));

	source->state = hotplug;
	if (!hotplug)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	hotplug->cpus = sysconf(_SC_NPROCESSORS_CONF);
	hotplug->cpu = 1;
	if (access("/sys/devices/system/cpu/cpu1/online", W_OK))
		return source_give_up(source, TORTURE_SKIP,
				      "needs a second CPU that can be taken away (CONFIG_HOTPLUG_CPU)");
	return 0;
}

static int hotplug_round(struct source *source)
{
	struct hotplug *hotplug = source->state;
	unsigned int cpu = hotplug->cpu;

	hotplug->cpu = cpu + 1 < hotplug->cpus ? cpu + 1 : 1;
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
