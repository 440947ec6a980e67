// SPDX-License-Identifier: GPL-2.0
/*
 * bht-hold - how long private_lock is held and waited for, on a kernel as it is.
 * This file has its options, and the order of things:
 *
 *   live.c, finder/                where the running kernel takes the lock
 *   list.c, places.c               what was found, for people and for exact/
 *   record.c                       a recording:
 *     probes.c, device.c             what is probed
 *     calibrate.c                    what a probe costs
 *     histograms.c, sampling.c       what is measured, and when
 *     trace-cmd.c                    each event in trace.dat
 *   clean.c                        the kernel as it was before
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hold/clean.h"
#include "hold/list.h"
#include "hold/live.h"
#include "hold/optimization.h"
#include "hold/peek.h"
#include "hold/places.h"
#include "hold/record.h"
#include "lib/tools.h"

static const char usage[] =
"Usage: bht-hold list [--sites]\n"
"       bht-hold places [--modules]\n"
"       bht-hold record --output DIR [OPTION]... [-- COMMAND...]\n"
"       bht-hold --clean\n"
"\n"
"  list               the functions of the running kernel that take private_lock,\n"
"                     and those that cannot be measured, with the reason\n"
"  places             the same for traces/exact, of the kernel itself or of modules\n"
"  record             write DIR/hold.hist (histograms made in the kernel) and\n"
"                     DIR/trace.dat (all events), while COMMAND runs, or for\n"
"                     --seconds, or until a signal; says `recording` once armed\n"
"  --clean            remove what a killed bht-hold left behind\n"
"\n"
"  --side WHICH       migration (default), lookup, other; more than once, or all\n"
"  --device DEV       only the lock of this block device's page cache\n"
"  --lock ADDRESS     only the lock at this address\n"
"  --seconds N        how long\n"
"  --no-events        histograms only: no trace.dat\n"
"  --no-histograms    trace.dat only\n"
"  --no-waits         one probe less per acquisition: no wait times\n"
"  --late-release     see a release when it is done: lookups wait less for the\n"
"                     probes; a task preempted there counts as holding the lock\n"
"  --sample PERCENT   arm the probes for this part of the time, in turns of half a\n"
"                     second: it costs less by as much; needs --no-events\n"
"\n"
"Exit: the command's status; 2 usage, 3 the kernel or its permissions.\n";

enum {
	OPT_SIDE = 256, OPT_OUTPUT, OPT_DEVICE, OPT_LOCK, OPT_SECONDS, OPT_NO_EVENTS,
	OPT_NO_HISTOGRAMS, OPT_NO_WAITS, OPT_LATE_RELEASE, OPT_SAMPLE, OPT_CLEAN, OPT_SITES,
	OPT_MODULES, OPT_HELP,
};

static const struct option options[] = {
	{ "side", required_argument, NULL, OPT_SIDE },
	{ "output", required_argument, NULL, OPT_OUTPUT },
	{ "device", required_argument, NULL, OPT_DEVICE },
	{ "lock", required_argument, NULL, OPT_LOCK },
	{ "seconds", required_argument, NULL, OPT_SECONDS },
	{ "no-events", no_argument, NULL, OPT_NO_EVENTS },
	{ "no-histograms", no_argument, NULL, OPT_NO_HISTOGRAMS },
	{ "no-waits", no_argument, NULL, OPT_NO_WAITS },
	{ "late-release", no_argument, NULL, OPT_LATE_RELEASE },
	{ "sample", required_argument, NULL, OPT_SAMPLE },
	{ "clean", no_argument, NULL, OPT_CLEAN },
	{ "sites", no_argument, NULL, OPT_SITES },
	{ "modules", no_argument, NULL, OPT_MODULES },
	{ "help", no_argument, NULL, OPT_HELP },
	{ }
};

static struct wanted wanted = { .waits = true, .events = true, .histograms = true,
				.percent = 100 };
static struct recording recording;
static bool clean, show_sites, of_modules;

static __printf(1, 2) __noreturn void bad(const char *format, ...)
{
	va_list arguments;
	char *what;

	va_start(arguments, format);
	what = vprinted(format, arguments);
	va_end(arguments);
	die(EXIT_INPUT, "%s; see bht-hold --help", what);
}

static void choose_side(const char *name)
{
	enum side side;

	for (side = SIDE_MIGRATION; side < SIDE_CALIBRATION; side++) {
		if (strcmp(name, "all") && strcmp(name, side_names[side]))
			continue;
		wanted.side[side] = true;
		if (strcmp(name, "all"))
			return;
	}
	if (strcmp(name, "all"))
		bad("bad --side '%s': migration, lookup, other or all", name);
}

static unsigned long long number(const char *option, const char *value, int base,
				 unsigned long long max)
{
	unsigned long long result;
	char *end;

	errno = 0;
	result = strtoull(value, &end, base);
	if (errno || end == value || *end || value[0] == '-' || !result || result > max)
		bad("bad --%s '%s': allowed is 1 to %llu", option, value, max);
	return result;
}

static void parse(int argc, char **argv)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		switch (option) {
		case OPT_SIDE:
			choose_side(optarg);
			break;
		case OPT_OUTPUT:
			recording.output = optarg;
			break;
		case OPT_DEVICE:
			recording.device = optarg;
			break;
		case OPT_LOCK:
			wanted.lock = number("lock", optarg, 16, UINT64_MAX);
			break;
		case OPT_SECONDS:
			recording.seconds = number("seconds", optarg, 10, 1000000);
			break;
		case OPT_NO_EVENTS:
			wanted.events = false;
			break;
		case OPT_NO_HISTOGRAMS:
			wanted.histograms = false;
			break;
		case OPT_NO_WAITS:
			wanted.waits = false;
			break;
		case OPT_LATE_RELEASE:
			wanted.late = true;
			break;
		case OPT_SAMPLE:
			wanted.percent = number("sample", optarg, 10, 100);
			break;
		case OPT_CLEAN:
			clean = true;
			break;
		case OPT_SITES:
			show_sites = true;
			break;
		case OPT_MODULES:
			of_modules = true;
			break;
		case OPT_HELP:
			fputs(usage, stdout);
			exit(0);
		default:
			bad("unknown option '%s', or one without its value", argv[optind - 1]);
		}
	}
	if (wanted.percent < 100 && (wanted.events || !wanted.histograms))
		bad("--sample is for histograms: add --no-events, leave out --no-histograms");
	if (optind < argc)
		recording.command = argv + optind;
}

int main(int argc, char **argv)
{
	struct functions functions = {};
	struct frames frames = {};
	struct kernel kernel = {};
	const char *verb = "";

	if (argc > 1 && argv[1][0] != '-') {
		verb = argv[1];
		argv++;
		argc--;
	}
	parse(argc, argv);
	if (!clean && strcmp(verb, "list") && strcmp(verb, "places") && strcmp(verb, "record"))
		bad("bad command '%s': list, places, record or --clean", verb);
	if (!strcmp(verb, "record") && !recording.output)
		bad("record needs --output DIR");
	if (!wanted.side[SIDE_MIGRATION] && !wanted.side[SIDE_LOOKUP] && !wanted.side[SIDE_OTHER])
		wanted.side[SIDE_MIGRATION] = true;

	clean_lock();
	clean_all();
	if (clean)
		return 0;
	atexit(clean_all);
	optimization_off();
	live_open(&kernel);
	live_find(&functions, &kernel, wanted.late);
	if (!strcmp(verb, "record"))
		return record(&functions, &wanted, &recording);
	if (!strcmp(verb, "places")) {
		peek_start();
		frames_find(&frames, &kernel);
		places_write(&functions, &frames, of_modules);
		peek_stop();
	}
	if (!strcmp(verb, "list"))
		list_functions(&functions, show_sites);
	return 0;
}
