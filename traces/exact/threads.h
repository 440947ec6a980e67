/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's threads, told by their kernel stacks, and what each is in the middle of. */
#ifndef _BHT_EXACT_THREADS_H
#define _BHT_EXACT_THREADS_H

#include <stdbool.h>
#include <stdint.h>

#include "exact/stack.h"

struct holder;

#define PENDING_MAX	16	/* holds of one migration */

/* The lock, wanted or held. Instructions are the thread's own unless it says otherwise. */
struct thread_lock {
	bool active;
	const struct holder *holder;
	uint64_t lock;
	uint64_t own, all;		/* when it began; all: of all CPUs */
};

struct thread_hold {
	const struct holder *holder;
	unsigned int cpu;
	uint64_t own, all;		/* how many */
};

/* Who came while a thread held the lock. */
struct thread_waiters {
	unsigned int count, lookups;
	uint64_t arrived;		/* sum of the holder's own, when lookups came */
	const char *first;		/* of these, and its stack */
	struct stack first_stack;
};

struct thread {
	uint64_t key;
	unsigned int number;		/* in the order in which they were met, from 1 */
	bool running;
	unsigned int cpu;		/* that it runs on */
	uint64_t own, since;		/* until it last stopped; the CPU's, when it went on */

	struct thread_lock want, hold;
	struct thread_waiters waiters;

	/* A migration, a lookup and a call of the page cache, each by its stack pointer. */
	uint64_t migration_sp, migration_folio, migration_new, migration_own;
	uint64_t migration_all, migration_index;	/* when it began; of its folio */
	int migration_step, lookup_step;	/* see pairs.h; 0: in none */
	uint64_t lookup_sp, lookup_folio, lookup_bh, lookup_own, cache_sp;
	uint64_t part_sp;		/* of what a migration calls */
	bool lookup_sleeping, lookup_slow, lookup_migrating;

	struct thread_hold pending[PENDING_MAX];
	unsigned int pending_count;
};

void threads_forget(void);
struct thread *threads_current(void);
struct thread *threads_each(unsigned int i);
uint64_t thread_own(const struct thread *thread);
void thread_stops(struct thread *thread);
void thread_runs(struct thread *thread);

#endif /* _BHT_EXACT_THREADS_H */
