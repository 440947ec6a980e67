// SPDX-License-Identifier: GPL-2.0
/*
 * A filesystem on the run's device: made, mounted, taken down and checked.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "filesystem.h"
#include "process.h"

#define WIPE_BYTES	(128 * 1024)
#define JOURNAL_MIB	8	/* of filesystem_make() */
#define JOURNAL_BLOCKS	1024	/* the least that mkfs.ext4 takes */
#define UNMOUNT_TRIES	50
#define UNMOUNT_WAIT_US	100000

/* The first word of a command. */
static bool has_program_of(const char *command)
{
	char program[64];

	snprintf(program, sizeof(program), "%.*s", (int)strcspn(command, " "), command);
	return process_has_program(program);
}

static int run_on(const char *command, const char *device)
{
	char line[FILESYSTEM_PATH_MAX];
	const char *const argv[] = { "sh", "-c", line, NULL };

	snprintf(line, sizeof(line), "%s %s", command, device);
	return process_run(argv);
}

/**
 * filesystem_mount() - Mount what filesystem_setup() made.
 * @fs: Made, not mounted.
 * @t: The run.
 * @read_only: Only to look at it.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int filesystem_mount(struct filesystem *fs, struct torture *t, bool read_only)
{
	const struct filesystem_type *type = &fs->type;

	if (!mount(fs->device, fs->path, type->name,
		   MS_NOATIME | (read_only ? MS_RDONLY : 0), type->options)) {
		fs->mounted = true;
		return 0;
	}
	if (errno == EINVAL && type->block_size > sysconf(_SC_PAGESIZE))
		return torture_give_up(t, TORTURE_SKIP,
				       "%s of this kernel has no blocks larger than a page: %s",
				       type->name, strerror(errno));
	return torture_give_up(t, errno == ENODEV ? TORTURE_SKIP : TORTURE_FAIL,
			       errno == ENODEV ? "the kernel has no %s (%s): %s" :
			       "mount of %s with %s: %s", type->name,
			       errno == ENODEV ? type->config : type->options,
			       strerror(errno));
}

/**
 * filesystem_setup_on() - Make a filesystem on a device and mount it.
 * @fs: Zeroed; filesystem_end() in any case.
 * @t: The run, prepared.
 * @type: What kind of filesystem; copied.
 * @device: The device's path.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int filesystem_setup_on(struct filesystem *fs, struct torture *t,
			const struct filesystem_type *type, const char *device)
{
	const char *const load[] = { "modprobe", type->name, NULL };
	int rc;

	fs->type = *type;
	if (!has_program_of(type->make) || (type->check && !has_program_of(type->check)))
		return torture_give_up(t, TORTURE_SKIP, "needs the programs of: %s; %s",
				       type->make, type->check ?: "");
	process_run(load);
	rc = run_on(type->make, device);
	if (rc)
		return torture_give_up(t, TORTURE_FAIL, "%s %s: exit status %d", type->make,
				       device, rc);
	snprintf(fs->device, sizeof(fs->device), "%s", device);
	fs->made = true;
	snprintf(fs->path, sizeof(fs->path), "/tmp/bhtorture.XXXXXX");
	if (!mkdtemp(fs->path)) {
		fs->path[0] = '\0';
		return torture_give_up(t, TORTURE_FAIL, "no folder in /tmp: %s",
				       strerror(errno));
	}
	return filesystem_mount(fs, t, false);
}

/**
 * filesystem_setup() - The same, on the run's device.
 * @fs: Zeroed; filesystem_end() in any case.
 * @t: The run, prepared.
 * @type: What kind of filesystem; copied.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int filesystem_setup(struct filesystem *fs, struct torture *t,
		     const struct filesystem_type *type)
{
	return filesystem_setup_on(fs, t, type, t->device.path);
}

/**
 * filesystem_make() - The same, an ext4 whose metadata is at its begin.
 * @fs: Zeroed; filesystem_end() in any case.
 * @t: The run, prepared.
 * @block_size: In bytes.
 * @options: Mount options.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int filesystem_make(struct filesystem *fs, struct torture *t,
		    unsigned int block_size, const char *options)
{
	struct filesystem_type ext4 = {
		.name = "ext4", .make = fs->make, .check = "e2fsck -f -n",
		.options = options, .config = "CONFIG_EXT4_FS",
		.block_size = block_size,
	};
	unsigned int journal_mib = JOURNAL_BLOCKS * block_size >> 20;

	/* Bitmaps, inodes and journal come first: FILESYSTEM_METADATA_BYTES. */
	snprintf(fs->make, sizeof(fs->make),
		 "mkfs.ext4 -q -F -b %u -N 16384 -J size=%u -E nodiscard,packed_meta_blocks=1",
		 block_size, journal_mib > JOURNAL_MIB ? journal_mib : JOURNAL_MIB);
	return filesystem_setup(fs, t, &ext4);
}

/**
 * filesystem_unmount() - Unmount it; those that used it may take a moment to go.
 * @fs: Mounted or not.
 * @t: The run.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int filesystem_unmount(struct filesystem *fs, struct torture *t)
{
	int tries;

	for (tries = 0; fs->mounted && tries < UNMOUNT_TRIES; tries++) {
		fs->mounted = umount(fs->path);
		if (fs->mounted)
			usleep(UNMOUNT_WAIT_US);
	}
	if (fs->mounted)
		return torture_give_up(t, TORTURE_FAIL, "umount of %s: %s", fs->path,
				       strerror(errno));
	return 0;
}

/* Or the next test would refuse a device given by hand: it holds something. */
static void wipe(const char *device)
{
	static const char zeroes[WIPE_BYTES];
	int fd = open(device, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (pwrite(fd, zeroes, sizeof(zeroes), 0) > 0)
		fsync(fd);
	close(fd);
}

/**
 * filesystem_forget() - Leave nothing of a former filesystem in the page cache.
 * @t: The run, nothing mounted on its device.
 * @bytes: From the device's begin.
 *
 * Folios that are mapped, or looked up just then, outlive an unmount, and with them
 * what ext4 and jbd2 have noted in their buffers (BH_Verified, BH_BITMAP_UPTODATE):
 * the next filesystem would be taken for the one before. Zeroing out removes them
 * all, see truncate_bdev_range().
 *
 * Return: 0, or -1 with the run's result decided.
 */
int filesystem_forget(struct torture *t, unsigned long long bytes)
{
	if (device_zero(t->device.path, bytes))
		return torture_give_up(t, TORTURE_FAIL, "%s cannot be zeroed: %s",
				       t->device.path, strerror(errno));
	return 0;
}

/**
 * filesystem_end() - Unmount, check, wipe; from any half-built state.
 * @fs: The filesystem; nobody uses it any more.
 * @t: The run, stopped; fails if the filesystem is damaged.
 * @check: Is it meant to be whole?
 */
void filesystem_end(struct filesystem *fs, struct torture *t, bool check)
{
	int rc;

	if (filesystem_unmount(fs, t)) {
		umount2(fs->path, MNT_DETACH);
		return;
	}
	if (fs->path[0])
		rmdir(fs->path);
	if (!fs->made)
		return;
	rc = check && fs->type.check ? run_on(fs->type.check, fs->device) : 0;
	if (rc)
		torture_give_up(t, TORTURE_FAIL, "%s finds errors (exit status %d)",
				fs->type.check, rc);
	wipe(fs->device);
	fs->made = false;
}
