// SPDX-License-Identifier: GPL-2.0
/*
 * A virtio disk of the virtual machine, which holds nothing and says so by its serial
 * number.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "device.h"
#include "process.h"
#include "sysfs.h"

/* bht-vm adds such a disk to every guest. */
#define SCRATCH_SERIAL	"bhtorture-scratch"

/**
 * device_get_virtio() - The disk that the virtual machine has for this.
 * @device: What was taken.
 *
 * Return: 0, or -1 when there is none.
 */
int device_get_virtio(struct torture_device *device)
{
	const char *const pci[] = { "modprobe", "virtio_pci", NULL };
	const char *const blk[] = { "modprobe", "virtio_blk", NULL };
	char path[300], serial[64];
	struct dirent *entry;
	DIR *folder;
	int rc = -1;

	process_run(pci);
	process_run(blk);
	folder = opendir("/sys/block");
	while (rc && folder && (entry = readdir(folder))) {
		if (strncmp(entry->d_name, "vd", 2))
			continue;
		snprintf(path, sizeof(path), "/sys/block/%s/serial", entry->d_name);
		if (sysfs_read(path, serial, sizeof(serial)) ||
		    strcmp(serial, SCRATCH_SERIAL))
			continue;
		snprintf(device->path, sizeof(device->path), "/dev/%.32s",
			 entry->d_name);
		device->kind = DEVICE_VIRTIO;
		rc = 0;
	}
	if (folder)
		closedir(folder);
	return rc;
}
