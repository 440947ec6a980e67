// SPDX-License-Identifier: GPL-2.0
/*
 * Who waited for whom. What a hold costs lookups is what its holder had still to execute
 * when they came: added up over the lookups that waited. Where CPUs run in turn, a wait in
 * ns is the length of a turn, no property of the kernel. So that is not used.
 */
#include <stdlib.h>
#include <string.h>

#include "exact/clock.h"
#include "exact/contention.h"
#include "exact/places.h"
#include "exact/stack.h"
#include "exact/symbols.h"
#include "exact/threads.h"

#define WORST		10

struct contended {
	uint64_t cost;
	uint64_t hold;			/* instructions of the holder */
	uint64_t order;			/* of their ends */
	unsigned int lookups, waiters;
	const char *holder, *waiter;
	struct stack holder_stack, waiter_stack;
};

static struct contended worst[WORST + 1];
static unsigned int worst_count;
static uint64_t contended_holds, all_lookups, all_cost, order;

/**
 * contention_clear() - Begin anew.
 */
void contention_clear(void)
{
	worst_count = 0;
	contended_holds = 0;
	all_lookups = 0;
	all_cost = 0;
	order = 0;
}

static struct thread *holder_of(uint64_t lock)
{
	struct thread *thread;
	unsigned int i;

	for (i = 0; (thread = threads_each(i)); i++)
		if (thread->hold.active && thread->hold.lock == lock)
			return thread;
	return NULL;
}

/**
 * contention_wants() - A thread wants the lock: does it have to wait?
 * @thread: The thread that runs.
 * @place: Where it is.
 */
void contention_wants(struct thread *thread, const struct place *place)
{
	struct thread *holder = holder_of(thread->want.lock);
	struct thread_waiters *waiters;
	uint64_t own;

	if (!holder || holder == thread)
		return;
	waiters = &holder->waiters;
	own = thread_own(holder);
	waiters->count++;
	if (!thread->lookup_sp)
		return;
	waiters->arrived += own;
	if (waiters->lookups++)
		return;
	waiters->first = place->holder->name;
	stack_take(&waiters->first_stack, place->address);
}

static int by_cost(const void *a, const void *b)
{
	const struct contended *one = a, *two = b;

	if (one->cost != two->cost)
		return one->cost > two->cost ? -1 : 1;
	return one->order < two->order ? -1 : 1;
}

/**
 * contention_released() - The lock is dropped.
 * @thread: The thread that runs; what it held is still in it.
 * @place: Where it is.
 */
void contention_released(struct thread *thread, const struct place *place)
{
	struct thread_waiters *waiters = &thread->waiters;
	uint64_t own = thread_own(thread);
	struct contended *one;

	if (waiters->count) {
		one = &worst[worst_count];
		*one = (struct contended){
			.cost = waiters->lookups * own - waiters->arrived,
			.hold = own - thread->hold.own, .order = order++,
			.lookups = waiters->lookups, .waiters = waiters->count,
			.holder = thread->hold.holder->name, .waiter = waiters->first,
			.waiter_stack = waiters->first_stack,
		};
		contended_holds++;
		all_lookups += one->lookups;
		all_cost += one->cost;
		if (one->lookups && (worst_count < WORST || one->cost > worst[WORST - 1].cost)) {
			stack_take(&one->holder_stack, place->address);
			worst_count++;
			qsort(worst, worst_count, sizeof(worst[0]), by_cost);
			worst_count = worst_count > WORST ? WORST : worst_count;
		}
	}
	memset(waiters, 0, sizeof(*waiters));
}

static void write_stack(FILE *out, const struct stack *stack)
{
	const char *name;
	unsigned int i;

	fprintf(out, "[");
	for (i = 0; i < STACK_FRAMES && stack->address[i]; i++) {
		name = symbols_name(stack->address[i]);
		fprintf(out, "%s\"%s\"", i ? ", " : "", name ?: "[module]");
	}
	fprintf(out, "]");
}

/**
 * contention_write() - All of it, as a JSON object.
 * @out: Where to.
 */
void contention_write(FILE *out)
{
	unsigned int i;

	fprintf(out, "{\"contended_holds\": %llu, \"lookups_waited\": %llu, \"cost_insn\": %llu, \"worst\": [",
		(unsigned long long)contended_holds, (unsigned long long)all_lookups,
		(unsigned long long)all_cost);
	for (i = 0; i < worst_count; i++) {
		const struct contended *one = &worst[i];

		fprintf(out, "%s\n {\"cost_insn\": %llu, \"hold_insn\": %llu, \"lookups\": %u, \"waiters\": %u, \"holder\": \"%s\", \"waiter\": \"%s\",\n  \"holder_stack\": ",
			i ? "," : "", (unsigned long long)one->cost,
			(unsigned long long)one->hold, one->lookups, one->waiters, one->holder,
			one->waiter ?: "");
		write_stack(out, &one->holder_stack);
		fprintf(out, ",\n  \"waiter_stack\": ");
		write_stack(out, &one->waiter_stack);
		fprintf(out, "}");
	}
	fprintf(out, "]}\n");
}
