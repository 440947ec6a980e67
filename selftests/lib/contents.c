// SPDX-License-Identifier: GPL-2.0
/*
 * Files whose contents are known: written, synced, and compared later.
 *
 * Whatever happens to buffers, data that were synced must not be lost. Each file is
 * filled from a seed, so that its size and seed tell what it must hold. From the begin
 * of a rewrite to the end of its fsync the contents are unknown.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contents.h"

#define SIZE_MAX_BYTES	(96 * 1024)
#define COMPARE_EVERY	3	/* files written, one is read back */
#define PAUSE_US	5000	/* leaves the CPU to others */
#define FULL_WAIT_US	100000

static unsigned int next(unsigned int *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 4;
}

static void fill(char *data, size_t size, unsigned int seed)
{
	unsigned int state = seed, word;
	size_t i;

	for (i = 0; i < size; i += sizeof(word)) {
		word = next(&state);
		memcpy(data + i, &word, size - i < sizeof(word) ? size - i : sizeof(word));
	}
}

static void file_name(const struct contents *contents, unsigned int number, char *name,
		      size_t size)
{
	snprintf(name, size, "%s/file%u", contents->path, number);
}

static void __printf(3, 4)
wrong(struct contents *contents, const char *name, const char *format, ...)
{
	va_list arguments;
	char what[128];

	if (contents->reason[0])
		return;
	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	snprintf(contents->reason, sizeof(contents->reason),
		 "%.300s, which was written and synced: %s", name, what);
}

static void compare(struct contents *contents, unsigned int number)
{
	const struct contents_file *known = &contents->file[number];
	char name[FILESYSTEM_PATH_MAX];
	char *data = malloc(2 * SIZE_MAX_BYTES), *expected = data + SIZE_MAX_BYTES;
	ssize_t length;
	size_t i;
	int fd;

	file_name(contents, number, name, sizeof(name));
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (!data || fd < 0) {
		wrong(contents, name, "%s", strerror(errno));
		goto out;
	}
	/* From the device, if it has been written back. */
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	length = read(fd, data, SIZE_MAX_BYTES);
	if (length != (ssize_t)known->size) {
		wrong(contents, name, "%zd bytes, expected %zu", length, known->size);
		goto out;
	}
	fill(expected, known->size, known->seed);
	for (i = 0; i < known->size && data[i] == expected[i]; i++)
		;
	if (i < known->size)
		wrong(contents, name, "differs from byte %zu on", i);
	contents->compared++;
out:
	if (fd >= 0)
		close(fd);
	free(data);
}

/* Return: 0, an errno that is the filesystem's fault. */
static int rewrite(struct contents *contents, unsigned int number, unsigned int seed,
		   size_t size)
{
	char name[FILESYSTEM_PATH_MAX];
	char *data = malloc(size);
	int error = 0;
	int fd;

	file_name(contents, number, name, sizeof(name));
	contents->file[number].size = 0;
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (!data || fd < 0) {
		error = errno;
		goto out;
	}
	fill(data, size, seed);
	errno = ENOSPC;		/* of a short write */
	if (write(fd, data, size) != (ssize_t)size || fsync(fd)) {
		error = errno;
		goto out;
	}
	contents->file[number] = (struct contents_file){ seed, size };
	contents->written++;
out:
	if (fd >= 0)
		close(fd);
	free(data);
	return error;
}

static void *contents_main(void *argument)
{
	struct contents *contents = argument;
	unsigned int state = 1;
	unsigned int number;
	int error;

	while (!__atomic_load_n(&contents->stop, __ATOMIC_RELAXED) &&
	       !contents->reason[0]) {
		number = next(&state) % CONTENTS_FILES;
		error = rewrite(contents, number, next(&state),
				1 + next(&state) % SIZE_MAX_BYTES);
		if (error == ENOSPC)
			usleep(FULL_WAIT_US);
		else if (error)
			wrong(contents, contents->path, "%s", strerror(error));
		number = next(&state) % CONTENTS_FILES;
		if (!(contents->written % COMPARE_EVERY) && contents->file[number].size)
			compare(contents, number);
		usleep(PAUSE_US);
	}
	return NULL;
}

/**
 * contents_start() - Write, sync and compare files in the background.
 * @contents: Zeroed; contents_stop() in any case.
 * @t: The run.
 * @folder: Where; one for this is made there.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int contents_start(struct contents *contents, struct torture *t, const char *folder)
{
	int rc;

	snprintf(contents->path, sizeof(contents->path), "%s/contents", folder);
	if (mkdir(contents->path, 0700))
		return torture_give_up(t, TORTURE_FAIL, "%s: %s", contents->path,
				       strerror(errno));
	rc = pthread_create(&contents->thread, NULL, contents_main, contents);
	contents->running = !rc;
	return rc ? torture_give_up(t, TORTURE_FAIL, "no thread for files: %s",
				    strerror(rc)) : 0;
}

/**
 * contents_stop() - Write no more.
 * @contents: Zeroed or started.
 * @t: The run; fails if a file was found wrong.
 */
void contents_stop(struct contents *contents, struct torture *t)
{
	__atomic_store_n(&contents->stop, true, __ATOMIC_RELAXED);
	if (contents->running)
		pthread_join(contents->thread, NULL);
	contents->running = false;
	if (contents->reason[0])
		torture_give_up(t, TORTURE_FAIL, "%s", contents->reason);
}

/**
 * contents_check() - Read every file that was synced.
 * @contents: Stopped, or a copy of one that runs.
 *
 * Return: what is wrong with one of them, or NULL.
 */
const char *contents_check(struct contents *contents)
{
	unsigned int i;

	for (i = 0; i < CONTENTS_FILES; i++)
		if (contents->file[i].size)
			compare(contents, i);
	return contents->reason[0] ? contents->reason : NULL;
}

/**
 * contents_compare() - Compare every file that was synced.
 * @contents: Stopped.
 * @t: The run; fails if a file is wrong.
 */
void contents_compare(struct contents *contents, struct torture *t)
{
	const char *wrong = contents_check(contents);

	if (wrong)
		torture_give_up(t, TORTURE_FAIL, "%s", wrong);
}
