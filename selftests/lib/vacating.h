/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A range of physical memory that somebody wants to have for himself.
 */
#ifndef _SELFTESTS_BHTORTURE_VACATING_H
#define _SELFTESTS_BHTORTURE_VACATING_H

#include <stdbool.h>

#include "mover.h"

/* What has been asked to leave, and how long that took. */
struct vacating {
	unsigned long long attempts, done;
	unsigned long long tries;	/* of all attempts */
	unsigned int most_tries;	/* of one */
	unsigned int now_tried;		/* of the one in progress */
	unsigned long long pages;	/* of the device, that were there */
	double total_s, longest_s;
	double began;
};

/* Who is to vacate it. */
struct vacating_range {
	unsigned long long first;	/* byte */
	unsigned long long bytes;
	/* Return: 0, or -1 with errno; EINTR when a signal comes. */
	int (*ask)(const struct vacating_range *range);
	const void *argument;		/* ask()'s own */
};

void vacating_begin(struct vacating *vacating, const struct mover *mover,
		    unsigned long long first, unsigned long long bytes);
void vacating_end(struct vacating *vacating, bool done);
int vacating_try(struct vacating *vacating, const struct vacating_range *range);
json_t *vacating_json(const struct vacating *vacating);

#endif /* _SELFTESTS_BHTORTURE_VACATING_H */
