// SPDX-License-Identifier: GPL-2.0
/*
 * tracefs as this program uses it: files relative to its root, one line at a time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tracefs.h>

#include "hold.h"

static int write_line(const char *file, int flags, const char *format, va_list args)
{
	const char *root = tracefs_tracing_dir();
	char *path, *line = NULL;
	ssize_t length, written = -1;
	int fd, saved;

	if (!root) {
		errno = ENOENT;
		return -1;
	}
	length = vasprintf(&line, format, args);
	if (length < 0)
		die("no memory");
	path = text("%s/%s", root, file);
	fd = open(path, O_WRONLY | O_CLOEXEC | flags);
	if (fd >= 0)
		written = write(fd, line, length);
	saved = errno;
	if (fd >= 0)
		close(fd);
	free(path);
	free(line);
	errno = saved;
	return written == length ? 0 : -1;
}

/**
 * trace_append() - Add a line to a file that holds several.
 * @file: Relative to tracefs' root.
 * @format: The line.
 *
 * Return: 0, or -1 with errno set.
 */
int trace_append(const char *file, const char *format, ...)
{
	va_list args;
	int rc;

	va_start(args, format);
	rc = write_line(file, O_APPEND, format, args);
	va_end(args);
	return rc;
}

/**
 * trace_put() - Write to a file, in place of what it held.
 * @file: Relative to tracefs' root.
 * @format: What to write.
 *
 * Return: 0, or -1 with errno set.
 */
int trace_put(const char *file, const char *format, ...)
{
	va_list args;
	int rc;

	va_start(args, format);
	rc = write_line(file, O_TRUNC, format, args);
	va_end(args);
	return rc;
}

/**
 * trace_get() - Read a file.
 * @file: Relative to tracefs' root.
 *
 * Return: its contents, to be freed; NULL when it cannot be read.
 */
char *trace_get(const char *file)
{
	const char *root = tracefs_tracing_dir();
	size_t size = 0, room = 0;
	char *path, *data = NULL;
	FILE *stream;

	if (!root)
		return NULL;
	path = text("%s/%s", root, file);
	stream = fopen(path, "re");
	free(path);
	if (!stream)
		return NULL;
	do {
		if (size + 1 >= room) {
			room = room ? 2 * room : 65536;
			data = realloc(data, room);
			if (!data)
				die("no memory to read %s", file);
		}
		size += fread(data + size, 1, room - size - 1, stream);
	} while (!feof(stream) && !ferror(stream));
	data[size] = '\0';
	fclose(stream);
	return data;
}

/**
 * trace_has() - Does a file exist?
 * @file: Relative to tracefs' root.
 */
bool trace_has(const char *file)
{
	const char *root = tracefs_tracing_dir();
	char *path;
	bool there;

	if (!root)
		return false;
	path = text("%s/%s", root, file);
	there = !access(path, F_OK);
	free(path);
	return there;
}
