// SPDX-License-Identifier: GPL-2.0
/*
 * bht-hold - how long private_lock is held and waited for, on a kernel as it is.
 * This file: what the user can ask for.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hold.h"

static const char usage[] =
"Usage: bht-hold list [--sites]\n"
"       bht-hold record --output DIR [OPTION]... [-- COMMAND...]\n"
"       bht-hold --clean\n"
"\n"
"  list               the functions of the running kernel that take private_lock,\n"
"                     and those that cannot be measured, with the reason\n"
"  record             write DIR/hold.hist (histograms made in the kernel) and\n"
"                     DIR/trace.dat (all events), while COMMAND runs, or for\n"
"                     --seconds, or until a signal; says `recording` when armed\n"
"  --clean            remove what a killed bht-hold left behind\n"
"\n"
"  --side WHICH       migration (default), lookup, other; more than once, or all\n"
"  --device DEV       only the lock of this block device's page cache\n"
"  --lock ADDRESS     only the lock at this address\n"
"  --seconds N        how long\n"
"  --no-events        histograms only: no trace.dat\n"
"  --no-histograms    trace.dat only\n"
"  --no-waits         one probe less per acquisition: no wait times\n"
"  --late-release     see a release only when it is done: lookups wait less for the\n"
"                     probes; who is preempted there counts as holding it\n"
"  --sample PERCENT   be armed so much of the time only, in turns of half a second:\n"
"                     cheaper by as much; needs --no-events\n"
"\n"
"Exit: the command's status; 2 usage, 3 the kernel or its permissions.\n";

enum {
	OPT_SIDE = 256, OPT_OUTPUT, OPT_DEVICE, OPT_LOCK, OPT_SECONDS, OPT_NO_EVENTS,
	OPT_NO_HISTOGRAMS, OPT_NO_WAITS, OPT_LATE_RELEASE, OPT_SAMPLE, OPT_CLEAN, OPT_SITES,
	OPT_HELP,
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
	{ "help", no_argument, NULL, OPT_HELP },
	{ }
};

static struct wanted wanted = { .waits = true, .events = true, .histograms = true,
				.percent = 100 };
static struct recording recording;
static bool clean, show_sites;

/**
 * say() - One line to the user.
 * @format: What.
 */
void say(const char *format, ...)
{
	va_list args;

	fputs("bht-hold: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

/**
 * die() - One line to the user, then the end; what was made is removed.
 * @format: What.
 */
void die(const char *format, ...)
{
	va_list args;

	fputs("bht-hold: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_ENVIRONMENT);
}

/**
 * allocate() - Zeroed memory, or the end.
 * @size: In bytes.
 */
void *allocate(size_t size)
{
	void *memory = calloc(1, size ? size : 1);

	if (!memory)
		die("no memory");
	return memory;
}

/**
 * text() - A formatted string, or the end.
 * @format: The format.
 */
char *text(const char *format, ...)
{
	char *string;
	va_list args;

	va_start(args, format);
	if (vasprintf(&string, format, args) < 0)
		die("no memory");
	va_end(args);
	return string;
}

static __printf(1, 2) __noreturn void bad(const char *format, ...)
{
	va_list args;

	fputs("bht-hold: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputs("; see bht-hold --help\n", stderr);
	exit(EXIT_USAGE);
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

/**
 * report_functions() - Which functions are measured, and which cannot be.
 * @out: Where to.
 * @functions: The functions.
 * @asked: Only these sides.
 * @function_format: For name, side, number of acquisitions.
 * @reason_format: For name, reason.
 */
void report_functions(FILE *out, const struct functions *functions,
		      const struct wanted *asked, const char *function_format,
		      const char *reason_format)
{
	size_t f;

	for (f = 0; f < functions->count; f++) {
		const struct function *function = &functions->list[f];

		if (probe_wanted(function, asked))
			fprintf(out, function_format, function->name,
				side_names[function->side], function->acquisitions);
		else if (asked->side[function->side] && function->reason[0])
			fprintf(out, reason_format, function->name, function->reason);
	}
}

static void list(const struct functions *functions)
{
	size_t f, i;

	printf("private_lock is at offset %d of struct address_space, by %s\n",
	       functions->lock_offset, functions->offset_from);
	for (f = 0; f < functions->count; f++) {
		const struct function *function = &functions->list[f];

		printf("%-28s %-10s ", function->name, side_names[function->side]);
		if (!function->present)
			printf("no symbol: not in this kernel, or inlined\n");
		else if (function->reason[0])
			printf("unmeasurable: %s\n", function->reason);
		else if (!function->acquisitions)
			printf("does not take it itself\n");
		else
			printf("measurable, taken in %zu places\n", function->acquisitions);
		for (i = 0; show_sites && i < function->count; i++)
			printf("    %-8s +0x%llx %s %s\n",
			       probe_names[function->sites[i].kind],
			       (unsigned long long)(function->sites[i].address -
						    function->symbol->address),
			       function->sites[i].base ? "base" : "lock",
			       function->sites[i].fetch[0] ? function->sites[i].fetch : "-");
	}
}

int main(int argc, char **argv)
{
	struct functions functions = {};
	const char *verb = "";

	if (argc > 1 && argv[1][0] != '-') {
		verb = argv[1];
		argv++;
		argc--;
	}
	parse(argc, argv);
	if (!clean && strcmp(verb, "list") && strcmp(verb, "record"))
		bad("bad command '%s': list, record or --clean", verb);
	if (!strcmp(verb, "record") && !recording.output)
		bad("record needs --output DIR");
	if (!wanted.side[SIDE_MIGRATION] && !wanted.side[SIDE_LOOKUP] && !wanted.side[SIDE_OTHER])
		wanted.side[SIDE_MIGRATION] = true;

	clean_lock();
	clean_all();
	if (clean)
		return 0;
	atexit(clean_all);
	clean_keep_probes_simple();
	symbols_load();
	sites_find(&functions, wanted.late);
	if (!strcmp(verb, "record"))
		return record(&functions, &wanted, &recording);
	list(&functions);
	return 0;
}
