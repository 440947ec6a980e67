// SPDX-License-Identifier: GPL-2.0
/*
 * stall - nobody who only wants memory waits for a slow device: the oracle `stall`.
 *
 * Direct compaction may wait for a lock that is held for moments, but not for a read:
 * whoever faults would wait as long as the device takes, for each buffer that it meets
 * (before 4bb6dc79d987). Who asks for an area of CMA has to wait, but not for ever. So the
 * metadata of an ext4 is read from a device that takes DEVICE_LATE_MS for each read, while
 *   direct_*  faults that want huge pages compact memory
 *   cma_*     all of an area of CMA is allocated, again and again (cma=64M)
 * A witness (witness.c) looks at the stack of the thread that does this: what counts is how
 * long it sleeps in one place inside of compaction, or of the allocation.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "area.h"
#include "cold.h"
#include "dm.h"
#include "filesystem.h"
#include "filler.h"
#include "huge.h"
#include "meminfo.h"
#include "nodes.h"
#include "torture.h"
#include "verdict.h"
#include "witness.h"

/* What must have happened for a pass to mean something. */
#define READS_PER_S	5	/* of 1 KiB */
#define STALLS_PER_S	1	/* direct compactions */
#define AREAS_PER_10_S	2	/* allocated, or tried to */
#define REFUSED_PER_10_S 2	/* migrations: they met a read, or another reference */

#define DEVICE_KIB	(64 * 1024)
#define THREADS		8	/* that read */
/* A read that is met was begun some time ago: most of what it takes is left at most. */
#define STALLED_MS	(DEVICE_LATE_MS / 4)
/* An allocation waits for whoever reads; twice for each of them, if it is unlucky. */
#define AREA_STALLED_MS	(DEVICE_LATE_MS * THREADS * 2)
#define HOLES_ONE_IN	8	/* pages of the filler that make room for folios */
#define KEEP_ONE_IN	64	/* pages of it that stay */
#define RESERVE_KIB	(64 * 1024)	/* left free, for everybody else */
#define NODE_LEFT_KIB	(24 * 1024)	/* beside an area: less than the area has */
#define SETTLE_US	300000	/* for folios to be read into what is free */

FIXTURE(stall) {
	struct torture torture;
	struct dm dm;
	char below[256];		/* what that is on */
	struct filesystem fs;
	struct cold cold;
	struct area area;
	struct filler filler[2];	/* direct: one of them; cma: one on each node */
	struct thp thp;
	struct thp_faults faults;
	struct witness witness;
	unsigned long long done;	/* direct compactions, or allocations */
};

FIXTURE_VARIANT(stall) {
	const char *name;
	enum device_kind device;
	bool delayed;			/* late by dm-delay */
	bool cma;
};

FIXTURE_VARIANT_ADD(stall, direct_null_blk) {
	"direct_null_blk", DEVICE_NULL_BLK_LATE, false, false
};

FIXTURE_VARIANT_ADD(stall, direct_dm_delay) {
	"direct_dm_delay", DEVICE_BRD, true, false
};

FIXTURE_VARIANT_ADD(stall, cma_null_blk) {
	"cma_null_blk", DEVICE_NULL_BLK_LATE, false, true
};

/* The lock that 6.3 and before wait for. */
static bool waits_by_design(void)
{
	struct utsname name;
	int major, minor;

	return !uname(&name) && sscanf(name.release, "%d.%d", &major, &minor) == 2 &&
	       (major < 6 || (major == 6 && minor < 4));
}

FIXTURE_SETUP(stall)
{
	struct torture *t = &self->torture;

	torture_init(t, "stall", variant->name);
	t->watch = true;
	t->module_verdict = "";		/* whether a lookup meets a migration is chance */
	t->fixed_duration = true;
	t->device_kind = variant->device;
	t->device_kib = DEVICE_KIB;
	torture_need_nodes(t);
	if (!variant->cma && waits_by_design())
		torture_give_up(t, TORTURE_SKIP,
				"before 6.4 direct compaction waits for reads (4bb6dc79d987)");
}

FIXTURE_TEARDOWN(stall)
{
}

/* From here on the run's device is the one whose reads can be late. */
static int put_on_top(struct torture *t, struct dm *dm, char *below, size_t size)
{
	char reason[TORTURE_REASON_MAX];

	snprintf(below, size, "%s", t->device.path);
	if (dm_open(dm, "bhtorture", below, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_SKIP, "%s", reason);
	snprintf(t->device.path, sizeof(t->device.path), "%s", dm->path);
	return 0;
}

static int be_late(struct torture *t, struct dm *dm, const char *below)
{
	struct dm_part all = { .below = below, .reads_ms = DEVICE_LATE_MS };

	all.end = dm_bytes(below);
	if (all.end < 0 || dm_load(dm, &all, 1))
		return torture_give_up(t, TORTURE_SKIP, "no dm-delay (CONFIG_DM_DELAY): %s",
				       strerror(errno));
	return 0;
}

/* Memory that is free, but not in one piece; what is read is put into the holes. */
static int fragment(struct torture *t, struct filler *filler, int node)
{
	long free_kib = node_free_kib(node) - RESERVE_KIB;

	filler_close(filler);
	if (free_kib < RESERVE_KIB / 2)
		return torture_give_up(t, TORTURE_SKIP,
				       "node %d has too little memory free (more memory)", node);
	if (filler_open(filler, node, free_kib * 1024 / sysconf(_SC_PAGESIZE)))
		return torture_give_up(t, TORTURE_FAIL, "no memory bound to node %d: %s",
				       node, strerror(errno));
	filler_fill(filler);
	filler_free(filler, HOLES_ONE_IN);
	usleep(SETTLE_US);
	filler_keep(filler, KEEP_ONE_IN);
	return 0;
}

static long huge_pages(int node)
{
	long pages = (node_free_kib(node) - RESERVE_KIB) / huge_page_kib();

	return pages > 0 ? pages : 1;
}

static void look(struct torture *t, struct cold *cold, const struct witness *witness,
		 const char *who, unsigned int most_ms)
{
	cold_look(cold, t);
	if (witness->longest_ms > most_ms)
		torture_violated(t, "stall",
				 "%s slept for %.0f ms in %s, while each read took %u ms",
				 who, witness->longest_ms, witness->longest_place,
				 DEVICE_LATE_MS);
}

/* Return: how many direct compactions there have been. */
static unsigned long long compact(struct torture *t, struct cold *cold,
				  struct filler *filler, struct thp_faults *faults,
				  const struct witness *witness)
{
	unsigned long long before = vmstat_events("compact_stall");
	unsigned int rounds = 0;
	int nodes[2], node;

	nodes_find(nodes);
	while (torture_continue(t)) {
		node = nodes[rounds++ % 2];
		if (fragment(t, filler, node) ||
		    thp_fault(faults, t, node, huge_pages(node), 0))
			break;
		thp_release(faults);
		look(t, cold, witness, "direct compaction", STALLED_MS);
	}
	return vmstat_events("compact_stall") - before;
}

/* While the area is kept from others; what is read then finds room only there. */
static int fill_nodes(struct torture *t, struct filler *filler, const struct area *area)
{
	int nodes[2], i;
	long kib;

	nodes_find(nodes);
	if (area_allocate(area))
		return torture_give_up(t, TORTURE_FAIL, "%s: %s", area->folder,
				       strerror(errno));
	for (i = 0; i < 2; i++) {
		kib = node_free_kib(nodes[i]) - NODE_LEFT_KIB;
		if (kib <= 0)
			continue;
		if (filler_open(&filler[i], nodes[i], kib * 1024 / sysconf(_SC_PAGESIZE)))
			return torture_give_up(t, TORTURE_FAIL,
					       "no memory bound to node %d: %s", nodes[i],
					       strerror(errno));
		filler_fill(&filler[i]);
	}
	area_free(area);
	return 0;
}

/* Return: how often the area has been asked for. */
static unsigned long long vacate(struct torture *t, struct cold *cold,
				 struct filler *filler, const struct area *area,
				 const struct witness *witness)
{
	unsigned long long asked = 0;

	if (fill_nodes(t, filler, area))
		return 0;
	while (torture_continue(t)) {
		usleep(SETTLE_US);
		if (!area_allocate(area))
			area_free(area);
		asked++;
		look(t, cold, witness, "an allocation of CMA", AREA_STALLED_MS);
	}
	return asked;
}

static unsigned long long refused(const struct torture *t)
{
	return json_integer_value(json_object_get(json_object_get(t->stats.json, "migrations"),
						  "refused"));
}

static void judge(struct torture *t, const struct cold *cold,
		  const struct witness *witness, const char *what,
		  unsigned long long done, double least)
{
	double seconds = verdict_asked_s(t);

	if (t->result != TORTURE_UNDECIDED)
		return;
	if (cold->read_kib < seconds * READS_PER_S || done < least || !witness->met ||
	    refused(t) < seconds * REFUSED_PER_10_S / 10)
		torture_give_up(t, TORTURE_INCONCLUSIVE,
				"inconclusive: %llu KiB read (at least %.0f needed), %llu %s (%.0f), in which it was seen %llu times (1), %llu migrations refused (%.0f)",
				cold->read_kib, seconds * READS_PER_S, done, what, least,
				witness->met, refused(t), seconds * REFUSED_PER_10_S / 10);
	else
		torture_give_up(t, TORTURE_PASS,
				"%llu %s while %llu KiB were read, none waited for them too long",
				done, what, cold->read_kib);
}

TEST_F_TIMEOUT(stall, watched, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	self->cold.threads = THREADS;
	if (!torture_prepare(t) && (!variant->cma || !area_find(&self->area, t)) &&
	    (!variant->delayed ||
	     !put_on_top(t, &self->dm, self->below, sizeof(self->below))) &&
	    !thp_begin(&self->thp, t, "madvise") &&
	    !filesystem_make(&self->fs, t, 1024, "data=ordered") &&
	    (!variant->delayed || !be_late(t, &self->dm, self->below)) &&
	    !cold_start(&self->cold, t, &self->fs) && !torture_start(t) &&
	    !witness_start(&self->witness, t,
			   variant->cma ? "alloc_contig_" : "compact_zone"))
		self->done = variant->cma ?
				     vacate(t, &self->cold, self->filler, &self->area,
					    &self->witness) :
				     compact(t, &self->cold, self->filler, &self->faults,
					     &self->witness);
	witness_stop(&self->witness);
	filler_close(&self->filler[0]);
	filler_close(&self->filler[1]);
	thp_release(&self->faults);
	thp_end(&self->thp);
	cold_stop(&self->cold);
	if (variant->cma)
		judge(t, &self->cold, &self->witness, "allocations of an area", self->done,
		      verdict_asked_s(t) * AREAS_PER_10_S / 10);
	else
		judge(t, &self->cold, &self->witness, "direct compactions", self->done,
		      verdict_asked_s(t) * STALLS_PER_S);
	torture_stop(t);
	filesystem_end(&self->fs, t, true);
	dm_close(&self->dm);
	t->extra = json_pack("{sI sI sI sI sI}", "cold_kib", (json_int_t)self->cold.read_kib,
			     variant->cma ? "areas" : "compactions",
			     (json_int_t)self->done, "looks",
			     (json_int_t)self->witness.looks, "inside",
			     (json_int_t)self->witness.met, "longest_sleep_ms",
			     (json_int_t)self->witness.longest_ms);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
