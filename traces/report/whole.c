// SPDX-License-Identifier: GPL-2.0
/*
 * Is it a trace.dat, and is it whole? From format 7 on, it is a row of sections, and
 * libtracecmd reads what is before a cut without an error. It refuses a cut file of
 * format 6 itself.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/whole.h"

#define TRACE_MAGIC	"\x17\x08\x44tracing"
#define MAGIC_BYTES	(sizeof(TRACE_MAGIC) - 1)	/* and then the version as a string */
#define NUMBERS_BYTES	6	/* byte order, size of a long, of a page */
#define OFFSET_BYTES	8	/* of the first options */
#define SECTION_BYTES	16	/* id, flags, name, size */
#define SIZE_AT		8	/* in these */

static uint64_t number_at(const unsigned char *at, bool big_endian)
{
	uint64_t number = 0;
	int i;

	for (i = 0; i < 8; i++)
		number |= (uint64_t)at[i] << 8 * (big_endian ? 7 - i : i);
	return number;
}

/* Past a string with its end; @size when it has none. */
static size_t after_string(const unsigned char *data, size_t at, size_t size)
{
	const unsigned char *end = at < size ? memchr(data + at, 0, size - at) : NULL;

	return end ? (size_t)(end - data) + 1 : size;
}

static bool sections_add_up(const unsigned char *data, size_t size)
{
	bool big_endian;
	uint64_t length;
	size_t at;

	at = after_string(data, MAGIC_BYTES, size);
	if (size - at < NUMBERS_BYTES || atoi((const char *)data + MAGIC_BYTES) < 7)
		return true;
	big_endian = data[at] == 1;
	at += NUMBERS_BYTES;
	at = after_string(data, at, size);	/* compression */
	at = after_string(data, at, size);	/* and its version */
	if (size - at < OFFSET_BYTES)
		return false;
	for (at += OFFSET_BYTES; at < size; at += length) {
		if (size - at < SECTION_BYTES)
			return false;
		length = number_at(data + at + SIZE_AT, big_endian);
		at += SECTION_BYTES;
		if (length > size - at)
			return false;
	}
	return true;
}

/**
 * is_whole() - Is nothing cut off from a trace.dat?
 * @path: The file, which begins as one.
 */
bool is_whole(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	bool whole = false;
	void *data;

	if (fd < 0)
		return false;
	if (!fstat(fd, &status) && status.st_size > (off_t)MAGIC_BYTES) {
		data = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (data != MAP_FAILED) {
			whole = sections_add_up(data, status.st_size);
			munmap(data, status.st_size);
		}
	}
	close(fd);
	return whole;
}

/**
 * looks_like_trace() - Does the file begin as a trace.dat does?
 * @path: The file.
 */
bool looks_like_trace(const char *path)
{
	char magic[MAGIC_BYTES];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is;

	if (fd < 0)
		return false;
	is = read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
	     !memcmp(magic, TRACE_MAGIC, sizeof(magic));
	close(fd);
	return is;
}
