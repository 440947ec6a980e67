// SPDX-License-Identifier: GPL-2.0
/*
 * hotplug - CPUs go and come back while folios move and the hammer runs, which
 * pauses now and then and changes CPUs: schedules that nobody would think of.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "torture.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 20,
	.exposures_per_s = 10,
};

#define OFFLINED_MIN	3	/* CPUs taken away, in the whole run */

#define VARIATION	"stutter_ms=200 shuffle_ms=300"
#define BATCH		512	/* pages per call */
#define STEP_US		100000	/* between taking a CPU away and giving it back */

FIXTURE(hotplug) {
	struct torture torture;
	struct mover mover;
	unsigned int offlined;
};

FIXTURE_SETUP(hotplug)
{
	struct torture *t = &self->torture;

	torture_init(t, "hotplug", NULL);
	t->floors = floors;
	snprintf(t->params, sizeof(t->params), "%s", VARIATION);
	torture_need_nodes(t);
	if (access("/sys/devices/system/cpu/cpu1/online", W_OK))
		torture_give_up(t, TORTURE_SKIP,
				"needs a second CPU that can be taken away (CONFIG_HOTPLUG_CPU)");
}

FIXTURE_TEARDOWN(hotplug)
{
}

/* Return: 0, or -1 when the kernel refuses, with errno. */
static int set_online(unsigned int cpu, bool online)
{
	char path[64];
	int fd, rc;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%u/online", cpu);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	rc = write(fd, online ? "1" : "0", 1) == 1 ? 0 : -1;
	close(fd);
	return rc;
}

static int take_and_give_back(struct torture *t, unsigned int cpu)
{
	if (set_online(cpu, false))
		return errno == EBUSY ? 0 :
		       torture_give_up(t, TORTURE_FAIL, "CPU %u stays online: %s",
				       cpu, strerror(errno));
	usleep(STEP_US);
	if (set_online(cpu, true))
		return torture_give_up(t, TORTURE_FAIL, "CPU %u stays offline: %s",
				       cpu, strerror(errno));
	usleep(STEP_US);
	return 1;
}

TEST_F_TIMEOUT(hotplug, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	unsigned int cpus = sysconf(_SC_NPROCESSORS_CONF), cpu = 1;
	int taken = 0;

	if (!torture_start(t) && !torture_move(t, &self->mover, BATCH)) {
		while (taken >= 0 && torture_continue(t)) {
			taken = take_and_give_back(t, cpu);
			self->offlined += taken > 0;
			cpu = cpu + 1 < cpus ? cpu + 1 : 1;
		}
	}
	torture_move_end(t, &self->mover);
	torture_stop(t);
	if (t->result == TORTURE_PASS && self->offlined < OFFLINED_MIN)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: CPUs were taken away %u times (at least %u needed)",
				self->offlined, OFFLINED_MIN);
	t->extra = json_pack("{sI}", "offlined", (json_int_t)self->offlined);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
