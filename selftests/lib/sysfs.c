// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's files: sysfs, /proc, debugfs and the like.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sysfs.h"

#define FIRST_BYTES	16384	/* of a whole file; doubled when it is larger */

/**
 * sysfs_write() - Write a word to a file, in one write(2).
 * @path: The file.
 * @text: The word.
 *
 * Return: 0, or -1 with errno set.
 */
int sysfs_write(const char *path, const char *text)
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
 * sysfs_read() - Read the first line of a file.
 * @path: The file.
 * @text: Where to, without the newline. Unchanged after an error.
 * @size: Of @text.
 *
 * Return: 0, or -1 with errno set.
 */
int sysfs_read(const char *path, char *text, size_t size)
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

/**
 * sysfs_read_all() - Read a whole file, whatever its size.
 * @path: The file. What stat(2) says of its size does not matter.
 *
 * Return: its contents, to be freed, or NULL with errno set.
 */
char *sysfs_read_all(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error = 0;
	size_t size = FIRST_BYTES, used = 0;
	char *text, *larger;
	ssize_t length = 1;

	if (fd < 0)
		return NULL;
	text = malloc(size);
	while (text && length > 0) {
		length = read(fd, text + used, size - used - 1);
		if (length < 0)
			error = errno;
		else
			used += length;
		if (length <= 0 || used + 1 < size)
			continue;
		size *= 2;
		larger = realloc(text, size);
		if (!larger)
			free(text);
		text = larger;
	}
	close(fd);
	if (text && error) {
		free(text);
		text = NULL;
		errno = error;
	}
	if (text)
		text[used] = '\0';
	return text;
}

/**
 * sysfs_number() - The number at the begin of a file.
 * @path: The file.
 *
 * Return: the number, -1 if there is none.
 */
long sysfs_number(const char *path)
{
	FILE *file = fopen(path, "r");
	long value = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%ld", &value) != 1)
		value = -1;
	fclose(file);
	return value;
}

/**
 * sysfs_change() - Change a setting, if the kernel has it.
 * @path: Its file.
 * @value: The new value.
 * @former: Where the old one goes, for sysfs_restore(). Empty if there is no such
 *	    setting.
 * @size: Of @former.
 *
 * Return: 0, or -1 with errno set when the kernel refuses the value.
 */
int sysfs_change(const char *path, const char *value, char *former, size_t size)
{
	if (sysfs_read(path, former, size))
		former[0] = '\0';
	return former[0] ? sysfs_write(path, value) : 0;
}

/**
 * sysfs_restore() - Undo sysfs_change().
 * @path: The setting's file.
 * @former: As sysfs_change() left it, or empty.
 */
void sysfs_restore(const char *path, const char *former)
{
	if (former[0])
		sysfs_write(path, former);
}
