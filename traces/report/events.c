// SPDX-License-Identifier: GPL-2.0
/*
 * exact.events: each event that was seen from outside (exact/events.c has the format), for
 * the timeline of the page.
 */
#include <errno.h>
#include <string.h>

#include "lib/tools.h"
#include "report/events.h"

static bool parse(struct report *report, const char *line)
{
	unsigned long long begin, end, index;
	struct report_mark mark = { 0 };
	char name[128];

	if (sscanf(line, "migration %llu %llu %d %d %d %llu", &begin, &end, &mark.cpu, &mark.pid,
		   &mark.rc, &index) == 6) {
		mark.kind = MARK_MIGRATION;
		mark.index = index;
		mark.name = "migration";
	} else if (sscanf(line, "hold %llu %llu %d %d %127s", &begin, &end, &mark.cpu, &mark.pid,
			  name) == 5) {
		mark.kind = MARK_HOLD;
		mark.name = report_name(report, name);
	} else if (sscanf(line, "violation %llu %d %d", &begin, &mark.cpu, &mark.pid) == 3) {
		mark.kind = MARK_VIOLATION;
		mark.name = "violation";
		end = begin;
	} else {
		return false;
	}
	mark.begin = begin;
	mark.end = end;
	report_mark(report, &mark);
	return true;
}

/**
 * events_load() - Read what the plugin wrote of one torture.
 * @report: The report.
 * @path: The file. A last line that was cut is left out; another one that is not
 *	  understood ends the program.
 */
void events_load(struct report *report, const char *path)
{
	FILE *file = fopen(path, "r");
	unsigned int number = 0;
	char line[256];

	if (!file)
		die(EXIT_INPUT, "%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		number++;
		if (strchr(line, '\n') && !parse(report, line))
			die(EXIT_INPUT, "%s: line %u: not what the plugin writes", path, number);
	}
	fclose(file);
}
