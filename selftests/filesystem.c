// SPDX-License-Identifier: GPL-2.0
/*
 * A filesystem on the run's device, made, used hard, taken down and checked.
 *
 * The load is about metadata: what lives in the device's own page cache, with
 * buffers, are directories, inode tables, bitmaps and the journal. Each thread has
 * a ring of slots and removes what a slot held before filling it again, so that
 * nothing ever fills up. If stress-ng is installed it joins in.
 *
 * A buffer that is part of a transaction is referenced, and cannot move, until it
 * has been written back and a later commit has found that out. Hence many slots of
 * which few are being changed, commits every second, and frequent syncs.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "torture.h"

#define SLOTS		256	/* per thread: a directory and what is in it */
#define SHELVES		16	/* directories that files are renamed to */
#define LOOK_AT		16	/* slots looked at for each that is changed */
#define SYNC_EVERY_US	300000
#define WIPE_BYTES	(128 * 1024)

/* Longer than what fits into an inode, so that it takes a block. */
static const char target[] =
	"a/symbolic/link/to/nowhere/whose/name/does/not/fit/into/the/inode/itself";

/**
 * filesystem_make() - Make an ext4 on the run's device and mount it.
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
	const char *const load[] = { "modprobe", "ext4", NULL };
	char size[16];
	/* Bitmaps, inodes and journal come first: FILESYSTEM_METADATA_BYTES. */
	const char *const make[] = {
		"mkfs.ext4", "-q", "-F", "-b", size, "-N", "16384", "-J", "size=8",
		"-E", "nodiscard,packed_meta_blocks=1", t->device.path, NULL
	};
	int rc;

	if (!device_has_program("mkfs.ext4") || !device_has_program("e2fsck"))
		return torture_give_up(t, TORTURE_SKIP,
				       "needs mkfs.ext4 and e2fsck (e2fsprogs)");
	device_run(load);
	snprintf(size, sizeof(size), "%u", block_size);
	rc = device_run(make);
	if (rc)
		return torture_give_up(t, TORTURE_FAIL,
				       "mkfs.ext4 -b %u %s: exit status %d",
				       block_size, t->device.path, rc);
	snprintf(fs->device, sizeof(fs->device), "%s", t->device.path);
	fs->made = true;
	snprintf(fs->path, sizeof(fs->path), "/tmp/bhtorture.XXXXXX");
	if (!mkdtemp(fs->path)) {
		fs->path[0] = '\0';
		return torture_give_up(t, TORTURE_FAIL, "no folder in /tmp: %s",
				       strerror(errno));
	}
	if (mount(t->device.path, fs->path, "ext4", MS_NOATIME, options))
		return torture_give_up(t, errno == ENODEV ? TORTURE_SKIP :
				       TORTURE_FAIL,
				       "mount of ext4 with %s: %s", options,
				       strerror(errno));
	fs->mounted = true;
	return 0;
}

static void empty_slot(const char *path, unsigned int slot)
{
	char name[FILESYSTEM_PATH_MAX];

	snprintf(name, sizeof(name), "%s/shelf%u/file%u", path, slot % SHELVES, slot);
	unlink(name);
	snprintf(name, sizeof(name), "%s/slot%u/link", path, slot);
	unlink(name);
	snprintf(name, sizeof(name), "%s/slot%u/symlink", path, slot);
	unlink(name);
	snprintf(name, sizeof(name), "%s/slot%u", path, slot);
	rmdir(name);
}

static int write_file(const char *name, size_t size)
{
	char data[4096];
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ssize_t written;

	if (fd < 0)
		return -1;
	memset(data, size, sizeof(data));
	written = write(fd, data, size);
	close(fd);
	return written < 0 ? -1 : 0;
}

static int fill_slot(const char *path, unsigned int slot)
{
	char name[FILESYSTEM_PATH_MAX], other[FILESYSTEM_PATH_MAX];

	snprintf(name, sizeof(name), "%s/slot%u", path, slot);
	if (mkdir(name, 0700))
		return -1;
	snprintf(name, sizeof(name), "%s/slot%u/file", path, slot);
	if (write_file(name, 1 + slot * 8))
		return -1;
	snprintf(other, sizeof(other), "%s/slot%u/link", path, slot);
	if (link(name, other))
		return -1;
	snprintf(other, sizeof(other), "%s/shelf%u/file%u", path, slot % SHELVES, slot);
	if (rename(name, other))
		return -1;
	snprintf(name, sizeof(name), "%s/slot%u/symlink", path, slot);
	return symlink(target, name);
}

/* Without changing anything, not even the access time. */
static void look_at_slot(const char *path, unsigned int slot)
{
	char name[FILESYSTEM_PATH_MAX], text[sizeof(target)];
	struct stat status;

	snprintf(name, sizeof(name), "%s/slot%u/symlink", path, slot);
	if (readlink(name, text, sizeof(text)) < 0)
		return;
	snprintf(name, sizeof(name), "%s/shelf%u/file%u", path, slot % SHELVES, slot);
	stat(name, &status);
}

static bool stopping(const struct filesystem *fs)
{
	return __atomic_load_n(&fs->stop, __ATOMIC_RELAXED);
}

static void churn_path(const struct churn *churn, char *path, size_t size)
{
	snprintf(path, size, "%s/thread%u", churn->fs->path, churn->number);
}

static int populate(const struct churn *churn)
{
	char path[FILESYSTEM_PATH_MAX / 2], name[FILESYSTEM_PATH_MAX];
	unsigned int i;

	churn_path(churn, path, sizeof(path));
	if (mkdir(path, 0700))
		return -1;
	for (i = 0; i < SHELVES; i++) {
		snprintf(name, sizeof(name), "%s/shelf%u", path, i);
		if (mkdir(name, 0700))
			return -1;
	}
	for (i = 0; i < SLOTS; i++)
		if (fill_slot(path, i))
			return -1;
	return 0;
}

static void *churn_main(void *argument)
{
	struct churn *churn = argument;
	char path[FILESYSTEM_PATH_MAX / 2];
	unsigned int slot = 0, random = churn->number, i;

	churn_path(churn, path, sizeof(path));
	while (!stopping(churn->fs)) {
		for (i = 0; i < LOOK_AT; i++) {
			random = random * 1664525 + 1013904223;
			look_at_slot(path, (random >> 8) % SLOTS);
		}
		empty_slot(path, slot);
		if (fill_slot(path, slot)) {
			churn->error = errno;
			break;
		}
		slot = (slot + 1) % SLOTS;
		churn->operations++;
	}
	return NULL;
}

static void *sync_main(void *argument)
{
	struct filesystem *fs = argument;

	while (!stopping(fs)) {
		sync();
		usleep(SYNC_EVERY_US);
	}
	return NULL;
}

static void start_stress(struct filesystem *fs)
{
	fs->stress = fork();
	if (fs->stress)
		return;
	setpgid(0, 0);
	execlp("stress-ng", "stress-ng", "--quiet", "--temp-path", fs->path,
	       "--rename", "1", "--dir", "1", "--dir-dirs", "1024", "--link", "1",
	       "--symlink", "1", (char *)NULL);
	_exit(127);
}

/**
 * filesystem_load() - Keep the filesystem busy in the background.
 * @fs: A mounted one.
 * @t: The run.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int filesystem_load(struct filesystem *fs, struct torture *t)
{
	unsigned int i;
	int rc;

	for (i = 0; i < FILESYSTEM_THREADS; i++) {
		fs->churn[i].fs = fs;
		fs->churn[i].number = i;
		if (populate(&fs->churn[i]))
			return torture_give_up(t, TORTURE_FAIL,
					       "the filesystem cannot be populated: %s",
					       strerror(errno));
	}
	sync();
	fs->syncing = !pthread_create(&fs->syncer, NULL, sync_main, fs);
	for (i = 0; i < FILESYSTEM_THREADS; i++) {
		rc = pthread_create(&fs->churn[i].thread, NULL, churn_main,
				    &fs->churn[i]);
		if (rc)
			return torture_give_up(t, TORTURE_FAIL,
					       "no thread for the filesystem: %s",
					       strerror(rc));
		fs->churn[i].running = true;
	}
	if (device_has_program("stress-ng"))
		start_stress(fs);
	return 0;
}

/**
 * filesystem_idle() - End the load.
 * @fs: The filesystem, loaded or not.
 * @t: The run; fails if the load met an error.
 */
void filesystem_idle(struct filesystem *fs, struct torture *t)
{
	unsigned int i;

	__atomic_store_n(&fs->stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < FILESYSTEM_THREADS; i++) {
		if (!fs->churn[i].running)
			continue;
		pthread_join(fs->churn[i].thread, NULL);
		fs->churn[i].running = false;
		fs->operations += fs->churn[i].operations;
		if (fs->churn[i].error)
			torture_give_up(t, TORTURE_FAIL,
					"the filesystem's load ended early: %s",
					strerror(fs->churn[i].error));
	}
	if (fs->syncing)
		pthread_join(fs->syncer, NULL);
	fs->syncing = false;
	if (fs->stress > 0) {
		kill(-fs->stress, SIGTERM);
		while (waitpid(fs->stress, NULL, 0) < 0 && errno == EINTR)
			;
		/* Its children may still be tidying up. */
		kill(-fs->stress, SIGKILL);
		fs->stress = 0;
	}
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
 * filesystem_end() - Unmount, check, wipe; from any half-built state.
 * @fs: The filesystem; nobody but its own load uses it.
 * @t: The run, stopped; fails if the filesystem is damaged.
 * @check: Is it meant to be whole?
 */
void filesystem_end(struct filesystem *fs, struct torture *t, bool check)
{
	const char *const argv[] = { "e2fsck", "-f", "-n", fs->device, NULL };
	int tries, rc;

	filesystem_idle(fs, t);
	for (tries = 0; fs->mounted && tries < 50; tries++) {
		fs->mounted = umount(fs->path);
		if (fs->mounted)
			usleep(100 * 1000);
	}
	if (fs->mounted) {
		torture_give_up(t, TORTURE_FAIL, "umount of %s: %s", fs->path,
				strerror(errno));
		umount2(fs->path, MNT_DETACH);
		return;
	}
	if (fs->path[0])
		rmdir(fs->path);
	if (!fs->made)
		return;
	rc = check ? device_run(argv) : 0;
	if (rc)
		torture_give_up(t, TORTURE_FAIL,
				"e2fsck -fn finds errors (exit status %d)", rc);
	wipe(fs->device);
}
