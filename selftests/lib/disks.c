// SPDX-License-Identifier: GPL-2.0
/*
 * Block devices of other kinds than the default: what a driver does with a
 * buffer's page (copy it, map it, write it later) differs from kind to kind.
 *
 *   null_blk  in memory, with a request queue
 *   virtio    a disk of the VM that holds nothing and says so: its serial number
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "torture.h"

#define CONFIGFS	"/sys/kernel/config"
#define NULLB		CONFIGFS "/nullb/bhtorture"
/* scripts/vm/qemu.sh adds it to every guest. */
#define SCRATCH_SERIAL	"bhtorture-scratch"

/**
 * disk_write_text() - Write a word to a file of sysfs or the like.
 * @path: The file.
 * @text: The word.
 *
 * Return: 0, or -1 with errno set.
 */
int disk_write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t length = strlen(text), written;

	if (fd < 0)
		return -1;
	written = write(fd, text, length);
	close(fd);
	return written == length ? 0 : -1;
}

/**
 * disk_read_text() - Read the first line of a file of sysfs or the like.
 * @path: The file.
 * @text: Where to.
 * @size: Of @text.
 *
 * Return: 0, or -1 with errno set.
 */
int disk_read_text(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "r");
	size_t length;

	if (!file)
		return -1;
	length = fread(text, 1, size - 1, file);
	fclose(file);
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return 0;
}

static void end_null_blk(void)
{
	disk_write_text(NULLB "/power", "0");
	rmdir(NULLB);
}

static int get_null_blk(struct torture_device *device, unsigned int kib)
{
	const char *const argv[] = { "modprobe", "null_blk", "nr_devices=0", NULL };
	char size[16], number[16] = "0";

	device_run(argv);
	mount("none", CONFIGFS, "configfs", 0, NULL);
	/* Left behind by a test that was killed. */
	end_null_blk();
	snprintf(size, sizeof(size), "%u", kib / 1024);
	if (mkdir(NULLB, 0700) || disk_write_text(NULLB "/size", size) ||
	    disk_write_text(NULLB "/memory_backed", "1") ||
	    disk_write_text(NULLB "/power", "1"))
		return -1;
	device->kind = DEVICE_NULL_BLK;
	/* Named after its configuration, before 5.19 by number. */
	snprintf(device->path, sizeof(device->path), "/dev/bhtorture");
	if (access(device->path, F_OK)) {
		disk_read_text(NULLB "/index", number, sizeof(number));
		snprintf(device->path, sizeof(device->path), "/dev/nullb%s", number);
	}
	return 0;
}

static int get_virtio(struct torture_device *device)
{
	const char *const pci[] = { "modprobe", "virtio_pci", NULL };
	const char *const blk[] = { "modprobe", "virtio_blk", NULL };
	char path[300], serial[64];
	struct dirent *entry;
	DIR *folder;
	int rc = -1;

	device_run(pci);
	device_run(blk);
	folder = opendir("/sys/block");
	while (rc && folder && (entry = readdir(folder))) {
		if (strncmp(entry->d_name, "vd", 2))
			continue;
		snprintf(path, sizeof(path), "/sys/block/%s/serial", entry->d_name);
		if (disk_read_text(path, serial, sizeof(serial)) ||
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

/**
 * disk_get() - Have the run use a device of this kind, unless one is given by hand.
 * @t: The run, not prepared yet; torture_end() gives the device back.
 * @kind: DEVICE_BRD (the default of torture_prepare()), DEVICE_LOOP and so on.
 * @kib: Its size, if that can be chosen.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int disk_get(struct torture *t, enum device_kind kind, unsigned int kib)
{
	const char *missing = NULL;

	t->device_kib = kib;
	if (t->result != TORTURE_UNDECIDED)
		return -1;
	if (t->options.device)
		return 0;
	switch (kind) {
	case DEVICE_LOOP:
		if (device_get_loop(&t->device, kib))
			missing = "no loop device can be had here (CONFIG_BLK_DEV_LOOP)";
		break;
	case DEVICE_NULL_BLK:
		if (get_null_blk(&t->device, kib))
			missing = "no null_blk can be had here (CONFIG_BLK_DEV_NULL_BLK)";
		break;
	case DEVICE_VIRTIO:
		if (get_virtio(&t->device))
			missing = "no virtio disk with the serial number " SCRATCH_SERIAL
				  " (CONFIG_VIRTIO_BLK)";
		break;
	default:
		break;
	}
	return missing ? torture_give_up(t, TORTURE_SKIP, "%s", missing) : 0;
}

/**
 * disk_put() - What device_put() does for these kinds.
 * @device: The device; nobody uses it any more.
 */
void disk_put(struct torture_device *device)
{
	if (device->kind == DEVICE_NULL_BLK)
		end_null_blk();
}
