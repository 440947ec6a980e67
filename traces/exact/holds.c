// SPDX-License-Identifier: GPL-2.0
/*
 * Holds of the wanted lock, and waits for it. The holds of a migration are kept until it
 * returns, because its outcome is part of them.
 */
#include <string.h>

#include "exact/clock.h"
#include "exact/contention.h"
#include "exact/events.h"
#include "exact/holds.h"
#include "exact/places.h"
#include "exact/tally.h"
#include "exact/threads.h"
#include "exact/wanted.h"

/* A hold without a release, or the other way around: there should be none. */
static uint64_t unjoined;
static uint64_t acquired;

/**
 * holds_clear() - Begin anew.
 */
void holds_clear(void)
{
	unjoined = 0;
	acquired = 0;
}

/* Return: 0 when it is not known. */
static uint64_t lock_of(const struct place *place)
{
	uint64_t value = place_value(place);

	return value && place->base ? value + place_facts.lock_offset : value;
}

static bool is_wanted(uint64_t lock)
{
	return !wanted.lock || lock == wanted.lock;
}

/**
 * holds_want() - A thread is about to take a lock.
 * @thread: The thread.
 * @place: Where it is.
 */
void holds_want(struct thread *thread, const struct place *place)
{
	uint64_t lock = lock_of(place);

	thread->want.active = is_wanted(lock);
	if (!thread->want.active)
		return;
	thread->want.holder = place->holder;
	thread->want.lock = lock;
	thread->want.own = thread_own(thread);
	thread->want.all = clock_all();
	contention_wants(thread, place);
}

/**
 * holds_acquired() - It has it.
 * @thread: The thread.
 * @place: Where it is.
 */
void holds_acquired(struct thread *thread, const struct place *place)
{
	uint64_t lock = lock_of(place) ?: thread->want.active ? thread->want.lock : 0;
	uint64_t own, all;

	if (!lock || !is_wanted(lock)) {
		thread->want.active = false;
		return;
	}
	unjoined += thread->hold.active;
	acquired++;
	own = thread_own(thread);
	all = clock_all();
	if (thread->want.active) {
		tally_add("wait", place->holder->name, "insn", own - thread->want.own,
			  clock_cpu(), false, 0);
		tally_add("wait", place->holder->name, "ns", clock_ns(all - thread->want.all),
			  clock_cpu(), false, 0);
	}
	thread->want.active = false;
	thread->hold = (struct thread_lock){
		.active = true, .holder = place->holder, .lock = lock, .own = own, .all = all,
	};
}

static void count_hold(const struct thread_hold *hold, bool has_outcome, int outcome)
{
	tally_add("hold", hold->holder->name, "insn", hold->own, hold->cpu, has_outcome, outcome);
	tally_add("hold", hold->holder->name, "ns", clock_ns(hold->all), hold->cpu, has_outcome,
		  outcome);
}

/**
 * holds_released() - It is about to drop it.
 * @thread: The thread.
 * @place: Where it is.
 */
void holds_released(struct thread *thread, const struct place *place)
{
	uint64_t lock = lock_of(place) ?: thread->hold.lock;
	struct thread_hold hold;

	if (!is_wanted(lock) || !thread->hold.active || thread->hold.lock != lock) {
		/* Of a hold that had begun before the torture. */
		unjoined += acquired && wanted.lock && lock == wanted.lock;
		return;
	}
	contention_released(thread, place);
	events_hold(thread);
	thread->hold.active = false;
	hold = (struct thread_hold){
		.holder = thread->hold.holder, .cpu = clock_cpu(),
		.own = thread_own(thread) - thread->hold.own,
		.all = clock_all() - thread->hold.all,
	};
	if (hold.holder->migration && thread->pending_count < PENDING_MAX)
		thread->pending[thread->pending_count++] = hold;
	else
		count_hold(&hold, false, 0);
}

/**
 * holds_returned() - The migration that a thread was in the middle of is over.
 * @thread: The thread.
 * @outcome: 0 or an error.
 */
void holds_returned(struct thread *thread, int outcome)
{
	unsigned int i;

	for (i = 0; i < thread->pending_count; i++)
		count_hold(&thread->pending[i], true, outcome);
	thread->pending_count = 0;
}

/**
 * holds_finish() - Count what never returned.
 */
void holds_finish(void)
{
	struct thread *thread;
	unsigned int i, p;

	for (i = 0; (thread = threads_each(i)); i++) {
		for (p = 0; p < thread->pending_count; p++)
			count_hold(&thread->pending[p], false, 0);
		thread->pending_count = 0;
	}
}

/**
 * holds_write_facts() - What is known besides the histograms.
 * @out: Where to.
 */
void holds_write_facts(FILE *out)
{
	fprintf(out, "# acquisitions=%llu\n# unjoined=%llu\n", (unsigned long long)acquired,
		(unsigned long long)unjoined);
}
