// SPDX-License-Identifier: GPL-2.0
/*
 * A RAM disk of our own (brd).
 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"
#include "process.h"
#include "sysfs.h"

/*
 * Odd on purpose: a brd of one disk of such a size that is loaded already was
 * left behind by a test that was killed, and may be used and unloaded.
 */
#define BRD_ODD_KIB	12
#define BRD_PATH	"/dev/ram0"

static int unload(void)
{
	const char *const argv[] = { "modprobe", "-r", "brd", NULL };

	return process_run(argv);
}

static void put_brd(struct torture_device *device)
{
	(void)device;
	unload();
}

/**
 * device_get_brd() - A RAM disk.
 * @device: What was taken.
 * @kib: Its size.
 *
 * Return: 0, or -1 when it cannot be had: brd is missing, or somebody else uses it.
 */
int device_get_brd(struct torture_device *device, unsigned int kib)
{
	char rd_size[32];
	const char *const load[] = { "modprobe", "brd", "rd_nr=1", rd_size, NULL };
	struct stat status;
	int waited_ms;

	if (!access("/sys/block/ram0", F_OK) &&
	    (sysfs_number("/sys/module/brd/parameters/rd_size") % 1024 != BRD_ODD_KIB ||
	     unload()))
		return -1;
	snprintf(rd_size, sizeof(rd_size), "rd_size=%u", kib + BRD_ODD_KIB);
	if (process_run(load))
		return -1;
	for (waited_ms = 0; waited_ms < 5000; waited_ms += 50) {
		if (!stat(BRD_PATH, &status) && S_ISBLK(status.st_mode)) {
			snprintf(device->path, sizeof(device->path), "%s",
				 BRD_PATH);
			device->kind = DEVICE_BRD;
			device->put = put_brd;
			return 0;
		}
		usleep(50 * 1000);
	}
	return -1;
}
