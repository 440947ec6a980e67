// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's threads. Each has its own count of instructions, which stands still while
 * another thread has the CPU. Interrupts count for the thread that they interrupt.
 */
#include <stdlib.h>
#include <string.h>

#include "exact/clock.h"
#include "exact/machine.h"
#include "exact/places.h"
#include "exact/threads.h"

#define THREADS_MAX	4096

static struct thread *threads[THREADS_MAX];
static unsigned int thread_count;
static unsigned int last;

/**
 * threads_forget() - What they were in the middle of, too.
 */
void threads_forget(void)
{
	while (thread_count) {
		free(threads[--thread_count]);
		/* threads_current() frees what is there. */
		threads[thread_count] = NULL;
	}
	last = 0;
}

/**
 * threads_current() - The one that runs. When there are too many, the last one.
 */
struct thread *threads_current(void)
{
	uint64_t key = machine_stack() >> place_facts.stack_shift;
	unsigned int i;

	if (last < thread_count && threads[last]->key == key)
		return threads[last];
	for (i = 0; i < thread_count; i++) {
		if (threads[i]->key != key)
			continue;
		last = i;
		return threads[i];
	}
	if (thread_count == THREADS_MAX)
		thread_count--;
	last = thread_count++;
	free(threads[last]);
	threads[last] = calloc(1, sizeof(*threads[last]));
	threads[last]->key = key;
	threads[last]->number = thread_count;
	thread_runs(threads[last]);
	return threads[last];
}

/**
 * threads_each() - All that were met, one after another.
 * @i: Counted from 0.
 *
 * Return: NULL after the last.
 */
struct thread *threads_each(unsigned int i)
{
	return i < thread_count ? threads[i] : NULL;
}

/**
 * thread_own() - How many instructions a thread has executed.
 * @thread: Any thread.
 */
uint64_t thread_own(const struct thread *thread)
{
	return thread->own + (thread->running ? clock_own_of(thread->cpu) - thread->since : 0);
}

/**
 * thread_stops() - Another one gets the CPU.
 * @thread: The thread that runs.
 */
void thread_stops(struct thread *thread)
{
	if (thread->running)
		thread->own = thread_own(thread);
	thread->running = false;
}

/**
 * thread_runs() - It gets the CPU.
 * @thread: The thread that runs from now on.
 */
void thread_runs(struct thread *thread)
{
	thread->cpu = clock_cpu();
	thread->since = clock_own_of(thread->cpu);
	thread->running = true;
}
