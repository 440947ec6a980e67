// SPDX-License-Identifier: GPL-2.0
/*
 * When a torture begins and ends; what was measured of it is written at its end, or when
 * the guest ends.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "exact/clock.h"
#include "exact/contention.h"
#include "exact/events.h"
#include "exact/holds.h"
#include "exact/machine.h"
#include "exact/pairs.h"
#include "exact/places.h"
#include "exact/qemu.h"
#include "exact/record.h"
#include "exact/tally.h"
#include "exact/threads.h"
#include "exact/wanted.h"

static const char *folder = ".";
static char test[128];
static uint64_t began_all, began_ns;
static bool with_events;

/**
 * record_folder() - Where a folder is made for each test.
 * @path: The folder, which must stay.
 */
void record_folder(const char *path)
{
	folder = path;
}

/**
 * record_events() - Each event is wanted.
 */
void record_events(void)
{
	with_events = true;
}

/* A test may have several tortures: each has files of its own, the first without a number. */
static FILE *open_file(const char *ending)
{
	char path[4096];
	struct stat status;
	int i;

	snprintf(path, sizeof(path), "%s/%s", folder, test);
	mkdir(path, 0755);
	for (i = 1; i < 10000; i++) {
		if (i == 1)
			snprintf(path, sizeof(path), "%s/%s/exact.%s", folder, test, ending);
		else
			snprintf(path, sizeof(path), "%s/%s/exact-%d.%s", folder, test, i, ending);
		if (stat(path, &status))
			return fopen(path, "w");
	}
	return NULL;
}

/**
 * record_begins() - outside_begin(mapping, bdev, test, ns) of the module is entered.
 */
void record_begins(void)
{
	wanted = (struct wanted){
		.now = true,
		.mapping = machine_argument(GUEST_FIRST),
		.bdev = machine_argument(GUEST_SECOND),
	};
	if (wanted.mapping)
		wanted.lock = wanted.mapping + place_facts.lock_offset;
	machine_text(machine_argument(GUEST_THIRD), test, sizeof(test));
	if (!test[0] || test[0] == '.' || strchr(test, '/'))
		snprintf(test, sizeof(test), "torture");
	began_ns = machine_argument(GUEST_FOURTH);
	threads_forget();
	tally_clear();
	holds_clear();
	contention_clear();
	clock_start();
	pairs_clear();
	began_all = clock_all();
	events_begin(with_events ? open_file("events") : NULL, began_ns);
}

static void write_figures(FILE *out, uint64_t ended_ns)
{
	uint64_t all = clock_all() - began_all;
	const char *name, *side;
	size_t i;

	fprintf(out, "# clock: guest\n# exact: instructions, counted by the emulator; no caches, no memory latency\n");
	fprintf(out, "# test: %s\n", test);
	fprintf(out, "# seconds=%.9f\n",
		(ended_ns > began_ns ? ended_ns - began_ns : clock_ns(all)) / 1e9);
	fprintf(out, "# instructions=%llu\n", (unsigned long long)all);
	for (i = 0; (name = places_holders(i, &side)); i++)
		fprintf(out, "# function: %s side=%s\n", name, side);
	for (i = 0; (name = places_unmeasurable(i)); i++)
		fprintf(out, "# unmeasurable: %s\n", name);
	holds_write_facts(out);
	fprintf(out, "\n");
	tally_write(out);
}

static void finish(uint64_t ended_ns)
{
	FILE *figures, *more;

	clock_stop();
	holds_finish();
	wanted.now = false;
	figures = open_file("hist");
	more = open_file("json");
	if (figures && more) {
		write_figures(figures, ended_ns);
		fprintf(more, "{\"contention\": ");
		contention_write(more);
		fprintf(more, ",\n\"pairs\": ");
		pairs_write(more);
		fprintf(more, "}\n");
	}
	if (!figures || !more || fclose(figures) || fclose(more) || events_end())
		qemu_plugin_outs("exact: cannot write what was measured\n");
}

/**
 * record_ends() - outside_end(mapping, ns) of the module is entered.
 */
void record_ends(void)
{
	if (wanted.now)
		finish(machine_argument(GUEST_SECOND));
}

/**
 * record_cut() - The guest is gone, whatever it was doing.
 */
void record_cut(void)
{
	if (wanted.now)
		finish(0);
}
