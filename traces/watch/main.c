// SPDX-License-Identifier: GPL-2.0
/*
 * bht-watch - watches by BPF, without a module and on a machine that nobody may crash,
 * what migration does to folios with buffers, and to lookups. This file has the order
 * of things:
 *
 *   options.c, budget.c     what is asked for
 *   kernel.c                what the kernel has, what is missing
 *   probes.c                where it is watched; watch.bpf.c and bpf/ are called there
 *   found.c                 races are told at once, the longest stalls are kept
 *   totals.c                what was counted
 *   table.c, json.c         is shown; symbols.c names stacks
 *
 * It changes nothing: programs and maps end with the process, however it ends.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "lib/tools.h"
#include "watch.skel.h"
#include "watch/budget.h"
#include "watch/found.h"
#include "watch/json.h"
#include "watch/kernel.h"
#include "watch/options.h"
#include "watch/probes.h"
#include "watch/table.h"

#define TAKER_WAIT_S	2
#define QUIET_SECONDS	5	/* without a migration: lookups are not followed any more */

static sig_atomic_t stopped;	/* read again after each system call */

static void on_signal(int signal)
{
	stopped = signal;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static struct ring_buffer *open_events(struct watch_bpf *bpf, struct found *found)
{
	struct ring_buffer *events = ring_buffer__new(bpf_map__fd(bpf->maps.events), found_event,
						      found, NULL);

	if (!events || ring_buffer__add(events, bpf_map__fd(bpf->maps.stalls), found_event, found))
		kernel_explain(errno, "make a ring buffer");
	return events;
}

/* Lookups are followed from the first migration on, until there are no more. */
static void follow(const struct options *options, struct watch_bpf *bpf, struct found *found)
{
	static bool following;
	double quiet = now() - bpf->bss->latest_migration_ns / 1e9;

	if (options->lookups != LOOKUPS_MIGRATING)
		return;
	if (found->awake && !following) {
		probes_follow_lookups(bpf, true);
		following = true;
	} else if (following && quiet > QUIET_SECONDS) {
		probes_follow_lookups(bpf, false);
		following = false;
	}
	found->awake = false;
}

static void show(const struct options *options, const struct found *found, double seconds,
		 bool last)
{
	struct totals totals;

	totals_read(&totals, found->bpf);
	print_table(found->out, options, &totals, found, seconds, last);
	totals_free(&totals);
}

/* The taker of a race's reference may still be at it when the race is seen. */
static bool has_all_of_race(const struct found *found)
{
	static double seen;

	if (!found->nr_races)
		return false;
	if (!seen)
		seen = now();
	return found->races[0].event.lookup_end_ns || now() - seen > TAKER_WAIT_S;
}

static void watch(const struct options *options, struct found *found, struct ring_buffer *events,
		  double begin)
{
	double next = begin + options->interval;
	double end = options->duration ? begin + options->duration : 1e300;

	while (!stopped && now() < end && !(options->until_race && has_all_of_race(found))) {
		double until = next < end ? next : end;
		int wait = (until - now()) * 1e3 + 1;
		int rc = ring_buffer__poll(events, wait < 1 ? 1 : wait > 200 ? 200 : wait);

		if (rc < 0 && rc != -EINTR)
			kernel_explain(-rc, "read events");
		follow(options, found->bpf, found);
		probes_settle(found->bpf);
		if (now() < next || now() >= end)
			continue;
		show(options, found, now() - begin, false);
		next += options->interval;
	}
}

static int finish(const struct options *options, struct found *found, double seconds)
{
	struct totals totals;
	int status;
	size_t i;

	totals_read(&totals, found->bpf);
	print_table(found->out, options, &totals, found, seconds, true);
	if (options->json)
		write_json(options->json, &totals, found, seconds);
	status = found->nr_races ? EXIT_FOUND : EXIT_OK;
	for (i = 0; i < options->nr_budgets; i++)
		if (budget_met(options->budgets[i], &totals, found))
			status = EXIT_FOUND;
	totals_free(&totals);
	return status;
}

int main(int argc, char **argv)
{
	static struct found found;
	struct options options;
	struct ring_buffer *events;
	struct watch_bpf *bpf;
	double begin;
	int status;

	parse_options(&options, argc, argv);
	kernel_refuse();
	catch_signals();
	bpf = probes_load(&options);
	found.bpf = bpf;
	found.out = options.json && !strcmp(options.json, "-") ? stderr : stdout;
	events = open_events(bpf, &found);
	begin = now();
	fprintf(found.out, "bht-watch: watching\n");
	print_places(found.out);
	fflush(found.out);
	watch(&options, &found, events, begin);
	ring_buffer__consume(events);
	status = finish(&options, &found, now() - begin);
	ring_buffer__free(events);
	probes_unload(bpf);
	return status;
}
