// SPDX-License-Identifier: GPL-2.0
/*
 * swarm - a torture that BHT_SEED draws: device, block size, who hammers, how lookups
 * are steered, what makes folios move. Each seed leaves most of it out.
 *
 * Everything at once hides bugs: threads that hold references make migrations fail,
 * those that wait for migrations leave others alone. What one seed lacks another has
 * (swarm testing). For hunting, see scripts/bht-hunt: a pass says little, a conviction
 * is as good as any. BHT_MODULE_PARAMS has the last word.
 */
#include "kselftest_harness.h"
#include "source.h"
#include "torture.h"

/* Something must have moved. */
static const struct torture_floors floors = {
	.migrations_per_s = 1,
};

/* Stuck for longer than a seed takes would never be told. */
#define ALWAYS		"stuck_s=2"

static const unsigned int block_sizes[] = { 512, 1024, 2048, 4096 };
static const unsigned int batches[] = { 1, 8, 64, 512 };
static const enum device_kind devices[] = {
	DEVICE_BRD, DEVICE_BRD, DEVICE_LOOP, DEVICE_NULL_BLK
};

/* Each value is as likely as the others; a number given twice is twice as likely. */
static const struct {
	const char *name;
	unsigned int values[4];
} steering[] = {
	{ "blocks", { 256, 1024, 8192, 8192 } },
	{ "aim_percent", { 0, 50, 80, 95 } },
	{ "widen_us", { 0, 20, 50, 200 } },
	{ "gap_us", { 0, 0, 50, 200 } },
	{ "linger_us", { 0, 0, 50, 200 } },
	{ "hold_us", { 0, 20, 20, 200 } },
	{ "jitter_us", { 20, 60, 60, 500 } },
	{ "stutter_ms", { 0, 0, 0, 20 } },
	{ "shuffle_ms", { 0, 0, 0, 50 } },
};

/* In eight: how often there are such threads at all. */
static const struct {
	const char *name;
	unsigned int chance;
} personalities[] = {
	{ "writer_blind", 6 },
	{ "checker", 6 },
	{ "reader", 3 },
	{ "getblk", 3 },
	{ "dirtier", 3 },
	{ "nowait", 2 },
	{ "prober", 2 },
};

#define THREADS_MAX	3

/* Beside move_pages, or instead of it. */
static const struct source_ops * const further_sources[] = {
	&source_mbind, &source_migrate_pages, &source_compaction,
};

#define SOURCE_CHANCE	2	/* in eight */

struct swarm {
	struct torture torture;
	struct mover mover;
	unsigned long long random;
	unsigned int batch;	/* 0: no move_pages */
	struct source source[ARRAY_SIZE(further_sources)];
	size_t count;
};

FIXTURE(swarm) {
	struct swarm swarm;
};

/* SplitMix64: good from the first number on, for seeds as like as 1, 2 and 3. */
static unsigned int draw(struct swarm *swarm, unsigned int below)
{
	unsigned long long bits = swarm->random += 0x9e3779b97f4a7c15ULL;

	bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9ULL;
	bits = (bits ^ bits >> 27) * 0x94d049bb133111ebULL;
	return (bits >> 32) % below;
}

static void draw_threads(struct swarm *swarm, char *params, size_t size)
{
	size_t length = strlen(params), i;
	bool judged = false;
	unsigned int threads;

	for (i = 0; i < ARRAY_SIZE(personalities); i++) {
		threads = draw(swarm, 8) < personalities[i].chance ?
			  1 + draw(swarm, THREADS_MAX) : 0;
		/* Without the first two there is nobody to see an update lost. */
		if (i < 2)
			judged |= threads;
		if (i == 1 && !judged)
			threads = 1;
		length += snprintf(params + length, size - length, " %s=%u",
				   personalities[i].name, threads);
	}
}

static void draw_everything(struct swarm *swarm)
{
	struct torture *t = &swarm->torture;
	size_t length, i;

	swarm->random = t->options.seed;
	t->block_size = block_sizes[draw(swarm, ARRAY_SIZE(block_sizes))];
	t->device_kind = devices[draw(swarm, ARRAY_SIZE(devices))];
	length = snprintf(t->params, sizeof(t->params), ALWAYS);
	for (i = 0; i < ARRAY_SIZE(steering); i++)
		length += snprintf(t->params + length, sizeof(t->params) - length,
				   " %s=%u", steering[i].name,
				   steering[i].values[draw(swarm, 4)]);
	draw_threads(swarm, t->params, sizeof(t->params));
	swarm->batch = batches[draw(swarm, ARRAY_SIZE(batches))];
}

FIXTURE_SETUP(swarm)
{
	struct torture *t = &self->swarm.torture;

	torture_init(t, "swarm", "drawn");
	t->floors = floors;
	t->fixed_duration = true;
	t->steering_drawn = true;
	t->until_complaint = true;
	torture_need_nodes(t);
	draw_everything(&self->swarm);
}

FIXTURE_TEARDOWN(swarm)
{
}

/* Return: what it was, for the record. */
static json_t *draw_sources(struct swarm *swarm)
{
	struct torture *t = &swarm->torture;
	json_t *names = json_array();
	struct source *source;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(further_sources); i++) {
		if (draw(swarm, 8) >= SOURCE_CHANCE)
			continue;
		source = &swarm->source[swarm->count];
		if (source_open(source, further_sources[i], t)) {
			json_decref(source_close(source));
			if (source->result != TORTURE_SKIP)
				torture_give_up(t, source->result, "%s: %s",
						further_sources[i]->name,
						source->reason);
			continue;
		}
		swarm->count++;
		json_array_append_new(names, json_string(further_sources[i]->name));
	}
	if (swarm->count && !draw(swarm, 2))
		swarm->batch = 0;
	if (swarm->batch)
		json_array_append_new(names, json_string("move_pages"));
	return names;
}

TEST_F_TIMEOUT(swarm, drawn, TORTURE_HARNESS_S)
{
	struct swarm *swarm = &self->swarm;
	struct torture *t = &swarm->torture;
	json_t *sources = NULL, *drawn;
	size_t i;

	if (!torture_start(t)) {
		torture_exclude_begin(t);
		sources = draw_sources(swarm);
		torture_exclude_end(t);
		torture_restart_clock(t);
		for (i = 0; i < swarm->count; i++)
			source_start(&swarm->source[i]);
		if (!swarm->batch || !torture_move(t, &swarm->mover, swarm->batch))
			source_wait(swarm->source, swarm->count, t);
	}
	torture_move_end(t, &swarm->mover);
	for (i = 0; i < swarm->count; i++)
		source_ask_to_stop(&swarm->source[i]);
	for (i = 0; i < swarm->count; i++)
		json_decref(source_end(&swarm->source[i], t));
	drawn = json_pack("{ss sI sI ss so}", "device", t->device.path,
			  "block_size", (json_int_t)t->block_size,
			  "batch", (json_int_t)swarm->batch, "params", t->params,
			  "sources", sources ?: json_array());
	t->extra = t->extra ?: json_object();
	json_object_set_new(t->extra, "drawn", drawn);
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
