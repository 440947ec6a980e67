// SPDX-License-Identifier: GPL-2.0
/*
 * A range of physical memory that somebody wants to have for himself: how long it took
 * until all had left, after how many tries, and how many of the device's pages were there.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "clock.h"
#include "vacating.h"

/* offline_pages() does not give up before a signal comes. */
#define TRY_S	3

/**
 * vacating_begin() - Right before somebody is asked to vacate a range.
 * @vacating: Counts all attempts, zeroed before the first.
 * @mover: Who knows the device's pages.
 * @first: The range's first byte.
 * @bytes: Its size.
 */
void vacating_begin(struct vacating *vacating, const struct mover *mover,
		    unsigned long long first, unsigned long long bytes)
{
	vacating->pages += mover_pages_in(mover, first, bytes);
	vacating->attempts++;
	vacating->now_tried = 0;
	vacating->began = clock_s();
}

static void on_alarm(int number)
{
	(void)number;
}

/* The signal is to end a system call, not to have it started again. */
static void set_alarm(unsigned int seconds)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval timer = { .it_value.tv_sec = seconds };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/**
 * vacating_try() - Ask for the range once, but not for ever.
 * @vacating: After vacating_begin().
 * @range: What is asked for.
 *
 * Return: 0 if it has been vacated, or -1 with errno.
 */
int vacating_try(struct vacating *vacating, const struct vacating_range *range)
{
	int rc, error;

	vacating->tries++;
	vacating->now_tried++;
	if (vacating->now_tried > vacating->most_tries)
		vacating->most_tries = vacating->now_tried;
	set_alarm(TRY_S);
	rc = range->ask(range);
	error = errno;
	set_alarm(0);
	errno = error;
	return rc;
}

/**
 * vacating_end() - Right afterwards.
 * @vacating: After vacating_begin().
 * @done: Has it been vacated?
 */
void vacating_end(struct vacating *vacating, bool done)
{
	double seconds = clock_s() - vacating->began;

	vacating->done += done;
	vacating->total_s += seconds;
	if (seconds > vacating->longest_s)
		vacating->longest_s = seconds;
}

/**
 * vacating_json() - All attempts, for the record.
 * @vacating: They.
 */
json_t *vacating_json(const struct vacating *vacating)
{
	unsigned long long attempts = vacating->attempts ?: 1;

	return json_pack("{sI sI sI sI sI sf sf}", "attempts", (json_int_t)vacating->attempts,
			 "done", (json_int_t)vacating->done,
			 "tries", (json_int_t)vacating->tries,
			 "most_tries", (json_int_t)vacating->most_tries,
			 "pages", (json_int_t)vacating->pages,
			 "mean_ms", 1e3 * vacating->total_s / attempts,
			 "longest_ms", 1e3 * vacating->longest_s);
}
