// SPDX-License-Identifier: GPL-2.0
/*
 * Files whose time stamps are known: changed, synced, and compared later.
 *
 * The smallest change of metadata that there is: one block, that of the inode. Nothing is
 * allocated and no data are written.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/types.h>

#include "stamps.h"

#define FOLDER		"stamps"
#define FIRST		0x5eed0000	/* no other number on the disk looks like it */
#define PIECE		(256 * 1024)
#define ALIGNMENT	4096

static void file_name(const char *folder, unsigned int number, char *name, size_t size)
{
	snprintf(name, size, "%s/" FOLDER "/file%u", folder, number);
}

/**
 * stamps_start() - Make the files.
 * @stamps: Zeroed.
 * @t: The run.
 * @folder: Where; one for this is made there.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int stamps_start(struct stamps *stamps, struct torture *t, const char *folder)
{
	char name[FILESYSTEM_PATH_MAX];
	unsigned int i;
	int fd;

	snprintf(stamps->path, sizeof(stamps->path), "%s", folder);
	snprintf(name, sizeof(name), "%s/" FOLDER, folder);
	if (mkdir(name, 0700))
		return torture_give_up(t, TORTURE_FAIL, "%s: %s", name, strerror(errno));
	for (i = 0; i < STAMPS_FILES; i++) {
		file_name(folder, i, name, sizeof(name));
		fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0 || close(fd) || stamps_change(stamps, i))
			return torture_give_up(t, TORTURE_FAIL, "%s: %s", name,
					       strerror(errno));
	}
	sync();
	return 0;
}

/**
 * stamps_change() - Give a file another stamp, and sync it.
 * @stamps: Started.
 * @number: The file's.
 *
 * Return: 0, or -1 with errno.
 */
int stamps_change(struct stamps *stamps, unsigned int number)
{
	struct timespec times[2] = { { .tv_nsec = UTIME_OMIT } };
	char name[FILESYSTEM_PATH_MAX];
	int fd, rc;

	file_name(stamps->path, number, name, sizeof(name));
	fd = open(name, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	times[1].tv_sec = FIRST + ++stamps->changes;
	rc = futimens(fd, times) || fsync(fd) ? -1 : 0;
	if (!rc)
		stamps->stamp[number] = times[1].tv_sec;
	close(fd);
	return rc;
}

/**
 * stamps_find() - Where on the disk is a file's stamp?
 * @stamps: Started; all has been written.
 * @number: The file's.
 * @disk: Path of the disk.
 * @begin: Where its journal begins, which has copies.
 * @end: Where that ends.
 *
 * Return: the byte, or -1.
 */
off_t stamps_find(const struct stamps *stamps, unsigned int number, const char *disk,
		  off_t begin, off_t end)
{
	__u32 wanted = htole32(stamps->stamp[number]);
	__u32 *piece = aligned_alloc(ALIGNMENT, PIECE);
	int fd = open(disk, O_RDONLY | O_DIRECT | O_CLOEXEC);
	off_t offset = 0, at, found = -1;
	ssize_t length, i;

	while (fd >= 0 && piece && (length = pread(fd, piece, PIECE, offset)) > 0) {
		for (i = 0; i < length / (ssize_t)sizeof(*piece); i++) {
			at = offset + i * sizeof(*piece);
			if (piece[i] == wanted && (at < begin || at >= end))
				found = at;
		}
		offset += length;
	}
	free(piece);
	if (fd >= 0)
		close(fd);
	return found;
}

/**
 * stamps_check() - Does every file have the stamp that was synced last?
 * @stamps: Started.
 * @folder: Where the filesystem, or its copy, is mounted.
 *
 * Return: what is wrong with one of them, or NULL.
 */
const char *stamps_check(struct stamps *stamps, const char *folder)
{
	char name[FILESYSTEM_PATH_MAX];
	struct stat stat_buf;
	unsigned int i;

	for (i = 0; i < STAMPS_FILES; i++) {
		file_name(folder, i, name, sizeof(name));
		if (stat(name, &stat_buf)) {
			snprintf(stamps->reason, sizeof(stamps->reason), "%.300s: %s", name,
				 strerror(errno));
			return stamps->reason;
		}
		if (stat_buf.st_mtime != stamps->stamp[i]) {
			snprintf(stamps->reason, sizeof(stamps->reason),
				 "%.300s: time stamp %lld was synced, %lld is there", name,
				 stamps->stamp[i], (long long)stat_buf.st_mtime);
			return stamps->reason;
		}
		stamps->compared++;
	}
	return NULL;
}
