// SPDX-License-Identifier: GPL-2.0
/*
 * Source of migration: a process in a cpuset whose memory nodes change. Its pages
 * follow: in cgroup v2 always, in v1 with cpuset.memory_migrate.
 *
 * A hierarchy of cgroups is mounted beside those that may be mounted already, and
 * holds one group of ours. A controller can be in one version at a time only.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "resident.h"
#include "source.h"
#include "sysfs.h"

/* The kernel takes its time to free a group that the other version had. */
#define MOUNT_TRIES	50
#define MOUNT_WAIT_US	100000
#define UNMOUNT_TRIES	2
#define UNMOUNT_WAIT_US	500000

/* One version of cgroups: how to mount it and what to write, in this order. */
struct cpuset_version {
	const char *type;
	const char *options;
	const char *config;
	const char *enable;	/* to the root's cgroup.subtree_control, if any */
	const char *process;	/* the file that takes a process */
	/* FILE TEXT, for the new group, before the nodes and the process. */
	const char *settings[3][2];
};

struct cpuset {
	const struct cpuset_version *version;
	struct resident resident;
	char root[64];
	char group[96];
	bool mounted;
	bool enabled;		/* the controller, by us */
};

static const struct cpuset_version version_1 = {
	.type = "cgroup",
	.options = "cpuset",
	.config = "CONFIG_CPUSETS, from 6.12 on CONFIG_CPUSETS_V1",
	.process = "tasks",
	.settings = { { "cpuset.memory_migrate", "1" } },
};

static const struct cpuset_version version_2 = {
	.type = "cgroup2",
	.config = "CONFIG_CPUSETS",
	.enable = "cpuset",
	.process = "cgroup.procs",
};

static int write_in(const char *folder, const char *file, const char *text)
{
	char path[192];

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return sysfs_write(path, text);
}

/* Is a word in a file? */
static bool read_in(const char *folder, const char *file, const char *word)
{
	char path[192], line[512], *found, *rest = NULL;
	bool is_there = false;

	snprintf(path, sizeof(path), "%s/%s", folder, file);
	if (sysfs_read(path, line, sizeof(line)))
		return false;
	for (found = strtok_r(line, " ", &rest); found; found = strtok_r(NULL, " ", &rest))
		is_there |= !strcmp(found, word);
	return is_there;
}

static int set_nodes(const struct cpuset *cpuset, int node)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", node);
	return write_in(cpuset->group, "cpuset.mems", text);
}

/* As the root has them: a new group of version 1 has none. */
static int copy_cpus(const struct cpuset *cpuset)
{
	char path[192], cpus[256];

	snprintf(path, sizeof(path), "%s/cpuset.cpus", cpuset->root);
	if (sysfs_read(path, cpus, sizeof(cpus)))
		return errno == ENOENT ? 0 : -1;
	return write_in(cpuset->group, "cpuset.cpus", cpus);
}

static int mount_version(struct source *source, struct cpuset *cpuset)
{
	const struct cpuset_version *version = cpuset->version;
	int tries, rc = -1;

	snprintf(cpuset->root, sizeof(cpuset->root), "/tmp/bhtorture-cpuset.XXXXXX");
	if (!mkdtemp(cpuset->root)) {
		cpuset->root[0] = '\0';
		return source_give_up(source, TORTURE_FAIL, "no folder in /tmp: %s",
				      strerror(errno));
	}
	for (tries = 0; rc && tries < MOUNT_TRIES; tries++) {
		rc = mount("none", cpuset->root, version->type, 0, version->options);
		if (rc && errno != EBUSY)
			break;
		if (rc)
			usleep(MOUNT_WAIT_US);
	}
	cpuset->mounted = !rc;
	if (rc)
		return source_give_up(source, TORTURE_SKIP,
				      "no cpusets in %s: %s (%s, or in use)",
				      version->type, strerror(errno), version->config);
	if (!version->enable)
		return 0;
	if (!read_in(cpuset->root, "cgroup.controllers", version->enable))
		return source_give_up(source, TORTURE_SKIP,
				      "no controller %s in %s (%s, or in use)",
				      version->enable, version->type, version->config);
	if (read_in(cpuset->root, "cgroup.subtree_control", version->enable))
		return 0;
	cpuset->enabled = !write_in(cpuset->root, "cgroup.subtree_control", "+cpuset");
	if (!cpuset->enabled)
		return source_give_up(source, TORTURE_FAIL, "+cpuset: %s",
				      strerror(errno));
	return 0;
}

static int make_group(struct source *source, struct cpuset *cpuset)
{
	const char * const (*setting)[2];
	char pid[16];

	snprintf(cpuset->group, sizeof(cpuset->group), "%s/bhtorture-%d",
		 cpuset->root, getpid());
	snprintf(pid, sizeof(pid), "%d", cpuset->resident.pid);
	if (mkdir(cpuset->group, 0700)) {
		cpuset->group[0] = '\0';
		return source_give_up(source, TORTURE_FAIL, "no group: %s",
				      strerror(errno));
	}
	for (setting = cpuset->version->settings; (*setting)[0]; setting++)
		if (write_in(cpuset->group, (*setting)[0], (*setting)[1]))
			return source_give_up(source, TORTURE_FAIL, "%s: %s",
					      (*setting)[0], strerror(errno));
	if (copy_cpus(cpuset) || set_nodes(cpuset, source->nodes[0]) ||
	    write_in(cpuset->group, cpuset->version->process, pid))
		return source_give_up(source, TORTURE_FAIL,
				      "a process does not get into a cpuset: %s",
				      strerror(errno));
	return 0;
}

/* Version 2 before ee9707e8593d ("cgroup/cpuset: Enable memory migration ..."). */
static int memory_follows(struct source *source, struct cpuset *cpuset)
{
	if (set_nodes(cpuset, source->nodes[1]))
		return source_give_up(source, TORTURE_FAIL, "cpuset.mems %d: %s",
				      source->nodes[1], strerror(errno));
	if (resident_node(&cpuset->resident) == source->nodes[0])
		return source_give_up(source, TORTURE_SKIP,
				      "memory does not follow cpuset.mems in %s (it does from 5.15 on)",
				      cpuset->version->type);
	return 0;
}

static int cpuset_open(struct source *source, const struct cpuset_version *version)
{
	struct cpuset *cpuset = calloc(1, sizeof(*cpuset));

	source->state = cpuset;
	if (!cpuset)
		return source_give_up(source, TORTURE_FAIL, "out of memory");
	cpuset->version = version;
	if (mount_version(source, cpuset) ||
	    resident_open(&cpuset->resident, source, false, resident_stay, NULL) ||
	    make_group(source, cpuset))
		return -1;
	return memory_follows(source, cpuset);
}

static int cpuset_v1_open(struct source *source)
{
	return cpuset_open(source, &version_1);
}

static int cpuset_v2_open(struct source *source)
{
	return cpuset_open(source, &version_2);
}

static int cpuset_round(struct source *source)
{
	int node = source->nodes[source->rounds % 2];

	if (set_nodes(source->state, node))
		return source_give_up(source, TORTURE_FAIL, "cpuset.mems %d: %s",
				      node, strerror(errno));
	return 0;
}

/* Which hierarchy it is in, 0: version 2's; see /proc/cgroups. */
static bool is_in_version_2(void)
{
	unsigned int hierarchy = 1, number;
	char line[128], name[64];
	FILE *in = fopen("/proc/cgroups", "r");

	while (in && fgets(line, sizeof(line), in))
		if (sscanf(line, "%63s %u", name, &number) == 2 &&
		    !strcmp(name, "cpuset"))
			hierarchy = number;
	if (in)
		fclose(in);
	return !hierarchy;
}

/*
 * A hierarchy of version 1 that is unmounted while a group is still being freed keeps
 * its controller for good (cgroup_kill_sb()): wait before, and if that was not long
 * enough, mount it again for another try.
 */
static void unmount_version(const struct cpuset *cpuset)
{
	const struct cpuset_version *version = cpuset->version;
	int tries, waits;

	for (tries = 0; tries < UNMOUNT_TRIES; tries++) {
		if (!version->enable)
			usleep(UNMOUNT_WAIT_US);
		umount(cpuset->root);
		if (version->enable)
			return;
		for (waits = 0; waits < MOUNT_TRIES / 2; waits++) {
			if (is_in_version_2())
				return;
			usleep(MOUNT_WAIT_US);
		}
		if (mount("none", cpuset->root, version->type, 0, version->options))
			return;
	}
	umount(cpuset->root);
}

static void cpuset_close(struct source *source)
{
	struct cpuset *cpuset = source->state;

	resident_close(&cpuset->resident);
	if (cpuset->group[0])
		rmdir(cpuset->group);
	if (cpuset->enabled)
		write_in(cpuset->root, "cgroup.subtree_control", "-cpuset");
	if (cpuset->mounted)
		unmount_version(cpuset);
	if (cpuset->root[0])
		rmdir(cpuset->root);
}

const struct source_ops source_cpuset_v1 = {
	.name = "cpuset v1",
	.open = cpuset_v1_open,
	.round = cpuset_round,
	.close = cpuset_close,
};

const struct source_ops source_cpuset_v2 = {
	.name = "cpuset v2",
	.open = cpuset_v2_open,
	.round = cpuset_round,
	.close = cpuset_close,
};
