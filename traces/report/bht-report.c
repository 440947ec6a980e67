// SPDX-License-Identifier: GPL-2.0
/*
 * bht-report - how long private_lock is held, by whom, and who waits for it. It reads
 * a recording, in-kernel histograms or a run folder, and prints figures to paste.
 *
 * All inputs are read before anything is written. So a bad input leaves no half of a
 * report. This file has the options, and the order of things.
 */
#include <ctype.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/tools.h"
#include "report/budget.h"
#include "report/output.h"
#include "report/run.h"

struct command {
	enum output_format format;
	bool compare, net, write_all;
	const char *output;
	uint64_t bucket_ns;		/* 0: chosen */
	struct report_budget **budgets;
	size_t nr_budgets;
};

static const char usage[] =
"Usage: bht-report [OPTION]... INPUT\n"
"       bht-report --compare [OPTION]... [LABEL=]INPUT[,INPUT...]...\n"
"\n"
"INPUT is a run folder, a trace.dat, a dump of in-kernel histograms or a result.json.\n"
"Prints who holds private_lock for how long, who waits for it, and what lookups take.\n"
"\n"
"  --json, --csv, --html  in that format instead of text\n"
"  --buckets          nothing but the histogram of 2019, all holds of migrations\n"
"  --bucket WIDTH     width of its buckets, e.g. 5us or 100ns (default: chosen)\n"
"  --net              take the probes' own cost off all figures\n"
"  --output FILE      instead of standard output; whole or not at all\n"
"  --write            report.txt, report.json and report.html into the run folder,\n"
"                     and the text to standard output\n"
"  --compare          runs side by side: ratios to the first, with an interval of\n"
"                     95 % confidence. INPUTs joined by commas count as one run\n"
"  --fail-if BUDGET   exit 1 when it is true; more than once\n"
"\n";

static void print_help(void)
{
	printf("%s%s", usage, budget_grammar);
	printf("\nExit: 0 done, 1 a budget is exceeded, 2 usage, or a truncated or foreign input,\n"
	       "3 environment (memory, cannot write).\n");
}

static uint64_t parse_width(const char *text)
{
	static const struct {
		const char *name;
		double factor;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 } };
	char *end;
	double value = strtod(text, &end);
	size_t i;

	for (i = 0; isdigit((unsigned char)*text) && i < ARRAY_SIZE(units); i++)
		if (!strcmp(end, units[i].name) && value * units[i].factor >= 1 &&
		    value * units[i].factor <= 1e9)
			return value * units[i].factor;
	die(EXIT_INPUT, "bad --bucket '%s': allowed is 1ns to 1000ms, as 5us", text);
}

static void add_budget(struct command *command, const char *text)
{
	char reason[256];
	struct report_budget *budget = budget_parse(text, reason, sizeof(reason));

	if (!budget)
		die(EXIT_INPUT, "%s", reason);
	command->budgets = must(realloc(command->budgets, (command->nr_budgets + 1) *
					sizeof(*command->budgets)));
	command->budgets[command->nr_budgets++] = budget;
}

static void parse_options(struct command *command, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "csv", no_argument, NULL, 'c' },
		{ "html", no_argument, NULL, 'h' },
		{ "buckets", no_argument, NULL, 'k' },
		{ "bucket", required_argument, NULL, 'b' },
		{ "net", no_argument, NULL, 'n' },
		{ "output", required_argument, NULL, 'o' },
		{ "write", no_argument, NULL, 'w' },
		{ "compare", no_argument, NULL, 'C' },
		{ "fail-if", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'H' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			command->format = FORMAT_JSON;
			break;
		case 'c':
			command->format = FORMAT_CSV;
			break;
		case 'h':
			command->format = FORMAT_HTML;
			break;
		case 'k':
			command->format = FORMAT_BUCKETS;
			break;
		case 'b':
			command->bucket_ns = parse_width(optarg);
			break;
		case 'n':
			command->net = true;
			break;
		case 'o':
			command->output = optarg;
			break;
		case 'w':
			command->write_all = true;
			break;
		case 'C':
			command->compare = true;
			break;
		case 'f':
			add_budget(command, optarg);
			break;
		case 'H':
			print_help();
			exit(EXIT_OK);
		default:
			die(EXIT_INPUT, "bad option '%s', or its value is missing; see --help",
			    argv[optind - 1]);
		}
	}
}

/* Checks that need no input. */
static void check_options(const struct command *command, int inputs)
{
	if (!inputs)
		die(EXIT_INPUT, "no INPUT; see --help");
	if (!command->compare && inputs > 1)
		die(EXIT_INPUT, "%d INPUTs, but no --compare", inputs);
	if (command->compare && inputs < 2)
		die(EXIT_INPUT, "--compare needs two INPUTs at least");
	if (command->compare && command->format != FORMAT_TEXT &&
	    command->format != FORMAT_JSON)
		die(EXIT_INPUT, "--compare gives text or --json");
	if (command->write_all && (command->compare || command->output ||
				   command->format != FORMAT_TEXT))
		die(EXIT_INPUT, "--write goes with one run folder and no format");
}

/* The last part of a path; a link such as `latest` is followed. */
static char *label_of(const char *path)
{
	char real[PATH_MAX];
	const char *name = realpath(path, real) ? real : path;
	const char *slash = strrchr(name, '/');

	return copy(slash && slash[1] ? slash + 1 : name);
}

static struct report *load_one(const char *path)
{
	char *label = label_of(path);
	struct report *report = report_new(path, label);

	free(label);
	load_path(report, path);
	report_order(report);
	return report;
}

/* "LABEL=INPUT,INPUT" */
static struct report *load_labelled(const char *text)
{
	const char *equals = strchr(text, '=');
	struct report *report;
	char *label, *paths, *path, *rest;

	/* A file may have an = in its name. */
	if (equals && access(text, F_OK)) {
		label = must(strndup(text, equals - text));
		paths = copy(equals + 1);
	} else {
		label = label_of(text);
		paths = copy(text);
	}
	report = report_new(paths, label);
	if (!access(paths, F_OK))
		load_path(report, paths);
	else
		for (path = strtok_r(paths, ",", &rest); path;
		     path = strtok_r(NULL, ",", &rest))
			load_path(report, path);
	report_order(report);
	free(label);
	free(paths);
	return report;
}

static int judge(const struct command *command, struct report **reports, size_t nr)
{
	int status = EXIT_OK, one;
	size_t i, j;

	for (i = 0; i < nr; i++) {
		for (j = 0; j < command->nr_budgets; j++) {
			one = budget_judge(command->budgets[j], reports[i], stderr);
			status = one > status ? one : status;
		}
	}
	return status;
}

int main(int argc, char **argv)
{
	struct command command = { 0 };
	struct report **reports;
	int i, nr, status;

	parse_options(&command, argc, argv);
	argv += optind;
	nr = argc - optind;
	check_options(&command, nr);
	reports = must(calloc(nr, sizeof(*reports)));
	for (i = 0; i < nr; i++) {
		reports[i] = command.compare ? load_labelled(argv[i]) : load_one(argv[i]);
		if (command.net)
			report_take_off_probe(reports[i]);
	}
	if (command.write_all)
		output_folder(reports[0], command.bucket_ns);
	else if (command.compare)
		output_comparison(command.output, reports, nr, command.format);
	else
		output_one(command.output, reports[0], command.format, command.bucket_ns);
	status = judge(&command, reports, nr);
	for (i = 0; i < nr; i++)
		report_free(reports[i]);
	free(reports);
	while (command.nr_budgets)
		budget_free(command.budgets[--command.nr_budgets]);
	free(command.budgets);
	if (fflush(stdout) || ferror(stdout))
		die(EXIT_ENVIRONMENT, "cannot write to standard output");
	return status;
}
