/* SPDX-License-Identifier: GPL-2.0 */
/* What the user asks for. */
#ifndef _BHT_WATCH_OPTIONS_H
#define _BHT_WATCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define EXIT_FOUND	1	/* a race, or a --fail-if was met */

enum lookups { LOOKUPS_MIGRATING, LOOKUPS_ALWAYS, LOOKUPS_NEVER };
enum method { METHOD_ANY, METHOD_FENTRY, METHOD_KPROBE };

struct options {
	double interval, duration;	/* seconds; 0: until a signal */
	const char *callback;		/* NULL: the kernel's */
	const char *json;		/* a file, "-" for standard output */
	enum lookups lookups;
	enum method method;
	bool until_race, verbose;
	const struct budget **budgets;
	size_t nr_budgets;
	size_t stacks;			/* of each reason that are shown */
};

void parse_options(struct options *options, int argc, char **argv);

#endif /* _BHT_WATCH_OPTIONS_H */
