// SPDX-License-Identifier: GPL-2.0
/*
 * Records a run when BHT_TRACE names recipes (make run_tests TRACE=hold). There is one
 * recording a run, because the module's events go with the module.
 *
 * traces/bht-trace records. It is started once the module is loaded and before folios
 * move, so that probes are armed while nobody migrates. It is ended when the module has
 * stopped and is still loaded. Its files are in BHT_RESULTS, a folder a run.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"
#include "tracer.h"

#define PROGRAM		"bht-trace"

static void run_program(const struct tracer *tracer, int say)
{
	dup2(say, STDOUT_FILENO);
	close(say);
	execlp(PROGRAM, PROGRAM, "--output", tracer->folder, getenv("BHT_TRACE"), NULL);
	fprintf(stderr, "%s: %s\n", PROGRAM, strerror(errno));
	_exit(127);
}

/* Return: whether it said that it is recording, before it ended. */
static bool has_begun(int hear)
{
	FILE *said = fdopen(hear, "r");
	bool begun = false;
	char line[256];

	while (said && !begun && fgets(line, sizeof(line), said))
		begun = !strcmp(line, "recording\n");
	if (said)
		fclose(said);
	return begun;
}

/**
 * tracer_wants_lookups() - Will functions be probed that the hammer runs?
 */
bool tracer_wants_lookups(void)
{
	const char *recipes = getenv("BHT_TRACE") ?: "";

	return strstr(recipes, "lookup") || strstr(recipes, "other");
}

/**
 * tracer_start() - Begin a recording, if one is asked for.
 * @tracer: Zeroed.
 * @name: The run's.
 * @reason: One line when that fails.
 * @size: Of @reason.
 *
 * Return: 0, or -1.
 */
int tracer_start(struct tracer *tracer, const char *name, char *reason, size_t size)
{
	const char *recipes = getenv("BHT_TRACE"), *results = getenv("BHT_RESULTS");
	int pipes[2];

	if (!recipes || !*recipes)
		return 0;
	snprintf(tracer->folder, sizeof(tracer->folder), "%s/%s", results ?: ".", name);
	if (pipe(pipes)) {
		snprintf(reason, size, "no pipe: %s", strerror(errno));
		return -1;
	}
	fflush(NULL);
	/* A Ctrl-C is for the test, which ends the recording when its folios rest. */
	tracer->pid = process_fork_group();
	if (!tracer->pid) {
		close(pipes[0]);
		run_program(tracer, pipes[1]);
	}
	close(pipes[1]);
	if (tracer->pid > 0 && has_begun(pipes[0]))
		return 0;
	if (tracer->pid > 0)
		waitpid(tracer->pid, NULL, 0);
	tracer->pid = 0;
	snprintf(reason, size, PROGRAM " could not record BHT_TRACE=%s, see above", recipes);
	return -1;
}

/**
 * tracer_stop() - End the recording, wait until it is written.
 * @tracer: Started or not.
 * @reason: One line when that fails.
 * @size: Of @reason.
 *
 * Return: 0, or -1.
 */
int tracer_stop(struct tracer *tracer, char *reason, size_t size)
{
	int status = 0;

	if (!tracer->pid)
		return 0;
	/* A SIGINT may be ignored, where a shell started this in the background. */
	kill(tracer->pid, SIGTERM);
	while (waitpid(tracer->pid, &status, 0) < 0 && errno == EINTR)
		;
	tracer->pid = 0;
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	snprintf(reason, size, PROGRAM " did not end well: status 0x%x", status);
	return -1;
}
