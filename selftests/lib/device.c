// SPDX-License-Identifier: GPL-2.0
/*
 * The block device under torture, whose contents are destroyed.
 *
 * Ours is a RAM disk of our own (brd) or, where that module is missing or taken,
 * a loop device on a file in tmpfs. A device given by hand is taken only when it
 * is a block device, nobody uses it and it holds nothing that libblkid knows:
 * else it is refused with one line, and nothing on it has changed.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <blkid/blkid.h>
#include <linux/fs.h>
#include <linux/loop.h>

#include "torture.h"

#define DEVICE_KIB	(64 * 1024)

/*
 * Odd on purpose: a brd of one disk of such a size that is loaded already was
 * left behind by a test that was killed, and may be used and unloaded.
 */
#define BRD_ODD_KIB	12
#define BRD_PATH	"/dev/ram0"

/* Less than this is no target: a few pages that are always busy. */
#define DEVICE_MIN_BYTES	(1024 * 1024)

/**
 * device_run() - Run a program, silently.
 * @argv: Its arguments, with the terminating NULL.
 *
 * Return: its exit status, 127 when there is no such program, -1 if it was killed.
 */
int device_run(const char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -1;
	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/**
 * device_end_group() - End a process group that was started, and reap its leader.
 * @group: Its number, 0: there is none; 0 afterwards.
 */
void device_end_group(pid_t *group)
{
	if (*group <= 0)
		return;
	kill(-*group, SIGTERM);
	while (waitpid(*group, NULL, 0) < 0 && errno == EINTR)
		;
	/* Its children may still be tidying up. */
	kill(-*group, SIGKILL);
	*group = 0;
}

/**
 * device_has_program() - Is there such a program on PATH?
 * @name: Its name.
 */
bool device_has_program(const char *name)
{
	char command[256];

	snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", name);
	return !system(command);
}

static long sysfs_number(const char *path)
{
	FILE *file = fopen(path, "r");
	long value = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%ld", &value) != 1)
		value = -1;
	fclose(file);
	return value;
}

/**
 * device_refuse_unless_block() - A block device that can be written and is free?
 * @path: Of the device.
 * @reason: One line for the refusal.
 * @size: Of @reason.
 *
 * With an initramfs and no devtmpfs, /dev/ram0 may be a plain file, on which a
 * test would silently do nothing.
 *
 * Return: 0, or -1 when it is refused.
 */
int device_refuse_unless_block(const char *path, char *reason, size_t size)
{
	unsigned long long bytes = 0;
	struct stat status;
	int read_only = 0;
	int fd;

	if (stat(path, &status)) {
		snprintf(reason, size, "device %s refused: %s", path,
			 strerror(errno));
		return -1;
	}
	if (!S_ISBLK(status.st_mode)) {
		snprintf(reason, size, "device %s refused: not a block device",
			 path);
		return -1;
	}
	fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC);
	if (fd < 0) {
		snprintf(reason, size, "device %s refused: %s", path,
			 errno == EBUSY ?
			 "it is in use (mounted, or claimed by a driver)" :
			 strerror(errno));
		return -1;
	}
	if (ioctl(fd, BLKROGET, &read_only))
		read_only = 0;
	if (ioctl(fd, BLKGETSIZE64, &bytes))
		bytes = 0;
	close(fd);
	if (read_only) {
		snprintf(reason, size, "device %s refused: it is read-only",
			 path);
		return -1;
	}
	if (bytes < DEVICE_MIN_BYTES) {
		snprintf(reason, size,
			 "device %s refused: %llu bytes, less than %d", path,
			 bytes, DEVICE_MIN_BYTES);
		return -1;
	}
	return 0;
}

/**
 * device_zero() - Zero out the begin of a device; no folio of it stays in the page cache.
 * @path: The device, which nobody has mounted.
 * @bytes: How much, not beyond its end.
 *
 * Return: 0, or -1 with errno.
 */
int device_zero(const char *path, unsigned long long bytes)
{
	unsigned long long range[2] = { 0, bytes };
	int fd = open(path, O_RDWR | O_CLOEXEC), rc;

	if (fd < 0)
		return -1;
	rc = ioctl(fd, BLKZEROOUT, range);
	close(fd);
	return rc ? -1 : 0;
}

static void describe(blkid_probe probe, char *what, size_t size)
{
	const char *value;

	if (!blkid_probe_lookup_value(probe, "TYPE", &value, NULL))
		snprintf(what, size, "%s", value);
	else if (!blkid_probe_lookup_value(probe, "PTTYPE", &value, NULL))
		snprintf(what, size, "a %s partition table", value);
	else
		snprintf(what, size, "something libblkid knows");
}

/**
 * device_refuse_unless_empty() - Does the device hold nothing?
 * @path: Of the device (or of an image: nothing here needs a block device).
 * @reason: One line for the refusal, naming what is on it.
 * @size: Of @reason.
 *
 * Return: 0, or -1 when it is refused; an ambiguous or failing probe refuses.
 */
int device_refuse_unless_empty(const char *path, char *reason, size_t size)
{
	blkid_probe probe = blkid_new_probe_from_filename(path);
	char what[128];
	int rc;

	if (!probe) {
		snprintf(reason, size, "device %s refused: cannot be probed: %s",
			 path, strerror(errno));
		return -1;
	}
	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE |
					  BLKID_SUBLKS_USAGE |
					  BLKID_SUBLKS_MAGIC);
	blkid_probe_enable_partitions(probe, 1);
	rc = blkid_do_safeprobe(probe);
	if (rc == 0) {
		describe(probe, what, sizeof(what));
		snprintf(reason, size,
			 "device %s refused: it holds %s; nothing was changed",
			 path, what);
	} else if (rc == -2) {
		snprintf(reason, size,
			 "device %s refused: it holds several signatures; nothing was changed",
			 path);
	} else if (rc != 1) {
		snprintf(reason, size,
			 "device %s refused: its contents cannot be read", path);
	}
	blkid_free_probe(probe);
	return rc == 1 ? 0 : -1;
}

static int brd_get(struct torture_device *device, unsigned int kib)
{
	char rd_size[32];
	const char *const load[] = { "modprobe", "brd", "rd_nr=1", rd_size, NULL };
	const char *const unload[] = { "modprobe", "-r", "brd", NULL };
	struct stat status;
	int waited_ms;

	if (!access("/sys/block/ram0", F_OK) &&
	    (sysfs_number("/sys/module/brd/parameters/rd_size") % 1024 != BRD_ODD_KIB ||
	     device_run(unload)))
		return -1;
	snprintf(rd_size, sizeof(rd_size), "rd_size=%u", kib + BRD_ODD_KIB);
	if (device_run(load))
		return -1;
	for (waited_ms = 0; waited_ms < 5000; waited_ms += 50) {
		if (!stat(BRD_PATH, &status) && S_ISBLK(status.st_mode)) {
			snprintf(device->path, sizeof(device->path), "%s",
				 BRD_PATH);
			device->kind = DEVICE_BRD;
			return 0;
		}
		usleep(50 * 1000);
	}
	return -1;
}

/**
 * device_loop_setup() - Put a loop device on a file.
 * @device: What was taken; give it back with device_put().
 * @file: Of the size that the device shall have; belongs to @device from now on.
 *
 * Return: 0, or -1 when it cannot be had.
 */
int device_loop_setup(struct torture_device *device, int file)
{
	const char *const argv[] = { "modprobe", "loop", NULL };
	int control, number, writer;

	if (access("/dev/loop-control", F_OK))
		device_run(argv);
	control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
	number = control < 0 ? -1 : ioctl(control, LOOP_CTL_GET_FREE);
	if (control >= 0)
		close(control);
	if (number < 0)
		goto fail;
	snprintf(device->path, sizeof(device->path), "/dev/loop%d", number);
	device->loop_fd = open(device->path, O_RDWR | O_CLOEXEC);
	if (device->loop_fd < 0)
		goto fail;
	if (ioctl(device->loop_fd, LOOP_SET_FD, file)) {
		close(device->loop_fd);
		goto fail;
	}
	/* A kernel without CONFIG_BLK_DEV_WRITE_MOUNTED mounts nothing that a writer has open. */
	writer = device->loop_fd;
	device->loop_fd = open(device->path, O_RDONLY | O_CLOEXEC);
	if (device->loop_fd < 0)
		ioctl(writer, LOOP_CLR_FD, 0);
	close(writer);
	if (device->loop_fd < 0)
		goto fail;
	device->file_fd = file;
	device->kind = DEVICE_LOOP;
	return 0;
fail:
	close(file);
	return -1;
}

/**
 * device_get_loop() - A loop device on a file in tmpfs, which can be truncated.
 * @device: What was taken; give it back with device_put().
 * @kib: Its size, 0: the default.
 *
 * Return: 0, or -1 when it cannot be had.
 */
int device_get_loop(struct torture_device *device, unsigned int kib)
{
	/* A memfd is a file in tmpfs that goes away by itself. */
	int file = memfd_create("bhtorture", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (file < 0)
		return -1;
	if (ftruncate(file, (kib ?: DEVICE_KIB) * 1024L)) {
		close(file);
		return -1;
	}
	return device_loop_setup(device, file);
}

/**
 * device_get() - Take the device given by hand, or make one.
 * @device: What was taken; give it back with device_put().
 * @by_hand: Path of a device that the user offers, or NULL.
 * @kib: Size of one of our own, 0: the default.
 * @reason: One line when there is none.
 * @size: Of @reason.
 *
 * Return: 0, -1 when the device given is refused, 1 when none can be made here.
 */
int device_get(struct torture_device *device, const char *by_hand,
	       unsigned int kib, char *reason, size_t size)
{
	device->kind = DEVICE_NONE;
	device->loop_fd = -1;
	device->file_fd = -1;
	if (by_hand) {
		if (device_refuse_unless_block(by_hand, reason, size) ||
		    device_refuse_unless_empty(by_hand, reason, size))
			return -1;
		snprintf(device->path, sizeof(device->path), "%s", by_hand);
		device->kind = DEVICE_BY_HAND;
		return 0;
	}
	if (!brd_get(device, kib ?: DEVICE_KIB) || !device_get_loop(device, kib))
		return 0;
	snprintf(reason, size,
		 "no device: neither brd nor loop can be set up here (CONFIG_BLK_DEV_RAM, CONFIG_BLK_DEV_LOOP)");
	return 1;
}

/**
 * device_put() - Undo device_get(); what was given by hand is left alone.
 * @device: The device; nobody uses it any more.
 */
void device_put(struct torture_device *device)
{
	const char *const argv[] = { "modprobe", "-r", "brd", NULL };

	if (device->kind == DEVICE_BRD)
		device_run(argv);
	if (device->kind == DEVICE_LOOP) {
		ioctl(device->loop_fd, LOOP_CLR_FD, 0);
		close(device->loop_fd);
		close(device->file_fd);
	}
	disk_put(device);
	device->kind = DEVICE_NONE;
}
