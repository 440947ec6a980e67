// SPDX-License-Identifier: GPL-2.0
/*
 * culprit.c - what lookups and migrations of the guest do with each other, and which of
 * them was the culprit of a violation. An oracle notices later, sometimes by milliseconds.
 *
 * What must not be is a reference to a buffer while its folio is being moved. So when the
 * violation is reported, the culprit is the last such reference to its block: the end of
 * the lookup that took it, if its folio was inside the migrate callback already, else the
 * begin of the move. Without any it is the last move of the block's page, or the report;
 * then the first lookup of the block after that move is kept, too: what the move has left
 * behind harms whoever finds it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "culprit.h"
#include "exact/machine.h"

/* The same in all kernels that have them: in struct buffer_head, and in page or folio. */
enum { BH_FOLIO = 16, BH_BLOCK = 24, FOLIO_INDEX = 32 };

#define THREADS		1024
#define HOLDS		1024
#define STACK_SHOWN	4096
#define REPORT_WORDS	8	/* of struct violation, of which one is the block */

struct candidate {
	const char *what;
	uint64_t event, count, migration;
	uint64_t taken;			/* count when the reference was */
	uint64_t migrating, holding;	/* tasks */
	uint64_t src, dst, index, block;
};

/* What a thread does. One without a migration or lookup under way has zeroes. */
struct thread {
	uint64_t stack;
	bool looks_up;
	uint64_t migration, src, dst, index, task;	/* migration: its number, from 1 */
	uint64_t entered, moves;			/* events */
	uint64_t moves_count;
	bool moving;
	struct candidate candidate;
};

struct hold {
	uint64_t bh, stack, folio, block, event, count, task;
};

static struct thread threads[THREADS];
static unsigned int thread_count;
static struct hold holds[HOLDS];
static unsigned int hold_next;
static struct candidate culprit, last_move;
static uint64_t pairs;
static bool reported;

/* The first lookup of the violation's block after last_move. */
static struct {
	uint64_t event, task;
	char *text;
	size_t size;
} victim;

struct culprit_options culprit_options = {
	.block = -1, .index = -1, .stack_bytes = 16384,
};

uint64_t events, count, migrations;

static uint64_t current_task(void)
{
	uint64_t offset = culprit_options.current_offset;

	return offset ? machine_word(machine_cpu() + offset) : 0;
}

static struct thread *current_thread(void)
{
	uint64_t stack = machine_stack() / culprit_options.stack_bytes;
	unsigned int i;

	for (i = 0; i < thread_count; i++) {
		if (threads[i].stack == stack)
			return &threads[i];
	}
	if (thread_count < THREADS - 1)
		thread_count++;
	memset(&threads[i], 0, sizeof(threads[i]));
	threads[i].stack = stack;
	return &threads[i];
}

static void write_candidate(const struct candidate *c)
{
	fprintf(culprit_options.log,
		"culprit %s event %lu count %lu migration %lu taken %lu migrating %lx holding %lx src %lx dst %lx index %lu block %lu\n",
		c->what, c->event, c->count, c->migration, c->taken, c->migrating, c->holding,
		c->src, c->dst, c->index, c->block);
}

/* What the thread's stack holds, from its end: for who unwinds it later. */
static void write_stack(FILE *to, const char *name, uint64_t ip)
{
	uint64_t from = machine_stack(), at;
	uint64_t end = (from / culprit_options.stack_bytes + 1) * culprit_options.stack_bytes;

	fprintf(to, "%s ip %lx rsp %lx rbp %lx words", name, ip, from,
		machine_frame());
	for (at = from; at < end && at < from + STACK_SHOWN; at += 8)
		fprintf(to, " %lx", machine_word(at));
	fprintf(to, "\n");
}

/* Keep the better candidate: that of the very block, else of its page, else the last. */
static int worth(const struct candidate *c)
{
	if (!c->what)
		return 0;
	if (c->block == culprit_options.block)
		return 3;
	return c->index == culprit_options.index ? 2 : 1;
}

static void keep_candidate(const struct candidate *c, struct candidate *best)
{
	if (worth(c) && worth(c) >= worth(best))
		*best = *c;
}

static void keep_victim(uint64_t block, uint64_t at)
{
	FILE *to;

	if (block != culprit_options.block || worth(&last_move) < 2 ||
	    victim.event > last_move.event)
		return;
	victim.event = events;
	victim.task = current_task();
	free(victim.text);
	to = open_memstream(&victim.text, &victim.size);
	if (!to)
		abort();
	write_stack(to, "victim", at);
	fclose(to);
}

static void reference_meets_move(struct thread *t, const struct hold *hold)
{
	bool inside = hold->event >= t->entered;
	struct candidate c = {
		.what = inside ? "taken" : "moved",
		.event = inside ? hold->event : events,
		.count = inside ? hold->count : count,
		.taken = hold->count,
		.migration = t->migration, .migrating = t->task, .holding = hold->task,
		.src = t->src, .dst = t->dst, .index = t->index, .block = hold->block,
	};

	keep_candidate(&c, &t->candidate);
}

static void migration_begins(struct thread *t)
{
	if (t->migration)
		return;		/* one callback calls or continues as another */
	t->migration = ++migrations;
	t->src = machine_argument(GUEST_THIRD);
	t->dst = machine_argument(GUEST_SECOND);
	t->index = machine_word(t->src + FOLIO_INDEX);
	t->task = current_task();
	t->entered = events;
	t->moves = 0;
	t->moving = false;
	t->candidate.what = NULL;
}

static void migration_ends(struct thread *t)
{
	if (!t->migration)
		return;
	if ((uint32_t)machine_result() == 0 && t->moves) {
		pairs += !!t->candidate.what;
		keep_candidate(&t->candidate, &culprit);
		keep_candidate(&(struct candidate){
			.what = "last", .event = t->moves, .count = t->moves_count,
			.migration = t->migration,
			.migrating = t->task, .src = t->src, .dst = t->dst,
			.index = t->index, .block = -1 }, &last_move);
	}
	t->migration = 0;
	t->candidate.what = NULL;
}

static void move_begins(struct thread *t)
{
	unsigned int i;

	if (!t->migration)
		return;
	if (!t->moves) {
		t->moves = events;
		t->moves_count = count;
	}
	t->moving = true;
	for (i = 0; i < HOLDS; i++) {
		if (holds[i].bh && (holds[i].folio == t->src || holds[i].folio == t->dst))
			reference_meets_move(t, &holds[i]);
	}
}

static void lookup_ends(struct thread *t, uint64_t at)
{
	struct hold *hold = &holds[hold_next];
	uint64_t bh = machine_result();
	unsigned int i;

	if (!t->looks_up)
		return;
	t->looks_up = false;
	if (!bh)
		return;
	if (count == culprit_options.taken)
		write_stack(culprit_options.log, "taker", at);
	for (i = 0; i < HOLDS && hold->bh; i++)
		hold = &holds[hold_next = (hold_next + 1) % HOLDS];
	*hold = (struct hold){
		.bh = bh, .stack = t->stack, .folio = machine_word(bh + BH_FOLIO),
		.block = machine_word(bh + BH_BLOCK), .event = events, .count = count,
	};
	hold_next = (hold_next + 1) % HOLDS;
	hold->task = current_task();
	keep_victim(hold->block, at);
	for (i = 0; i < thread_count; i++) {
		struct thread *other = &threads[i];

		if (other->migration && other->moves && other != t &&
		    (hold->folio == other->src ||
		     (hold->folio == other->dst && other->moving)))
			reference_meets_move(other, hold);
	}
}

static void reference_ends(struct thread *t)
{
	uint64_t bh = machine_argument(GUEST_FIRST);
	unsigned int i;

	for (i = 0; i < HOLDS; i++) {
		if (holds[i].bh == bh && holds[i].stack == t->stack) {
			holds[i].bh = 0;
			return;
		}
	}
}

/*
 * Another one may be reported before that which is asked for: the console shows first what
 * was printed first, and not each is.
 */
static bool is_asked_for(void)
{
	uint64_t violation = machine_argument(GUEST_SECOND);
	unsigned int i;

	for (i = 0; i < REPORT_WORDS; i++) {
		if (machine_word(violation + 8 * i) == culprit_options.block)
			return true;
	}
	return culprit_options.block == (uint64_t)-1;
}

static void report(uint64_t at)
{
	struct candidate here = {
		.what = "report", .event = events, .count = count, .migration = migrations,
		.holding = current_task(), .index = culprit_options.index,
		.block = culprit_options.block,
	};
	unsigned int i;

	if (reported || !is_asked_for())
		return;
	reported = true;
	for (i = 0; i < thread_count; i++) {
		if (threads[i].migration)
			keep_candidate(&threads[i].candidate, &culprit);
	}
	if (worth(&culprit) < 2 && worth(&last_move) == 2) {
		culprit = last_move;
		if (victim.event > last_move.event)
			fprintf(culprit_options.log, "after task %lx\n%s", victim.task,
				victim.text);
	}
	fprintf(culprit_options.log, "%s event %lu count %lu task %lx pairs %lu\n", here.what,
		events, count, current_task(), pairs);
	write_stack(culprit_options.log, "finder", at);
	write_candidate(culprit.what ? &culprit : &here);
	fflush(culprit_options.log);
}

/* A function begins, at this address. */
void culprit_begins(enum site_kind kind, uint64_t at)
{
	struct thread *t = current_thread();

	switch (kind) {
	case SITE_MIGRATE:
		migration_begins(t);
		break;
	case SITE_MOVE:
		move_begins(t);
		break;
	case SITE_LOOKUP:
		t->looks_up = true;
		break;
	case SITE_RELEASE:
		reference_ends(t);
		break;
	case SITE_REPORT:
		report(at);
		break;
	case SITE_LOAD:
		break;
	}
}

/* It returns. */
void culprit_ends(enum site_kind kind, uint64_t at)
{
	struct thread *t = current_thread();

	switch (kind) {
	case SITE_MIGRATE:
		migration_ends(t);
		break;
	case SITE_MOVE:
		t->moving = false;
		break;
	case SITE_LOOKUP:
		lookup_ends(t, at);
		break;
	default:
		break;
	}
}
