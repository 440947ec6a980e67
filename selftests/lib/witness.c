// SPDX-License-Identifier: GPL-2.0
/*
 * Somebody who looks where in the kernel a thread sleeps, and for how long.
 *
 * A thread of the test looks at the stack of another one every few milliseconds. What
 * counts is how long that sleeps in one and the same place.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"
#include "witness.h"

#define LOOK_EVERY_US	5000

/* The innermost function that is not the scheduler's, when the stack has @inside. */
static bool place_of(const char *stack, const char *inside, char *place, size_t size)
{
	const char *at = strchr(stack, ']');

	if (!strstr(stack, inside) || !at)
		return false;
	at += 1 + strspn(at + 1, " ");
	snprintf(place, size, "%.*s", (int)strcspn(at, "+\n"), at);
	return true;
}

/* All of its lines. Return: whether there are any. */
static bool read_task(const struct witness *witness, const char *file, char *text,
		      size_t size)
{
	ssize_t length;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%d/%s", witness->watched, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	length = fd < 0 ? -1 : read(fd, text, size - 1);
	if (fd >= 0)
		close(fd);
	text[length > 0 ? length : 0] = '\0';
	return length > 0;
}

static void look(struct witness *witness)
{
	char text[4096], place[64] = "";
	double now = clock_s();
	bool asleep, inside;

	asleep = read_task(witness, "stat", text, sizeof(text)) && strstr(text, ") D ");
	inside = read_task(witness, "stack", text, sizeof(text)) &&
		 place_of(text, witness->inside, place, sizeof(place));
	witness->looks++;
	witness->met += inside;
	if (!asleep || !inside || strcmp(place, witness->place)) {
		snprintf(witness->place, sizeof(witness->place), "%s",
			 asleep && inside ? place : "");
		witness->since = now;
	} else if ((now - witness->since) * 1000 > witness->longest_ms) {
		witness->longest_ms = (now - witness->since) * 1000;
		snprintf(witness->longest_place, sizeof(witness->longest_place), "%s", place);
	}
}

static void *witness_main(void *argument)
{
	struct witness *witness = argument;

	while (!__atomic_load_n(&witness->stop, __ATOMIC_RELAXED)) {
		look(witness);
		usleep(LOOK_EVERY_US);
	}
	return NULL;
}

/**
 * witness_start() - From now on look at the calling thread.
 * @witness: Zeroed; witness_stop() in any case.
 * @t: The run.
 * @inside: The function of the kernel that it is about.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int witness_start(struct witness *witness, struct torture *t, const char *inside)
{
	witness->inside = inside;
	witness->watched = syscall(SYS_gettid);
	if (access("/proc/self/stack", R_OK))
		return torture_give_up(t, TORTURE_SKIP,
				       "the kernel tells no stacks (CONFIG_STACKTRACE)");
	witness->running = !pthread_create(&witness->thread, NULL, witness_main, witness);
	return witness->running ? 0 : torture_give_up(t, TORTURE_FAIL, "no thread to look");
}

/**
 * witness_stop() - Look no more.
 * @witness: Zeroed or started.
 */
void witness_stop(struct witness *witness)
{
	__atomic_store_n(&witness->stop, true, __ATOMIC_RELAXED);
	if (witness->running)
		pthread_join(witness->thread, NULL);
	witness->running = false;
}
