// SPDX-License-Identifier: GPL-2.0
/*
 * Runs a source of migration: its thread, its end, its verdict. See source.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nodes.h"
#include "source.h"
#include "torture.h"

#define PAUSE_STEP_MS	20
#define LOOK_EVERY_US	20000

/**
 * source_give_up() - It does not work, or not any more.
 * @source: The source; the first reason stands.
 * @result: TORTURE_SKIP: the kernel lacks it, TORTURE_FAIL.
 * @format: The reason, one line.
 *
 * Return: -1, for the caller to pass on.
 */
int source_give_up(struct source *source, enum torture_result result,
		   const char *format, ...)
{
	va_list arguments;

	if (source->result != TORTURE_UNDECIDED)
		return -1;
	va_start(arguments, format);
	vsnprintf(source->reason, sizeof(source->reason), format, arguments);
	va_end(arguments);
	/* Pairs with the acquire of whoever wants to know meanwhile. */
	__atomic_store_n(&source->result, result, __ATOMIC_RELEASE);
	return -1;
}

/**
 * source_stopping() - Is it to end? For rounds that take long.
 * @source: The source.
 */
bool source_stopping(const struct source *source)
{
	return __atomic_load_n(&source->stop, __ATOMIC_RELAXED);
}

/**
 * source_pause() - Sleep, unless it is to end.
 * @source: The source.
 * @ms: How long.
 */
void source_pause(const struct source *source, unsigned int ms)
{
	unsigned int step;

	for (; ms && !source_stopping(source); ms -= step) {
		step = ms < PAUSE_STEP_MS ? ms : PAUSE_STEP_MS;
		usleep(step * 1000);
	}
}

/**
 * source_open() - Prepare a source.
 * @source: What to fill in; source_close() in any case.
 * @ops: Its kind.
 * @t: The torture, running, with two nodes.
 *
 * Return: 0, or -1 with the source's result decided.
 */
int source_open(struct source *source, const struct source_ops *ops,
		const struct torture *t)
{
	memset(source, 0, sizeof(*source));
	source->ops = ops;
	source->t = t;
	if (nodes_find(source->nodes) < 2)
		return source_give_up(source, TORTURE_SKIP,
				      "no second NUMA node with memory");
	return ops->open(source);
}

static void *source_main(void *argument)
{
	struct source *source = argument;

	while (!source_stopping(source) && !source->ops->round(source))
		source->rounds++;
	return NULL;
}

/**
 * source_start() - Begin to move.
 * @source: An open one.
 *
 * Return: 0, or -1 with the source's result decided.
 */
int source_start(struct source *source)
{
	int rc = pthread_create(&source->thread, NULL, source_main, source);

	source->running = !rc;
	if (rc)
		return source_give_up(source, TORTURE_FAIL, "no thread: %s",
				      strerror(rc));
	return 0;
}

/**
 * source_ask_to_stop() - Move no more after this round; for many that stop at once.
 * @source: The source, running or not.
 */
void source_ask_to_stop(struct source *source)
{
	__atomic_store_n(&source->stop, true, __ATOMIC_RELAXED);
}

/**
 * source_stop() - Move no more.
 * @source: The source, running or not.
 */
void source_stop(struct source *source)
{
	if (!source->running)
		return;
	source_ask_to_stop(source);
	pthread_join(source->thread, NULL);
	source->running = false;
}

/**
 * source_close() - Undo source_open(), from any half-built state.
 * @source: The source, stopped, or zeroed.
 *
 * Return: what it has to report, a new object.
 */
json_t *source_close(struct source *source)
{
	json_t *figures = NULL;

	if (source->state && source->ops->close)
		source->ops->close(source);
	if (source->state && source->ops->figures)
		figures = source->ops->figures(source);
	if (!figures)
		figures = json_object();
	json_object_set_new(figures, "rounds", json_integer(source->rounds));
	free(source->state);
	source->state = NULL;
	return figures;
}

/**
 * source_wait() - Let them work until the run is over, or one cannot go on.
 * @sources: Started ones.
 * @count: How many.
 * @t: The running torture.
 */
void source_wait(const struct source *sources, size_t count, struct torture *t)
{
	size_t i;

	while (torture_continue(t)) {
		for (i = 0; i < count; i++)
			if (__atomic_load_n(&sources[i].result, __ATOMIC_ACQUIRE) !=
			    TORTURE_UNDECIDED)
				return;
		usleep(LOOK_EVERY_US);
	}
}

/**
 * source_end() - Stop a source, close it, and tell the run if it gave up.
 * @source: The source, from any half-built state; zeroed: nothing happens.
 * @t: The run, not stopped yet.
 *
 * Return: what it has to report, a new object.
 */
json_t *source_end(struct source *source, struct torture *t)
{
	json_t *figures;

	source_stop(source);
	figures = source_close(source);
	if (source->result != TORTURE_UNDECIDED)
		torture_give_up(t, source->result, "%s: %s", source->ops->name,
				source->reason);
	return figures;
}

/**
 * source_torture() - A whole run with one source, from the device to the record.
 * @t: The run, initialized.
 * @ops: The kind of source.
 */
void source_torture(struct torture *t, const struct source_ops *ops)
{
	struct source source = { 0 };

	if (!torture_start(t)) {
		torture_exclude_begin(t);
		source_open(&source, ops, t);
		torture_exclude_end(t);
		torture_restart_clock(t);
		if (source.result == TORTURE_UNDECIDED && !source_start(&source))
			source_wait(&source, 1, t);
	}
	t->extra = source_end(&source, t);
	torture_end(t);
}
