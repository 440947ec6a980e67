// SPDX-License-Identifier: GPL-2.0
/*
 * discard - blocks of the device are discarded, zeroed, punched out, and its folios dropped
 * and reclaimed, while just these folios move.
 *
 * A chunk is smaller than a folio, and the chunks beside it are somebody else's: what is
 * taken away next to one must not take it along. So each worker knows what its chunks
 * hold, and looks. Of what was discarded nobody knows anything, until it is written again.
 * What was zeroed, or punched out, is zero.
 *
 * Variant `loop`: the device is a file that is truncated, and grows again, behind the
 * chunks. Variant `block_16384`: folios of several pages.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "sysfs.h"
#include "torture.h"
#include "verdict.h"

#define DEVICE_KIB	(16 * 1024)
#define CHUNK		1024
#define CHUNKS		4096		/* from the device's begin */
#define WORKERS		2		/* chunks in turn */
#define TAIL_BEGIN	(8 * 1024 * 1024)	/* cut off, where that can be done */
#define BATCH		64		/* pages per call */
#define MOVE_PAUSE_US	500
#define DROP_EVERY_US	2000
#define MADVISE_PAGEOUT	21		/* MADV_PAGEOUT, from 5.4 on */

/* What must have happened for a pass to mean something. */
#define WRITES_PER_S	50
#define TAKEN_PER_S	20		/* discarded, zeroed or punched out */
#define DROPS_PER_S	5
#define MIGRATIONS_PER_S 20

#define UNKNOWN		0xffffffff	/* as a generation: it was discarded */

struct work;

struct worker {
	struct work *work;
	unsigned int number;
	pthread_t thread;
	unsigned int random;
	unsigned int generation[CHUNKS];	/* 0: zeroes */
	unsigned long long writes, taken;
};

struct work {
	int device;
	bool stop;
	unsigned int zeroed;		/* what is in a chunk that was zeroed */
	unsigned int workers;
	struct worker worker[WORKERS];
	unsigned long long writes, taken, drops, cuts;
	pthread_mutex_t lock;
	char reason[TORTURE_REASON_MAX];	/* what was wrong first, or empty */
};

FIXTURE(discard) {
	struct torture torture;
	struct mover mover;
	struct work work;
};

FIXTURE_VARIANT(discard) {
	const char *name;
	enum device_kind device;
	unsigned int block_size;
};

FIXTURE_VARIANT_ADD(discard, brd) { "brd", DEVICE_BRD, 1024 };
FIXTURE_VARIANT_ADD(discard, loop) { "loop", DEVICE_LOOP, 1024 };
FIXTURE_VARIANT_ADD(discard, block_16384) { "block_16384", DEVICE_BRD, 16384 };

FIXTURE_SETUP(discard)
{
	struct torture *t = &self->torture;

	torture_init(t, "discard", variant->name);
	t->watch = true;
	t->module_verdict = "";		/* how many its prober meets is chance */
	t->fixed_duration = true;
	t->until_complaint = true;
	t->device_kind = variant->device;
	t->device_kib = DEVICE_KIB;
	t->block_size = variant->block_size;
	self->work.device = -1;
	pthread_mutex_init(&self->work.lock, NULL);
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(discard)
{
}

static bool stopping(const struct work *work)
{
	return __atomic_load_n(&work->stop, __ATOMIC_RELAXED);
}

static void __printf(2, 3) wrong(struct work *work, const char *format, ...)
{
	va_list arguments;

	pthread_mutex_lock(&work->lock);
	if (!*work->reason) {
		va_start(arguments, format);
		vsnprintf(work->reason, sizeof(work->reason), format, arguments);
		va_end(arguments);
	}
	pthread_mutex_unlock(&work->lock);
}

static unsigned int draw(unsigned int *random, unsigned int below)
{
	*random = *random * 1664525 + 1013904223;
	return (*random >> 8) % below;
}

static off_t offset_of(unsigned int number)
{
	return (off_t)number * CHUNK;
}

static void compare(struct worker *worker, unsigned int number)
{
	unsigned int chunk[CHUNK / sizeof(unsigned int)], i;
	unsigned int expected = worker->generation[number];

	if (pread(worker->work->device, chunk, CHUNK, offset_of(number)) != CHUNK) {
		wrong(worker->work, "chunk %u cannot be read: %s", number, strerror(errno));
		return;
	}
	for (i = 0; i < CHUNK / sizeof(*chunk) && expected != UNKNOWN; i++)
		if (chunk[i] != expected) {
			wrong(worker->work,
			      "chunk %u, its byte %zu: generation %u expected, %u found", number,
			      i * sizeof(*chunk), expected, chunk[i]);
			worker->generation[number] = UNKNOWN;
			return;
		}
}

static void write_chunk(struct worker *worker, unsigned int number)
{
	unsigned int chunk[CHUNK / sizeof(unsigned int)], i;
	unsigned int generation = ++worker->writes;

	for (i = 0; i < CHUNK / sizeof(*chunk); i++)
		chunk[i] = generation;
	if (pwrite(worker->work->device, chunk, CHUNK, offset_of(number)) != CHUNK)
		wrong(worker->work, "chunk %u cannot be written: %s", number, strerror(errno));
	worker->generation[number] = generation;
}

/*
 * Before 5.15 (f278eb3d8178) whoever reads beside a chunk, between the drop of the page
 * cache and the zeroes, brings back what the chunk was before.
 */
static unsigned int zeroes_if_kept_out(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname name;

	if (!uname(&name))
		sscanf(name.release, "%u.%u", &major, &minor);
	return major > 5 || (major == 5 && minor >= 15) ? 0 : UNKNOWN;
}

/* What a device cannot do is done in another way: no device can do none of it. */
static void take_away(struct worker *worker, unsigned int number)
{
	unsigned long long range[2] = { offset_of(number), CHUNK };
	int device = worker->work->device, rc;

	worker->generation[number] = worker->work->zeroed;
	switch (draw(&worker->random, 3)) {
	case 0:
		rc = ioctl(device, BLKDISCARD, range);
		worker->generation[number] = UNKNOWN;
		break;
	case 1:
		rc = fallocate(device, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			       range[0], range[1]);
		break;
	default:
		rc = -1;
	}
	if (rc)
		rc = ioctl(device, BLKZEROOUT, range);
	if (rc)
		wrong(worker->work, "chunk %u cannot be zeroed: %s", number, strerror(errno));
	worker->taken++;
}

static void *worker_main(void *argument)
{
	struct worker *worker = argument;
	unsigned int number;

	while (!stopping(worker->work)) {
		number = draw(&worker->random, CHUNKS / WORKERS) * WORKERS + worker->number;
		compare(worker, number);
		if (draw(&worker->random, 3))
			write_chunk(worker, number);
		else
			take_away(worker, number);
		compare(worker, number);
		/* And one of its own that is next to it. */
		compare(worker, (number + WORKERS) % CHUNKS);
	}
	return NULL;
}

static int start(struct torture *t, struct work *work, unsigned int block_size)
{
	static const char zeroes[CHUNK];
	int rc, size = block_size;
	struct worker *worker;
	unsigned int i;

	work->device = open(t->device.path, O_RDWR | O_CLOEXEC);
	if (work->device < 0 || ioctl(work->device, BLKBSZSET, &size))
		return torture_give_up(t, TORTURE_FAIL, "%s: %s", t->device.path,
				       strerror(errno));
	work->zeroed = zeroes_if_kept_out();
	for (i = 0; i < CHUNKS; i++)
		if (pwrite(work->device, zeroes, CHUNK, offset_of(i)) != CHUNK)
			return torture_give_up(t, TORTURE_FAIL, "%s: %s", t->device.path,
					       strerror(errno));
	for (i = 0; i < WORKERS; i++) {
		worker = &work->worker[i];
		worker->work = work;
		worker->number = i;
		worker->random = t->options.seed + i;
		rc = pthread_create(&worker->thread, NULL, worker_main, worker);
		if (rc)
			return torture_give_up(t, TORTURE_FAIL, "no thread: %s", strerror(rc));
		work->workers++;
	}
	return 0;
}

/* Clean folios by drop_caches, and by invalidate_bdev(); dirty and mapped ones by reclaim. */
static void drop(struct work *work, const struct mover *mover, unsigned int *random)
{
	switch (draw(random, 3)) {
	case 0:
		sysfs_write("/proc/sys/vm/drop_caches", "1");
		break;
	case 1:
		ioctl(work->device, BLKFLSBUF);
		break;
	default:
		madvise(mover->mapping.start, mapping_bytes(&mover->mapping), MADVISE_PAGEOUT);
	}
	work->drops++;
}

/* A file of half its size, and a device that knows. Then as before. */
static void cut(const struct torture *t, struct work *work)
{
	if (t->device.file_fd < 0 || ftruncate(t->device.file_fd, TAIL_BEGIN) ||
	    ioctl(work->device, LOOP_SET_CAPACITY))
		return;
	if (!ftruncate(t->device.file_fd, DEVICE_KIB * 1024) &&
	    !ioctl(work->device, LOOP_SET_CAPACITY))
		work->cuts++;
}

static void look(struct torture *t, struct work *work)
{
	pthread_mutex_lock(&work->lock);
	if (*work->reason)
		torture_violated(t, "lost_update", "%s", work->reason);
	pthread_mutex_unlock(&work->lock);
}

static void stop(struct work *work)
{
	struct worker *worker;

	__atomic_store_n(&work->stop, true, __ATOMIC_RELAXED);
	while (work->workers) {
		worker = &work->worker[--work->workers];
		pthread_join(worker->thread, NULL);
		work->writes += worker->writes;
		work->taken += worker->taken;
	}
}

static void judge(struct torture *t, const struct work *work)
{
	double seconds = verdict_asked_s(t);

	if (t->result != TORTURE_UNDECIDED || t->stats.violations)
		return;
	if (work->writes < seconds * WRITES_PER_S || work->taken < seconds * TAKEN_PER_S ||
	    work->drops < seconds * DROPS_PER_S ||
	    torture_migrations(t) < seconds * MIGRATIONS_PER_S)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu writes (at least %.0f needed), %llu chunks taken away (%.0f), %llu times dropped (%.0f), %llu migrations (%.0f)",
				work->writes, seconds * WRITES_PER_S, work->taken,
				seconds * TAKEN_PER_S, work->drops, seconds * DROPS_PER_S,
				torture_migrations(t), seconds * MIGRATIONS_PER_S);
	else
		torture_give_up(t, TORTURE_PASS,
				"%llu writes, %llu chunks taken away and %llu times dropped in %llu migrations",
				work->writes, work->taken, work->drops, torture_migrations(t));
}

TEST_F_TIMEOUT(discard, watched, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	struct work *work = &self->work;
	unsigned int random = t->options.seed;

	if (!torture_prepare(t) && !start(t, work, variant->block_size) && !torture_start(t) &&
	    !torture_move_device(t, &self->mover, CHUNKS * CHUNK, BATCH, MOVE_PAUSE_US))
		while (torture_continue(t)) {
			drop(work, &self->mover, &random);
			cut(t, work);
			look(t, work);
			usleep(DROP_EVERY_US);
		}
	stop(work);
	look(t, work);
	torture_move_end(t, &self->mover);
	judge(t, work);
	torture_stop(t);
	if (work->device >= 0) {
		/* While the device is still there. */
		fsync(work->device);
		close(work->device);
	}
	t->extra = t->extra ?: json_pack("{sI sI sI sI}", "writes", (json_int_t)work->writes,
					 "taken", (json_int_t)work->taken, "drops",
					 (json_int_t)work->drops, "cuts",
					 (json_int_t)work->cuts);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
