// SPDX-License-Identifier: GPL-2.0
/*
 * pressure - anonymous memory grows until next to nothing is left, shrinks and
 * grows again, while the hammer and the quarantine want memory, too: what is
 * reclaimed, refused or dropped on the way must not look like a violation.
 *
 * It stops at the edge: the OOM killer would only tell that there is one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "torture.h"

/* What must have happened for a pass to mean something. */
static const struct torture_floors floors = {
	.migrations_per_s = 5,
	.exposures_per_s = 2,
};

#define START_KIB	(96 * 1024)	/* left to the torture to begin with */
#define EDGE_KIB	(24 * 1024)	/* MemAvailable: turn back */
#define NEAR_KIB	(48 * 1024)	/* must have been reached */
#define GIVE_BACK	4		/* this part of it, then grow again */
#define CHUNK		(2 * 1024 * 1024)
#define BATCH		512		/* pages per call */

FIXTURE(pressure) {
	struct torture torture;
	struct mover mover;
	char *memory;
	size_t size;
	size_t used;
	unsigned long least;	/* KiB available */
	unsigned int turns;
};

FIXTURE_SETUP(pressure)
{
	struct torture *t = &self->torture;

	torture_init(t, "pressure", NULL);
	t->floors = floors;
	torture_need_nodes(t);
	self->least = memory_available_kib();
	self->size = self->least * 1024 / CHUNK * CHUNK;
	self->memory = mmap(NULL, self->size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (self->memory == MAP_FAILED)
		torture_give_up(t, TORTURE_FAIL, "no address space: %s",
				strerror(errno));
	else	/* faster */
		madvise(self->memory, self->size, MADV_HUGEPAGE);
}

FIXTURE_TEARDOWN(pressure)
{
	if (self->memory != MAP_FAILED)
		munmap(self->memory, self->size);
}

/* Two megabytes more, until so much is left. Return: grown? */
static bool grow(char *memory, size_t size, size_t *used, unsigned long left_kib)
{
	if (memory_available_kib() <= left_kib || *used + CHUNK > size)
		return false;
	memset(memory + *used, 1, CHUNK);
	*used += CHUNK;
	return true;
}

TEST_F_TIMEOUT(pressure, hammered, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	unsigned long available;
	size_t back;

	if (!torture_prepare(t))
		while (grow(self->memory, self->size, &self->used, START_KIB))
			;
	if (!torture_start(t) && !torture_move(t, &self->mover, BATCH)) {
		while (torture_continue(t)) {
			available = memory_available_kib();
			if (available < self->least)
				self->least = available;
			t->wanting = self->least > NEAR_KIB;
			if (grow(self->memory, self->size, &self->used, EDGE_KIB))
				continue;
			back = self->used / GIVE_BACK / CHUNK * CHUNK;
			self->used -= back;
			madvise(self->memory + self->used, back, MADV_DONTNEED);
			self->turns++;
		}
	}
	torture_move_end(t, &self->mover);
	torture_stop(t);
	if (t->result == TORTURE_PASS && self->least > NEAR_KIB)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %lu KiB were always available (less than %u needed)",
				self->least, NEAR_KIB);
	t->extra = json_pack("{sI sI}", "least_available_kib",
			     (json_int_t)self->least, "turns",
			     (json_int_t)self->turns);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
