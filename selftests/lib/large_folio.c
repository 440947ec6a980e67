// SPDX-License-Identifier: GPL-2.0
/*
 * Folios of several pages in the page cache of a block device, from 6.15 on.
 *
 * Readahead makes them, whatever the block size is. If blocks are larger than a page, then
 * all folios are at least as large as a block.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "large_folio.h"

#define SECTOR	512	/* the unit of BLKRASET */

static int read_all(int fd, size_t bytes)
{
	size_t size = 64 * 1024, at;
	char *buffer = malloc(size);
	ssize_t got = buffer ? 1 : -1;

	for (at = 0; got > 0 && at < bytes; at += got)
		got = pread(fd, buffer, size, at);
	free(buffer);
	return got < 0 ? -1 : 0;
}

/* Drop it, and read it with another readahead than the device's usual one. */
static int read_again(int fd, size_t bytes, unsigned long sectors)
{
	unsigned long before;
	int rc;

	if (ioctl(fd, BLKRAGET, &before) || ioctl(fd, BLKRASET, sectors))
		return -1;
	fsync(fd);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	/* An open file has a readahead of its own. This takes the device's. */
	posix_fadvise(fd, 0, 0, POSIX_FADV_NORMAL);
	rc = read_all(fd, bytes);
	return ioctl(fd, BLKRASET, before) ? -1 : rc;
}

/* Return: @rc, and @fd is closed; errno is what it was. */
static int close_with(int fd, int rc)
{
	int error = errno;

	close(fd);
	errno = error;
	return rc;
}

/**
 * large_folio_read() - Drop what is cached of a device, and let readahead bring it back.
 * @device: Its path.
 * @bytes: How much of it, from its begin.
 * @folio_bytes: How large folios become at most, a power of two: page_cache_ra_order() makes
 *               them no larger than the readahead is.
 *
 * What is in use cannot be dropped, and stays as it is.
 *
 * Return: 0, or -1 with errno.
 */
int large_folio_read(const char *device, size_t bytes, unsigned int folio_bytes)
{
	int fd = open(device, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : close_with(fd, read_again(fd, bytes, folio_bytes / SECTOR));
}

/**
 * large_folio_block_size() - Does a device take blocks of this size?
 * @device: Its path. It has the size only as long as it is open here.
 * @block_size: In bytes.
 *
 * Return: 0, or -1 with errno: EINVAL if it does not.
 */
int large_folio_block_size(const char *device, int block_size)
{
	int fd = open(device, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -1 : close_with(fd, ioctl(fd, BLKBSZSET, &block_size));
}
