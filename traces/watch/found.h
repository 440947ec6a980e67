/* SPDX-License-Identifier: GPL-2.0 */
/* What was found: races, and the longest stalls. */
#ifndef _BHT_WATCH_FOUND_H
#define _BHT_WATCH_FOUND_H

#include <stdbool.h>
#include <stdio.h>

#include "watch/shared.h"

#define STALLS_KEPT	10
#define RACES_KEPT	16

struct watch_bpf;

struct race {
	struct event event;		/* with the taker, once it is known */
	bool has_release;
	struct event release;
};

struct found {
	struct watch_bpf *bpf;
	FILE *out;			/* where a race is told at once */
	struct event stalls[STALLS_KEPT];	/* the longest first */
	size_t nr_stalls;
	struct race races[RACES_KEPT];	/* the first ones */
	unsigned long long nr_races, nr_ref_moved;
	bool awake;			/* folios migrate */
};

int found_event(void *found, void *data, size_t size);
void print_stall(FILE *out, struct watch_bpf *bpf, const struct event *event);

#endif /* _BHT_WATCH_FOUND_H */
