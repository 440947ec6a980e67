// SPDX-License-Identifier: GPL-2.0
/*
 * Reads and writes of the block device itself, buffered and direct in turn.
 *
 * Data that were written one way are read the other way: direct I/O has to write back or
 * drop what the page cache holds, while its buffers are looked up and moved.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "raw.h"

#define CHUNK		(32 * 1024)
#define ALIGNMENT	4096
#define PAUSE_US	2000

static void fill(unsigned long long *data, unsigned long long seed)
{
	size_t i;

	for (i = 0; i < CHUNK / sizeof(*data); i++)
		data[i] = seed << 32 | i;
}

static int wrong(struct raw *raw, const char *what, off_t offset)
{
	snprintf(raw->reason, sizeof(raw->reason), "%s at byte %lld of the device: %s",
		 what, (long long)offset, errno ? strerror(errno) : "other contents");
	return -1;
}

static int write_and_read(struct raw *raw, off_t offset, bool direct, void *data,
			  void *found)
{
	int out = direct ? raw->direct : raw->buffered;
	int in = direct ? raw->buffered : raw->direct;

	fill(data, ++raw->rounds);
	errno = 0;
	if (pwrite(out, data, CHUNK, offset) != CHUNK)
		return wrong(raw, direct ? "direct write" : "buffered write", offset);
	if (!direct && fdatasync(out))
		return wrong(raw, "sync", offset);
	if (pread(in, found, CHUNK, offset) != CHUNK)
		return wrong(raw, direct ? "buffered read" : "direct read", offset);
	if (memcmp(data, found, CHUNK))
		return wrong(raw, direct ? "buffered read after a direct write" :
				  "direct read after a buffered write", offset);
	return 0;
}

static void *raw_main(void *argument)
{
	struct raw *raw = argument;
	void *data = aligned_alloc(ALIGNMENT, CHUNK);
	void *found = aligned_alloc(ALIGNMENT, CHUNK);
	off_t offset = raw->begin;

	while (data && found && !__atomic_load_n(&raw->stop, __ATOMIC_RELAXED)) {
		if (write_and_read(raw, offset, raw->rounds & 1, data, found))
			break;
		offset += CHUNK;
		if (offset + CHUNK > raw->end)
			offset = raw->begin;
		/* And a part that the hammer owns: its contents are not looked at. */
		if (pread(raw->direct, found, CHUNK,
			  raw->rounds * CHUNK % (raw->begin ?: CHUNK)) != CHUNK) {
			wrong(raw, "direct read beside the hammer", 0);
			break;
		}
		usleep(PAUSE_US);
	}
	free(data);
	free(found);
	return NULL;
}

/**
 * raw_start() - Read and write a part of the device in the background.
 * @raw: Zeroed; raw_stop() in any case.
 * @t: The run.
 * @begin: First byte; what lies before it is only read, by direct I/O.
 * @end: First byte that is left alone.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int raw_start(struct raw *raw, struct torture *t, off_t begin, off_t end)
{
	raw->begin = begin;
	raw->end = end;
	raw->buffered = open(t->device.path, O_RDWR | O_CLOEXEC);
	raw->direct = open(t->device.path, O_RDWR | O_DIRECT | O_CLOEXEC);
	if (raw->buffered < 0 || raw->direct < 0)
		return torture_give_up(t, TORTURE_FAIL, "%s: %s", t->device.path,
				       strerror(errno));
	raw->running = !pthread_create(&raw->thread, NULL, raw_main, raw);
	return 0;
}

/**
 * raw_stop() - No more of it.
 * @raw: Zeroed or started.
 * @t: The run; fails if something else was read than had been written.
 */
void raw_stop(struct raw *raw, struct torture *t)
{
	__atomic_store_n(&raw->stop, true, __ATOMIC_RELAXED);
	if (raw->running)
		pthread_join(raw->thread, NULL);
	raw->running = false;
	if (raw->buffered > 0)
		close(raw->buffered);
	if (raw->direct > 0)
		close(raw->direct);
	raw->buffered = 0;
	raw->direct = 0;
	if (raw->reason[0])
		torture_give_up(t, TORTURE_FAIL, "%s", raw->reason);
}
