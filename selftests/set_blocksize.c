// SPDX-License-Identifier: GPL-2.0
/*
 * set_blocksize - the size of the device's blocks changes again and again while others
 * read it, as udev does, and write it, and while its folios move.
 *
 * set_blocksize() writes what is dirty, drops the page cache and changes the size, from
 * 6.15 on with it how large the folios are at least. Without the locks that keep readers
 * and writers out (before c0e473a0d226) a write in between is lost, and a reader meets
 * folios that are too small for their blocks. So each chunk is read before it is written
 * again, and must be as it was written. The sizes are all that the kernel accepts.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "torture.h"
#include "verdict.h"

#define DEVICE_KIB	(16 * 1024)
#define MOVED_BYTES	(4 * 1024 * 1024)
#define BATCH		64		/* pages per call */
#define MOVE_PAUSE_US	1000
#define WRITTEN_BEGIN	(8 * 1024 * 1024)	/* what is before is only read */
#define CHUNK		4096
#define CHUNKS		512
#define READERS		2
#define READ_MOST	(128 * 1024)
#define SMALLEST	512
#define LARGEST		(64 * 1024)	/* BLK_MAX_BLOCK_SIZE */

/* What must have happened for a pass to mean something. */
#define CHANGES_PER_S	20
#define READS_PER_S	50
#define WRITES_PER_S	50
#define MIGRATIONS_PER_S 5

/* Who reads and writes, and what came of it. */
struct blocks {
	pthread_t thread[READERS + 1];
	unsigned int threads;
	int device;
	bool stop;
	unsigned int sizes;		/* that the kernel accepts */
	unsigned long long changes, reads, writes;
	pthread_mutex_t lock;
	char reason[TORTURE_REASON_MAX];	/* what was wrong first, or empty */
};

FIXTURE(set_blocksize) {
	struct torture torture;
	struct mover mover;
	struct blocks blocks;
};

FIXTURE_SETUP(set_blocksize)
{
	struct torture *t = &self->torture;

	torture_init(t, "set_blocksize", NULL);
	t->watch = true;
	t->module_verdict = "";		/* nobody looks anything up */
	t->fixed_duration = true;
	t->until_complaint = true;
	t->device_kib = DEVICE_KIB;
	/* It would look up blocks of a size that is gone. */
	snprintf(t->params, sizeof(t->params), "prober=0");
	self->blocks.device = -1;
	pthread_mutex_init(&self->blocks.lock, NULL);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(set_blocksize)
{
}

static bool stopping(const struct blocks *b)
{
	return __atomic_load_n(&b->stop, __ATOMIC_RELAXED);
}

static void wrong(struct blocks *b, const char *what, off_t at,
		  unsigned int expected, unsigned int found)
{
	int error = errno;

	pthread_mutex_lock(&b->lock);
	if (*b->reason)
		;
	else if (error)
		snprintf(b->reason, sizeof(b->reason), "%s at byte %lld: %s", what,
			 (long long)at, strerror(error));
	else
		snprintf(b->reason, sizeof(b->reason),
			 "%s at byte %lld: generation %u expected, %u found", what,
			 (long long)at, expected, found);
	pthread_mutex_unlock(&b->lock);
}

static unsigned int draw(unsigned int *random, unsigned int below)
{
	*random = *random * 1664525 + 1013904223;
	return (*random >> 8) % below;
}

/* As udev and blkid do: pieces of any size, anywhere. */
static void *read_main(void *argument)
{
	unsigned int random = 1, bytes;
	struct blocks *b = argument;
	char *piece = malloc(READ_MOST);
	off_t at;

	while (piece && !stopping(b)) {
		bytes = 1 + draw(&random, READ_MOST);
		at = draw(&random, WRITTEN_BEGIN - READ_MOST);
		errno = 0;
		if (pread(b->device, piece, bytes, at) != (ssize_t)bytes)
			wrong(b, "a read", at, 0, 0);
		__atomic_add_fetch(&b->reads, 1, __ATOMIC_RELAXED);
	}
	free(piece);
	return NULL;
}

/* Return: the generation that all of a chunk has, or another one. */
static unsigned int generation_of(const unsigned int *chunk, unsigned int expected)
{
	unsigned int i;

	for (i = 0; i < CHUNK / sizeof(*chunk); i++)
		if (chunk[i] != expected)
			return chunk[i];
	return expected;
}

/* The only one that writes: what it finds is what it wrote. */
static void *write_main(void *argument)
{
	static unsigned int generation[CHUNKS], chunk[CHUNK / sizeof(unsigned int)];
	unsigned int random = 2, number, found, i;
	struct blocks *b = argument;
	off_t at;

	while (!stopping(b)) {
		number = draw(&random, CHUNKS);
		at = WRITTEN_BEGIN + (off_t)number * CHUNK;
		errno = 0;
		if (pread(b->device, chunk, CHUNK, at) != CHUNK)
			wrong(b, "a read", at, 0, 0);
		found = generation_of(chunk, generation[number]);
		if (found != generation[number])
			wrong(b, "what was written", at, generation[number], found);
		generation[number]++;
		for (i = 0; i < CHUNK / sizeof(*chunk); i++)
			chunk[i] = generation[number];
		errno = 0;
		if (pwrite(b->device, chunk, CHUNK, at) != CHUNK)
			wrong(b, "a write", at, 0, 0);
		__atomic_add_fetch(&b->writes, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

static int start(struct torture *t, struct blocks *b)
{
	static const char zeroes[CHUNK];
	unsigned int i;
	int rc;

	b->device = open(t->device.path, O_RDWR | O_CLOEXEC);
	if (b->device < 0)
		return torture_give_up(t, TORTURE_FAIL, "%s: %s", t->device.path,
				       strerror(errno));
	/* Generation 0. */
	for (i = 0; i < CHUNKS; i++)
		if (pwrite(b->device, zeroes, CHUNK, WRITTEN_BEGIN + (off_t)i * CHUNK) != CHUNK)
			return torture_give_up(t, TORTURE_FAIL, "%s: %s", t->device.path,
					       strerror(errno));
	for (i = 0; i <= READERS; i++) {
		rc = pthread_create(&b->thread[i], NULL, i ? read_main : write_main, b);
		if (rc)
			return torture_give_up(t, TORTURE_FAIL, "no thread: %s", strerror(rc));
		b->threads++;
	}
	return 0;
}

/* Up and down through all sizes: each follows upon each other one sooner or later. */
static void change(struct blocks *b, unsigned int *random)
{
	int size = SMALLEST << draw(random, b->sizes);

	if (!ioctl(b->device, BLKBSZSET, &size))
		b->changes++;
}

static void find_sizes(struct blocks *b)
{
	int size;

	for (size = SMALLEST; size <= LARGEST && !ioctl(b->device, BLKBSZSET, &size); size *= 2)
		b->sizes++;
}

static void look(struct torture *t, struct blocks *b)
{
	pthread_mutex_lock(&b->lock);
	if (*b->reason)
		torture_violated(t, "lost_update", "%s", b->reason);
	pthread_mutex_unlock(&b->lock);
}

static void judge(struct torture *t, const struct blocks *b)
{
	double seconds = verdict_asked_s(t);

	if (t->result != TORTURE_UNDECIDED || t->stats.violations)
		return;
	if (b->changes < seconds * CHANGES_PER_S || b->reads < seconds * READS_PER_S ||
	    b->writes < seconds * WRITES_PER_S ||
	    torture_migrations(t) < seconds * MIGRATIONS_PER_S)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu changes of the block size (at least %.0f needed), %llu reads (%.0f), %llu writes (%.0f), %llu migrations (%.0f)",
				b->changes, seconds * CHANGES_PER_S, b->reads,
				seconds * READS_PER_S, b->writes, seconds * WRITES_PER_S,
				torture_migrations(t), seconds * MIGRATIONS_PER_S);
	else
		torture_give_up(t, TORTURE_PASS,
				"%llu changes of the block size in %llu reads, %llu writes and %llu migrations",
				b->changes, b->reads, b->writes, torture_migrations(t));
}

TEST_F_TIMEOUT(set_blocksize, watched, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	struct blocks *b = &self->blocks;
	unsigned int random = t->options.seed;

	if (!torture_start(t) && !start(t, b) &&
	    !torture_move_device(t, &self->mover, MOVED_BYTES, BATCH, MOVE_PAUSE_US)) {
		find_sizes(b);
		if (!b->sizes)
			torture_give_up(t, TORTURE_FAIL, "BLKBSZSET of %s: %s",
					t->device.path, strerror(errno));
		while (torture_continue(t)) {
			change(b, &random);
			look(t, b);
		}
	}
	__atomic_store_n(&b->stop, true, __ATOMIC_RELAXED);
	while (b->threads)
		pthread_join(b->thread[--b->threads], NULL);
	look(t, b);
	torture_move_end(t, &self->mover);
	judge(t, b);
	torture_stop(t);
	if (b->device >= 0)
		close(b->device);
	t->extra = t->extra ?: json_pack("{sI sI sI sI}", "sizes", (json_int_t)b->sizes,
					 "changes", (json_int_t)b->changes, "reads",
					 (json_int_t)b->reads, "writes",
					 (json_int_t)b->writes);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
