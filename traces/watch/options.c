// SPDX-License-Identifier: GPL-2.0
/*
 * The options of bht-watch. Whatever is wrong with one is said before anything is
 * touched, with the value and what is allowed.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "watch/budget.h"
#include "watch/options.h"

static const char usage[] =
"Usage: bht-watch [OPTION]...\n"
"\n"
"Watches, by BPF and without a module, whether block-device folios with buffers migrate on\n"
"this machine: who moves them, what refuses to move, which lookups wait for it, and whether\n"
"a buffer was moved while somebody referred to it. Changes nothing. Needs a kernel with BTF\n"
"(CONFIG_DEBUG_INFO_BTF) and root, or the capabilities CAP_BPF and CAP_PERFMON.\n"
"\n"
"  --interval SECONDS   between two tables (default 10; fractions are allowed)\n"
"  --duration SECONDS   end after this long (default: at Ctrl-C)\n"
"  --json FILE          at the end, everything for programs; - is standard output, and the\n"
"                       tables go to standard error. bht-report --html FILE draws it\n"
"  --until-race         end at the first race\n"
"  --verbose            what libbpf says while it loads, on standard error\n"
"  --fail-if BUDGET     exit 1 when it is true at the end; more than once\n"
"  --lookups WHEN       are followed: migrating (default: from the first migration until\n"
"                       5 s after the last), always, never\n"
"  --probes METHOD      any (default), fentry, kprobe\n"
"  --callback FUNCTION  another migrate callback than buffer_migrate_folio_norefs(), such as\n"
"                       that of a module, which has to be loaded\n"
"  --stacks N           of who moves folios, for each reason (default 2, at most 20)\n"
"\n";

static void print_help(void)
{
	printf("%s%s", usage, budget_grammar);
	printf("\nExit: 0 no race was seen, 1 a race, or a --fail-if is true, 2 usage, 3 this machine\n"
	       "cannot be watched: the line says what is missing.\n");
}

static double parse_seconds(const char *name, const char *text, double least)
{
	char *end;
	double value;

	errno = 0;
	value = strtod(text, &end);
	if (!isdigit((unsigned char)*text) || *end || errno || !isfinite(value) ||
	    strpbrk(text, "xXpP") || value < least || value > 1e7)
		die(EXIT_INPUT, "bad --%s '%s': allowed are %g to 10000000 seconds", name, text,
		    least);
	return value;
}

static size_t parse_stacks(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (!isdigit((unsigned char)*text) || *end || value > 20)
		die(EXIT_INPUT, "bad --stacks '%s': allowed are 0 to 20", text);
	return value;
}

static int parse_name(const char *option, const char *text, const char * const *names, int nr)
{
	char *all = copy("");
	int i;

	for (i = 0; i < nr; i++)
		if (!strcmp(text, names[i]))
			return i;
	for (i = 0; i < nr; i++)
		all = printed("%s%s%s", all, i ? ", " : "", names[i]);
	die(EXIT_INPUT, "bad --%s '%s': allowed are %s", option, text, all);
}

static const char *parse_function(const char *text)
{
	const char *c;

	for (c = text; isalnum((unsigned char)*c) || *c == '_' || *c == '.'; c++)
		;
	if (*c || !*text)
		die(EXIT_INPUT, "bad --callback '%s': it is the name of a function", text);
	return text;
}

static void add_budget(struct options *options, const char *text)
{
	options->budgets = must(realloc(options->budgets, (options->nr_budgets + 1) *
					sizeof(*options->budgets)));
	options->budgets[options->nr_budgets++] = budget_parse(text);
}

/**
 * parse_options() - Understand the command line. What is wrong ends the program.
 * @options: Filled in.
 * @argc: As main() has it.
 * @argv: Likewise.
 */
void parse_options(struct options *options, int argc, char **argv)
{
	static const struct option known[] = {
		{ "interval", required_argument, NULL, 'i' },
		{ "duration", required_argument, NULL, 'd' },
		{ "json", required_argument, NULL, 'j' },
		{ "fail-if", required_argument, NULL, 'f' },
		{ "lookups", required_argument, NULL, 'l' },
		{ "probes", required_argument, NULL, 'p' },
		{ "stacks", required_argument, NULL, 's' },
		{ "callback", required_argument, NULL, 'c' },
		{ "until-race", no_argument, NULL, 'u' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	static const char * const lookups[] = { "migrating", "always", "never" };
	static const char * const methods[] = { "any", "fentry", "kprobe" };
	int option;

	*options = (struct options){ .interval = 10, .stacks = 2 };
	opterr = 0;
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'i':
			options->interval = parse_seconds("interval", optarg, 0.1);
			break;
		case 'd':
			options->duration = parse_seconds("duration", optarg, 0.1);
			break;
		case 'j':
			if (!*optarg)
				die(EXIT_INPUT, "bad --json '': a file, or - for standard output");
			options->json = optarg;
			break;
		case 'f':
			add_budget(options, optarg);
			break;
		case 'l':
			options->lookups = parse_name("lookups", optarg, lookups,
						      ARRAY_SIZE(lookups));
			break;
		case 'p':
			options->method = parse_name("probes", optarg, methods,
						     ARRAY_SIZE(methods));
			break;
		case 's':
			options->stacks = parse_stacks(optarg);
			break;
		case 'c':
			options->callback = parse_function(optarg);
			break;
		case 'u':
			options->until_race = true;
			break;
		case 'v':
			options->verbose = true;
			break;
		case 'h':
			print_help();
			exit(EXIT_OK);
		default:
			die(EXIT_INPUT, "bad option '%s': see bht-watch --help",
			    argv[optind - 1]);
		}
	}
	if (optind < argc)
		die(EXIT_INPUT, "unexpected '%s': bht-watch takes options only, see --help",
		    argv[optind]);
}
