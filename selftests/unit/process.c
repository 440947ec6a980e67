// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests: processes in the background, and how they are ended.
 */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "process.h"
#include "unit.h"

#define ENDED_S	20.0	/* less than one process that is told nothing takes */
#define LIVES_S	60
#define TRIES	50

static pid_t start(void)
{
	pid_t pid = process_fork_group();

	if (!pid) {
		sleep(LIVES_S);
		_exit(0);
	}
	return pid;
}

void test_process(void)
{
	const char *const nothing[] = { "true", NULL };
	const char *const missing[] = { "bhtorture-no-such-program", NULL };
	double began;
	char took[64];
	pid_t pid;
	int tries;

	check(!process_run(nothing) && process_run(missing) == 127,
	      "a program's exit status is told, 127 if there is none", "");
	check(process_has_program("true") && !process_has_program(missing[0]),
	      "so is whether there is one", "");

	pid = start();
	check(!process_reap(pid, 100), "who waits for a process does not wait for ever", "");
	kill(pid, SIGKILL);
	check(process_reap(pid, 5000), "and sees its end", "");

	/* Over and over: now and then the child has not got as far as its setpgid(). */
	began = clock_s();
	for (tries = 0; tries < TRIES && clock_s() - began < ENDED_S; tries++) {
		pid = start();
		process_end_group(&pid);
	}
	snprintf(took, sizeof(took), "%d took %.1f s", tries, clock_s() - began);
	check(!pid && tries == TRIES, "a group is ended right after it was started", took);
	process_end_group(&pid);
	check(!pid, "one that is not there is no matter", "");
}
