// SPDX-License-Identifier: GPL-2.0
/*
 * Bhtorture.ko: found, loaded, paused, stopped, unloaded.
 *
 * When the module refuses to load, it says why in the kernel's log. That line is fetched
 * and becomes the test's reason.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "module.h"
#include "sysfs.h"

#define MODULE		"bhtorture"
#define DEBUGFS		"/sys/kernel/debug"

/* A reader of a debugfs file may hold the module for a moment. */
#define UNLOAD_TRIES	200
#define UNLOAD_WAIT_US	50000

/**
 * debugfs_mount() - Make sure that debugfs is where everybody expects it.
 * @reason: Why it is not.
 * @size: Of @reason.
 *
 * Return: 0 or -1.
 */
int debugfs_mount(char *reason, size_t size)
{
	struct statfs status;

	if (!statfs(DEBUGFS, &status) && status.f_type == DEBUGFS_MAGIC)
		return 0;
	if (!mount("debugfs", DEBUGFS, "debugfs", 0, NULL))
		return 0;
	snprintf(reason, size, "no debugfs at " DEBUGFS ": %s (CONFIG_DEBUG_FS)",
		 strerror(errno));
	return -1;
}

/**
 * module_find() - Where is bhtorture.ko?
 * @by_hand: BHT_MODULE, or NULL for the one beside the test program.
 * @path: Where it is; empty when it is modprobe's to find.
 * @path_size: Of @path.
 * @reason: Why there is none.
 * @size: Of @reason.
 *
 * Return: 0, -1 when the one given by hand is missing, 1 when there is none.
 */
int module_find(const char *by_hand, char *path, size_t path_size,
		char *reason, size_t size)
{
	char self[4096];
	ssize_t length;
	char *slash;

	if (by_hand) {
		snprintf(path, path_size, "%s", by_hand);
		if (!access(path, R_OK))
			return 0;
		snprintf(reason, size, "BHT_MODULE=%s: %s", by_hand,
			 strerror(errno));
		return -1;
	}
	length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (length > 0) {
		self[length] = '\0';
		slash = strrchr(self, '/');
		if (slash) {
			*slash = '\0';
			snprintf(path, path_size, "%s/" MODULE ".ko", self);
			if (!access(path, R_OK))
				return 0;
		}
	}
	path[0] = '\0';
	if (!system("modprobe -n " MODULE " >/dev/null 2>&1"))
		return 0;
	snprintf(reason, size,
		 "no bhtorture.ko: not beside the test, modprobe does not know it, BHT_MODULE is not set");
	return 1;
}

static int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* The last line about the module since kmsg_open(), without its prefix. */
static void kmsg_last(int fd, char *line, size_t size)
{
	char record[2048];
	ssize_t length;

	line[0] = '\0';
	while (fd >= 0) {
		char *text, *end;

		length = read(fd, record, sizeof(record) - 1);
		if (length < 0 && errno == EPIPE)
			continue;	/* overwritten, next */
		if (length <= 0)
			return;
		record[length] = '\0';
		text = strchr(record, ';');
		end = strchr(record, '\n');
		if (!text || !strstr(text, MODULE))
			continue;
		if (end)
			*end = '\0';
		snprintf(line, size, "%s", text + 1);
	}
}

static int load(const char *path, const char *params)
{
	char command[1024];
	int fd, rc;

	if (!*path) {
		snprintf(command, sizeof(command),
			 "modprobe " MODULE " %s >/dev/null 2>&1", params);
		errno = EINVAL;
		return system(command) ? -1 : 0;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	rc = syscall(SYS_finit_module, fd, params, 0);
	if (rc) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	close(fd);
	return 0;
}

/* The word in brackets, NULL without lockdown. */
static const char *lockdown_mode(char *line, size_t size)
{
	FILE *file = fopen("/sys/kernel/security/lockdown", "r");
	char *word = NULL;

	if (!file)
		return NULL;
	if (fgets(line, size, file))
		word = strchr(line, '[');
	fclose(file);
	word = word ? strtok(word + 1, "]") : NULL;
	return word && strcmp(word, "none") ? word : NULL;
}

static void refused(const char *why, char *reason, size_t size)
{
	snprintf(reason, size,
		 "this kernel refuses modules (%s): bht-watch of traces/watch watches it without one",
		 why);
}

/**
 * module_refused() - Does this kernel load no modules at all?
 * @reason: That it does not, and what else there is.
 * @size: Of @reason.
 */
bool module_refused(char *reason, size_t size)
{
	FILE *file = fopen("/proc/sys/kernel/modules_disabled", "r");
	int disabled = 0;

	if (!file) {
		if (errno != ENOENT || access("/proc/sys/kernel", F_OK))
			return false;
		refused("it has no CONFIG_MODULES", reason, size);
		return true;
	}
	if (fscanf(file, "%d", &disabled) != 1)
		disabled = 0;
	fclose(file);
	if (disabled)
		refused("kernel.modules_disabled is 1", reason, size);
	return disabled;
}

/* Nobody but the kernel's policy has said no: it wants a signature, or no module. */
static bool refused_by_policy(int error, char *reason, size_t size)
{
	char line[128], why[192];
	const char *locked = lockdown_mode(line, sizeof(line));

	if (error != EKEYREJECTED && error != ENOKEY && error != EPERM)
		return false;
	if (locked)
		snprintf(why, sizeof(why), "lockdown=%s, and it is not signed: %s", locked,
			 strerror(error));
	else
		snprintf(why, sizeof(why), "it is not signed, or it takes CAP_SYS_MODULE: %s",
			 strerror(error));
	refused(why, reason, size);
	return true;
}

/**
 * module_load() - Load the module, which starts the torture.
 * @path: From module_find().
 * @params: As insmod's: "device=/dev/ram0 strategy=kernel ...".
 * @reason: The kernel log's line about it, or errno's name.
 * @size: Of @reason.
 *
 * Return: 0, -1, or 1 when this kernel refuses modules like this one.
 */
int module_load(const char *path, const char *params, char *reason,
		size_t size)
{
	int log = kmsg_open();
	char line[384];
	int rc, error;

	rc = load(path, params);
	error = errno;
	if (rc && *path && refused_by_policy(error, reason, size)) {
		rc = 1;
	} else if (rc) {
		kmsg_last(log, line, sizeof(line));
		snprintf(reason, size, MODULE ".ko does not load (%s): %s",
			 strerror(error), *line ? line : "the kernel log is silent");
	}
	if (log >= 0)
		close(log);
	return rc;
}

static int ask(const char *path, const char *text, char *reason, size_t size)
{
	int rc = sysfs_write(path, text);

	if (rc)
		snprintf(reason, size, "%s: %s", path, strerror(errno));
	return rc;
}

/**
 * module_pause() - Let the hammer stand still, or go on; returns when it does.
 * @pause: Which of the two.
 * @reason: Why not.
 * @size: Of @reason.
 *
 * Return: 0 or -1.
 */
int module_pause(bool pause, char *reason, size_t size)
{
	return ask(MODULE_FOLDER "/pause", pause ? "1" : "0", reason, size);
}

/**
 * module_stop() - Quiesce the torture; returns when the verdict is out.
 * @reason: Why not.
 * @size: Of @reason.
 *
 * Return: 0 or -1.
 */
int module_stop(char *reason, size_t size)
{
	return ask(MODULE_FOLDER "/stop", "1", reason, size);
}

/**
 * module_unload() - Unload the module, ours or one that was left behind.
 * @reason: Why it stays.
 * @size: Of @reason.
 *
 * Return: 0, also when it is not loaded, or -1.
 */
int module_unload(char *reason, size_t size)
{
	int tries;

	for (tries = 0; tries < UNLOAD_TRIES; tries++) {
		if (!syscall(SYS_delete_module, MODULE, O_NONBLOCK) ||
		    errno == ENOENT)
			return 0;
		if (errno != EAGAIN && errno != EBUSY)
			break;
		usleep(UNLOAD_WAIT_US);
	}
	snprintf(reason, size, MODULE " cannot be unloaded: %s",
		 strerror(errno));
	return -1;
}
