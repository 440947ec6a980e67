// SPDX-License-Identifier: GPL-2.0
/*
 * Looks up a few metadata blocks of an ext4 again and again.
 *
 * What a busy filesystem changes is part of a transaction most of the time: the journal
 * refers to its buffers, they are looked up and do not move. What nobody changes moves,
 * and is looked up seldom. An extended attribute that does not fit into its inode is in a
 * block of its own, which each fgetxattr() looks up (ext4_sb_bread()) and lets go again.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "clock.h"
#include "reader.h"

#define ATTRIBUTE	"user.bhtorture"
#define VALUE_BYTES	800	/* fits into a block of 1 KiB, not into an inode */
#define ROUNDS		4	/* through all files between two pauses */
#define PAUSE_US	20	/* who moves needs a CPU, too */
#define DROP_EVERY_S	0.1

static int open_file(const struct filesystem *fs, int n, int flags)
{
	char name[FILESYSTEM_PATH_MAX];

	snprintf(name, sizeof(name), "%s/attribute%d", fs->path, n);
	return open(name, flags | O_CLOEXEC, 0600);
}

/**
 * reader_make() - Make its files. To be mounted anew before it starts.
 * @t: The run.
 * @fs: An ext4, mounted.
 *
 * The journal lets go of buffers when a later commit has noticed that they were written,
 * and of all of them at an unmount.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int reader_make(struct torture *t, const struct filesystem *fs)
{
	char value[VALUE_BYTES];
	int i, fd;

	for (i = 0; i < READER_FILES; i++) {
		/* Files with equal attributes would share a block. */
		memset(value, 'a' + i, sizeof(value));
		fd = open_file(fs, i, O_WRONLY | O_CREAT);
		if (fd < 0 || fsetxattr(fd, ATTRIBUTE, value, sizeof(value), 0)) {
			torture_give_up(t, TORTURE_FAIL, "no file with an attribute in %s: %s",
					fs->path, strerror(errno));
			if (fd >= 0)
				close(fd);
			return -1;
		}
		close(fd);
	}
	return 0;
}

/* The page of the device that has the file's attribute. */
static bool find_page(int file, size_t *page)
{
	union {
		struct fiemap fiemap;
		char room[sizeof(struct fiemap) + sizeof(struct fiemap_extent)];
	} map = { 0 };

	map.fiemap.fm_length = FIEMAP_MAX_OFFSET;
	map.fiemap.fm_flags = FIEMAP_FLAG_XATTR;
	map.fiemap.fm_extent_count = 1;
	if (ioctl(file, FS_IOC_FIEMAP, &map.fiemap) || !map.fiemap.fm_mapped_extents)
		return false;
	*page = map.fiemap.fm_extents[0].fe_physical / sysconf(_SC_PAGESIZE);
	return true;
}

/*
 * Each page once, in no order. Those with fewer attributes than others are left out: they
 * have blocks of the load, too, which the journal may hold for as long as that lasts. One
 * page that cannot move ends a call of move_pages(2).
 */
static void find_pages(struct reader *reader)
{
	size_t attributes[READER_FILES] = { 0 }, *page = reader->page;
	size_t i, j, nr = 0, most = 0;

	for (i = 0; i < reader->nr_files; i++) {
		if (!find_page(reader->file[i], &page[nr]))
			continue;
		for (j = 0; page[j] != page[nr]; j++)
			;
		nr += j == nr;
		if (++attributes[j] > most)
			most = attributes[j];
	}
	for (i = 0; i < nr; i++)
		if (attributes[i] == most)
			page[reader->nr_pages++] = page[i];
}

/*
 * What compaction has moved to the end of a zone stays there: it would move once. Read anew
 * it is somewhere else. What is mapped, for move_pages(2), stays in memory.
 */
static void drop_pages(const struct reader *reader)
{
	long size = sysconf(_SC_PAGESIZE);
	size_t i;

	for (i = 0; i < reader->nr_pages; i++)
		posix_fadvise(reader->device, reader->page[i] * size, size, POSIX_FADV_DONTNEED);
}

static void *reader_main(void *argument)
{
	struct reader *reader = argument;
	double dropped = clock_s();
	char value[VALUE_BYTES];
	size_t i;

	while (!__atomic_load_n(&reader->stop, __ATOMIC_RELAXED)) {
		for (i = 0; i < ROUNDS * reader->nr_files; i++)
			if (fgetxattr(reader->file[i % reader->nr_files], ATTRIBUTE, value,
				      sizeof(value)) < 0)
				break;
		usleep(PAUSE_US);
		if (clock_s() - dropped > DROP_EVERY_S) {
			drop_pages(reader);
			dropped = clock_s();
		}
	}
	return NULL;
}

/**
 * reader_start() - Look up in threads of its own.
 * @reader: Zeroed; reader_end() in any case, before an unmount.
 * @t: The run.
 * @fs: What reader_make() was given.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int reader_start(struct reader *reader, struct torture *t, const struct filesystem *fs)
{
	while (reader->nr_files < READER_FILES) {
		int fd = open_file(fs, reader->nr_files, O_RDONLY);

		if (fd < 0)
			return torture_give_up(t, TORTURE_FAIL, "cannot open a file in %s: %s",
					       fs->path, strerror(errno));
		reader->file[reader->nr_files++] = fd;
	}
	find_pages(reader);
	reader->device = open(t->device.path, O_RDONLY | O_CLOEXEC);
	if (reader->device < 0)
		return torture_give_up(t, TORTURE_FAIL, "cannot open %s: %s", t->device.path,
				       strerror(errno));
	while (reader->nr_threads < READER_THREADS) {
		int rc = pthread_create(&reader->thread[reader->nr_threads], NULL, reader_main,
					reader);

		if (rc)
			return torture_give_up(t, TORTURE_FAIL, "no thread: %s", strerror(rc));
		reader->nr_threads++;
	}
	return 0;
}

/**
 * reader_end() - End the threads, close the files; from any half-built state.
 * @reader: The reader, zeroed or started.
 */
void reader_end(struct reader *reader)
{
	__atomic_store_n(&reader->stop, true, __ATOMIC_RELAXED);
	while (reader->nr_threads)
		pthread_join(reader->thread[--reader->nr_threads], NULL);
	while (reader->nr_files)
		close(reader->file[--reader->nr_files]);
	if (reader->device > 0)
		close(reader->device);
	reader->device = 0;
}
