// SPDX-License-Identifier: GPL-2.0
/*
 * parameters - random sets of module parameters, while the device's folios move:
 * valid ones run for a moment, invalid ones are refused with EINVAL and one line,
 * nothing crashes.
 *
 * BHT_CYCLES says how many (default 200), BHT_SEED which.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "module.h"
#include "torture.h"

#define CYCLES		200
/*
 * Each set fills the device, judges it and truncates it; with 8 MiB that took up to 30 s.
 * What the mover touches is truncated over and over. So both are small.
 */
#define DEVICE_KIB	1024
#define MOVED_BYTES	(512 * 1024)
#define BATCH		512	/* pages per call */
/*
 * The module truncates the page cache, when the block size changes and when the media
 * is judged, until it stays empty. So the mover may touch it only now and then.
 */
#define PAUSE_US	20000
#define RUN_MAX_US	50000

/*
 * The module's ranges (module/params.c), and what is drawn from them: all of it
 * would take hours to set up, or more memory than a guest has.
 */
struct range {
	const char *name;
	long min;
	long max;
	long drawn_min;
	long drawn_max;
};

static const struct range ranges[] = {
	{ "blocks", 1, 1 << 26, 1, 2048 },
	{ "writer_blind", -1, 256, -1, 4 },
	{ "checker", -1, 256, -1, 4 },
	{ "reader", -1, 256, -1, 4 },
	{ "getblk", -1, 256, -1, 4 },
	{ "dirtier", -1, 256, -1, 4 },
	{ "prober", -1, 256, -1, 4 },
	{ "bare", 0, 256, 0, 4 },
	{ "aim_percent", 0, 100, 0, 100 },
	{ "hold_us", 0, 1000, 0, 1000 },
	{ "widen_us", 0, 1000, 0, 1000 },
	{ "jitter_us", 0, 10000, 0, 10000 },
	{ "gap_us", 0, 1000, 0, 1000 },
	{ "delay_us", 1, 10000, 1, 1000 },
	{ "delay_one_in", 1, 65536, 16, 65536 },
	{ "linger_us", 0, 10000, 0, 1000 },
	{ "settle_ms", 1, 1000, 1, 1000 },
	{ "stuck_s", 0, 600, 30, 600 },
	{ "stuck_io_s", 0, 3600, 60, 3600 },
	{ "stats_s", 0, 3600, 0, 3600 },
	{ "stutter_ms", 0, 10000, 0, 200 },
	{ "shuffle_ms", 0, 60000, 0, 200 },
	{ "quarantine_folios", 0, 65536, 0, 4096 },
	{ "quarantine_age_ms", 1, 10000, 1, 10000 },
	{ "prober_percent", 1, 100, 1, 100 },
	{ "latency_every", 0, 1000000, 0, 64 },
	{ NULL }
};

static const char * const strategies[] = { "kernel", "held", "evict" };

/* Each is refused, whatever else is given; %s is the device. */
static const char * const nonsense[] = {
	"device=%s strategy=nope",
	"device=%s strategy=",
	"device=%s inject=nope",
	"device=%s block_size=1000",
	"device=%s block_size=256",
	"device=%s block_size=131072",
	"device=%s block_size=-1024",
	"device=%s seed=none",
	"device=%s seed=-1",
	"device=%s widen_us=1.5",
	"device=%s hold_us=10us",
	"device=%s blocks=",
	"device=%s watch=%s",
	"watch=all strategy=busted",
	"watch=all strategy=busted watch_force=1",
	"watch=%s strategy=busted",
	"watch=%s strategy=held watch_force=0",
	"watch=%s watch_force=2",
	"watch=%s writer_blind=1",
	"watch=%s bare=1",
	"watch=%s count_others=1",
	"device=%s count_others=1",
	"watch=%s prober=0 count_others=2",
	"device= watch=",
	"",
	"device=%s writer_blind=0 checker=0 reader=0 getblk=0 sleeper=0 dirtier=0 prober=0",
	NULL
};

FIXTURE(parameters) {
	struct torture torture;
	struct mover mover;
	unsigned int cycles;
	unsigned int ran;
	unsigned int refused;
	unsigned long long migrations;
};

FIXTURE_SETUP(parameters)
{
	struct torture *t = &self->torture;

	torture_init(t, "parameters", NULL);
	t->device_kib = DEVICE_KIB;
	self->cycles = t->options.cycles ?: CYCLES;
	/* For the watchdog: a few seconds a cycle on a slow debug kernel. */
	t->duration_s = 4 * self->cycles;
	torture_need_nodes(t);
}

FIXTURE_TEARDOWN(parameters)
{
}

static long draw(long min, long max)
{
	return min + random() % (max - min + 1);
}

/* Some parameters, each within its range. */
static size_t draw_valid(const struct torture *t, char *text, size_t size)
{
	const struct range *range;
	size_t used;

	used = snprintf(text, size, "device=%s strategy=%s block_size=%d seed=%ld",
			t->device.path, strategies[random() % 3],
			512 << random() % 4, random());
	for (range = ranges; range->name; range++)
		if (random() & 1)
			used += snprintf(text + used, size - used, " %s=%ld",
					 range->name,
					 draw(range->drawn_min, range->drawn_max));
	/* At least one thread, or it would rightly be refused. */
	used += snprintf(text + used, size - used, " checker=1");
	return used;
}

static size_t count_lines(void)
{
	size_t lines = 0;

	while (nonsense[lines])
		lines++;
	return lines;
}

/* The same, but one is out of its range; or nonsense. */
static void draw_invalid(const struct torture *t, char *text, size_t size)
{
	const struct range *range = &ranges[random() %
					    (sizeof(ranges) / sizeof(*range) - 1)];
	size_t lines = count_lines();
	size_t used;

	if (random() & 1) {
		snprintf(text, size, nonsense[random() % lines], t->device.path,
			 t->device.path);
		return;
	}
	used = draw_valid(t, text, size);
	snprintf(text + used, size - used, " %s=%ld", range->name,
		 random() & 1 ? range->min - draw(1, 1000) :
				range->max + draw(1, 1000));
}

static int run_valid(struct torture *t, const char *text,
		     unsigned long long *migrations)
{
	char reason[TORTURE_REASON_MAX];

	if (module_load(t->module, text, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL,
				       "valid, but refused: %s: %s", text, reason);
	t->loaded = true;
	usleep(random() % RUN_MAX_US);
	if (module_stop(reason, sizeof(reason)) ||
	    stats_read(&t->stats, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s: %s", text, reason);
	*migrations += t->stats.migrations;
	if (t->stats.violations) {
		printf("# %s: violations with %s\n", t->name, text);
		return -1;	/* judged by torture_stop() */
	}
	if (module_unload(reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s: %s", text, reason);
	t->loaded = false;
	return 0;
}

static int refuse_invalid(struct torture *t, const char *text)
{
	char reason[TORTURE_REASON_MAX];

	if (!module_load(t->module, text, reason, sizeof(reason))) {
		module_unload(reason, sizeof(reason));
		return torture_give_up(t, TORTURE_FAIL, "invalid, but taken: %s",
				       text);
	}
	if (!strstr(reason, strerror(EINVAL)) || strstr(reason, "silent"))
		return torture_give_up(t, TORTURE_FAIL,
				       "refused, but not with EINVAL and a line that says why: %s: %s",
				       text, reason);
	return 0;
}

static int one_cycle(struct torture *t, bool valid, unsigned long long *migrations)
{
	char text[1024];

	if (valid) {
		draw_valid(t, text, sizeof(text));
		return run_valid(t, text, migrations);
	}
	draw_invalid(t, text, sizeof(text));
	return refuse_invalid(t, text);
}

/* Plain nonsense, each line of it. */
static int refuse_nonsense(struct torture *t)
{
	char text[1024];
	size_t i;

	for (i = 0; nonsense[i]; i++) {
		snprintf(text, sizeof(text), nonsense[i], t->device.path,
			 t->device.path);
		if (refuse_invalid(t, text))
			return -1;
	}
	return 0;
}

TEST_F_TIMEOUT(parameters, random, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;
	unsigned int cycle;
	bool valid;

	srandom(t->options.seed);
	if (!torture_prepare(t) && !refuse_nonsense(t) &&
	    !torture_move_device(t, &self->mover, MOVED_BYTES, BATCH, PAUSE_US)) {
		for (cycle = 0; cycle < self->cycles; cycle++) {
			valid = random() & 1;
			if (one_cycle(t, valid, &self->migrations))
				break;
			self->ran += valid;
			self->refused += !valid;
			if (cycle % 20 == 19)
				printf("# %s: %u of %u sets, %llu migrations\n",
				       t->name, cycle + 1, self->cycles,
				       self->migrations);
		}
	}
	torture_move_end(t, &self->mover);
	if (self->ran + self->refused == self->cycles)
		torture_give_up(t, TORTURE_PASS, "%u valid sets ran, %u invalid ones were refused",
				self->ran, self->refused);
	torture_stop(t);
	t->extra = json_pack("{sI sI sI}", "ran", (json_int_t)self->ran,
			     "refused_sets", (json_int_t)self->refused,
			     "migrations", (json_int_t)self->migrations);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
