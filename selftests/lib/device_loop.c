// SPDX-License-Identifier: GPL-2.0
/*
 * A loop device, on a file in tmpfs or on any other.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/loop.h>

#include "device.h"
#include "process.h"

static void put_loop(struct torture_device *device)
{
	ioctl(device->loop_fd, LOOP_CLR_FD, 0);
	close(device->loop_fd);
	close(device->file_fd);
	device->loop_fd = -1;
	device->file_fd = -1;
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
		process_run(argv);
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
	device->put = put_loop;
	return 0;
fail:
	close(file);
	return -1;
}

/**
 * device_get_loop() - A loop device on a file in tmpfs, which can be truncated.
 * @device: What was taken; give it back with device_put().
 * @kib: Its size.
 *
 * Return: 0, or -1 when it cannot be had.
 */
int device_get_loop(struct torture_device *device, unsigned int kib)
{
	/* A memfd is a file in tmpfs that goes away by itself. */
	int file = memfd_create("bhtorture", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (file < 0)
		return -1;
	if (ftruncate(file, kib * 1024L)) {
		close(file);
		return -1;
	}
	return device_loop_setup(device, file);
}
