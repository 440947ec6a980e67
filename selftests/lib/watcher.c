// SPDX-License-Identifier: GPL-2.0
/*
 * bht-watch, in the background: it watches by BPF while something else is measured.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "process.h"
#include "watcher.h"

#define PROGRAM	"bht-watch"
#define BEGUN	PROGRAM ": watching"

/* Its output ends up in the pipe, which nobody reads any more once it has begun: it says
 * nothing before its end, and then ignores who does not listen.
 */
static void run_program(int output)
{
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	close(output);
	execlp(PROGRAM, PROGRAM, "--interval", "100000", (char *)NULL);
	printf("no program " PROGRAM " (%s)\n", strerror(errno));
	fflush(stdout);
	_exit(127);
}

/**
 * watcher_start() - Start it, and wait until it watches.
 * @group: Its process group, for watcher_end().
 * @reason: Why it does not, in its own words.
 * @size: Of @reason.
 *
 * Return: 0 or -1.
 */
int watcher_start(pid_t *group, char *reason, size_t size)
{
	char line[512] = "it said nothing";
	int pipes[2];
	FILE *output;

	*group = 0;
	if (pipe(pipes)) {
		snprintf(reason, size, "no pipe: %s", strerror(errno));
		return -1;
	}
	*group = process_fork_group();
	if (!*group) {
		close(pipes[0]);
		run_program(pipes[1]);
	}
	close(pipes[1]);
	output = fdopen(pipes[0], "r");
	while (output && fgets(line, sizeof(line), output)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strcmp(line, BEGUN)) {
			fclose(output);
			return 0;
		}
	}
	snprintf(reason, size, "%s", line);
	if (output)
		fclose(output);
	process_end_group(group);
	return -1;
}

/**
 * watcher_end() - End it.
 * @group: From watcher_start(); 0: there is none.
 */
void watcher_end(pid_t *group)
{
	process_end_group(group);
}
