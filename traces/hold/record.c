// SPDX-License-Identifier: GPL-2.0
/*
 * One recording: probes are armed, a command runs or some time passes, probes are
 * disarmed, the figures are written.
 *
 * Probes are armed before the command starts and disarmed after it ended. QEMU's TCG
 * before 8.1 may go astray where code is patched while another CPU executes it. So
 * let the load be the command, or start it once `recording` is said.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hold/calibrate.h"
#include "hold/clean.h"
#include "hold/device.h"
#include "hold/histograms.h"
#include "hold/instance.h"
#include "hold/list.h"
#include "hold/optimization.h"
#include "hold/probes.h"
#include "hold/record.h"
#include "hold/sampling.h"
#include "hold/trace-cmd.h"
#include "lib/tools.h"

#define TURN_US		50000	/* between looks at the time */

static sig_atomic_t ended;	/* the signal; read again after each system call */

static void on_signal(int number)
{
	ended = number;
}

static void catch_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_signal };
	size_t i;

	/* Without SA_RESTART: a signal ends the wait. */
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		sigaction(numbers[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static FILE *open_output(const struct recording *recording, const char *name)
{
	char *path = printed("%s/%s", recording->output, name);
	FILE *file = fopen(path, "we");

	if (!file)
		die(EXIT_ENVIRONMENT, "cannot write %s: %s", path, strerror(errno));
	free(path);
	return file;
}

static void mark(const char *line)
{
	if (tracefs_instance_file_write(instance_get(), "trace_marker", line) < 0)
		say("cannot write to trace_marker: %s", strerror(errno));
}

/* trace.dat says by itself what it is worth. */
static void mark_everything(const struct functions *functions, const struct wanted *wanted,
			    const struct calibration *calibration)
{
	char *lines = NULL, *line, *rest;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	must(out);
	fprintf(out, "bht-hold: calibration_ns=%ld calibration_wait_ns=%ld lock_offset=%d\n",
		calibration->hold_ns, calibration->wait_ns, functions->lock_offset);
	if (wanted->late)
		fprintf(out, "bht-hold: release=late\n");
	report_functions(out, functions, wanted, "bht-hold: function=%s side=%s sites=%zu\n",
			 "bht-hold: unmeasurable=%s: %s\n");
	fclose(out);
	for (rest = lines; (line = strsep(&rest, "\n")) && *line;)
		mark(line);
	free(lines);
}

static int run_command(char **command, struct sampling *sampling)
{
	bool always = sampling->wanted->percent == 100;
	int status = 0, done;
	pid_t pid = fork();

	if (pid < 0)
		die(EXIT_ENVIRONMENT, "cannot start %s: %s", command[0], strerror(errno));
	if (!pid) {
		execvp(command[0], command);
		fprintf(stderr, "bht-hold: cannot run %s: %s\n", command[0], strerror(errno));
		_exit(127);
	}
	while ((done = waitpid(pid, &status, always ? 0 : WNOHANG)) != pid) {
		if (done < 0 && errno != EINTR)
			break;
		if (ended) {
			kill(pid, ended);
			ended = 0;
		}
		if (!done) {
			sampling_turn(sampling);
			usleep(TURN_US);
		}
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int wait_for_end(const struct recording *recording, struct sampling *sampling)
{
	double until = now() + recording->seconds;

	/* For whoever waits to start a load. */
	printf("recording\n");
	fflush(stdout);
	if (recording->command)
		return run_command(recording->command, sampling);
	while (!ended && (!recording->seconds || now() < until)) {
		sampling_turn(sampling);
		usleep(TURN_US);
	}
	return 0;
}

static void write_histograms(const struct functions *functions, const struct wanted *wanted,
			     const struct recording *recording,
			     const struct calibration *calibration, double seconds)
{
	FILE *out = open_output(recording, "hold.hist");
	struct utsname kernel;

	uname(&kernel);
	fprintf(out, "# bht-hold 1\n# kernel: %s\n# clock: mono\n# seconds: %.3f\n",
		kernel.release, seconds);
	fprintf(out, "# calibration_ns: %ld\n# calibration_wait_ns: %ld\n# lock_offset: %d\n",
		calibration->hold_ns, calibration->wait_ns, functions->lock_offset);
	if (wanted->late)
		fprintf(out, "# release: late\n");
	if (wanted->percent < 100)
		fprintf(out, "# sampled: %u\n", wanted->percent);
	if (wanted->lock)
		fprintf(out, "# lock: 0x%llx\n", (unsigned long long)wanted->lock);
	report_functions(out, functions, wanted, "# function: %s side=%s sites=%zu\n",
			 "# unmeasurable: %s: %s\n");
	if (wanted->histograms)
		histograms_dump(out, functions, wanted);
	else
		fprintf(out, "# no histograms: the kernel lacks CONFIG_HIST_TRIGGERS\n");
	if (fclose(out))
		die(EXIT_ENVIRONMENT, "cannot write hold.hist in %s: %s", recording->output,
		    strerror(errno));
}

static void check_measurable(const struct functions *functions, const struct wanted *wanted)
{
	char reasons[1024] = "none of them has a symbol";
	size_t f, used = 0;

	for (f = 0; f < functions->count; f++) {
		const struct function *function = &functions->list[f];

		if (probe_wanted(function, wanted))
			return;
		if (wanted->side[function->side] && function->reason[0] &&
		    used < sizeof(reasons))
			used += snprintf(reasons + used, sizeof(reasons) - used, "%s%s: %s",
					 used ? "; " : "", function->name, function->reason);
	}
	die(EXIT_ENVIRONMENT, "no function asked for can be measured on this kernel: %s", reasons);
}

/**
 * record() - Make one recording.
 * @functions: The functions, found.
 * @wanted: What to measure.
 * @recording: For how long, and where it goes.
 *
 * Return: the command's exit status, 0 without one.
 */
int record(const struct functions *functions, struct wanted *wanted,
	   const struct recording *recording)
{
	struct calibration calibration = { -1, -1 };
	struct sampling sampling;
	pid_t trace_cmd = 0;
	double seconds;
	int status;

	if (mkdir(recording->output, 0755) && errno != EEXIST)
		die(EXIT_ENVIRONMENT, "cannot make the folder %s: %s", recording->output,
		    strerror(errno));
	check_measurable(functions, wanted);
	catch_signals();
	if (wanted->histograms && !histograms_possible()) {
		say("no histograms in the kernel: it lacks CONFIG_HIST_TRIGGERS");
		wanted->histograms = false;
	}
	if (!wanted->histograms && !wanted->events)
		die(EXIT_ENVIRONMENT, "neither histograms nor events are left to be made");
	instance_make();
	if (recording->device)
		wanted->lock = lock_of_device(recording->device, functions);
	calibrate(functions->kernel, wanted, &calibration);
	clean_all();

	optimization_off();
	instance_make();
	probes_create(functions, wanted);
	if (wanted->histograms)
		histograms_create(functions, wanted);
	if (wanted->events) {
		trace_cmd = trace_cmd_start(recording->output, wanted->side[SIDE_LOOKUP]);
		/* Now, because trace-cmd clears filters when it starts. */
		probes_filter(functions, wanted);
		mark_everything(functions, wanted, &calibration);
	}
	sampling_begin(&sampling, functions, wanted);
	status = ended ? 0 : wait_for_end(recording, &sampling);
	seconds = sampling_end(&sampling);
	if (wanted->events)
		probes_enable(false);
	write_histograms(functions, wanted, recording, &calibration, seconds);
	trace_cmd_stop(trace_cmd, recording->output);
	return status;
}
