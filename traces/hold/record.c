// SPDX-License-Identifier: GPL-2.0
/*
 * One recording: probes armed, a command or some time, probes disarmed, the
 * figures written, everything removed.
 *
 * Probes are armed before the command starts and disarmed after it ended: where
 * code is patched while another CPU executes it, QEMU's TCG before 8.1 may go
 * astray, so let the load be the command, or start it once `recording` is said.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <tracefs.h>

#include "hold.h"

#define INSTANCE	"instances/" HOLD_INSTANCE
#define TORTURE_EVENTS	"bhtorture"
#define TRACE_CMD_START_S	20
#define TURN_US			50000	/* between looks at the time */
#define TRACE_CMD_KB	"65536"		/* of trace.dat per CPU, the latest events */

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

	/* Not restarted: it ends what is being waited for. */
	for (i = 0; i < ARRAY_SIZE(numbers); i++)
		sigaction(numbers[i], &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/**
 * now() - Seconds since some time in the past, monotonic.
 */
double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static FILE *open_output(const struct recording *recording, const char *name)
{
	char *path = text("%s/%s", recording->output, name);
	FILE *file = fopen(path, "we");

	if (!file)
		die("cannot write %s: %s", path, strerror(errno));
	free(path);
	return file;
}

static bool is_on(const char *file)
{
	char *value = trace_get(file);
	bool on = value && value[0] == '1';

	free(value);
	return on;
}

/* trace-cmd in the background, in the instance where the events are. */
static pid_t start_trace_cmd(const struct recording *recording, bool lookups)
{
	char *output = text("%s/trace.dat", recording->output);
	char *log = text("%s/trace-cmd.log", recording->output);
	bool torture = trace_has("events/" TORTURE_EVENTS);
	double until = now() + TRACE_CMD_START_S;
	pid_t self = getpid(), pid;

	pid = fork();
	if (pid < 0)
		die("cannot start trace-cmd: %s", strerror(errno));
	if (!pid) {
		int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);

		prctl(PR_SET_PDEATHSIG, SIGINT);
		if (getppid() != self)
			_exit(1);
		/* Ctrl-C is for us; we end it when the probes are disarmed. */
		setpgid(0, 0);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		/* Millions of lookups are for those who ask for lookups. */
		execlp("trace-cmd", "trace-cmd", "record", "-o", output, "-C", "mono",
		       "-m", TRACE_CMD_KB, "-B", HOLD_INSTANCE, "-e", HOLD_GROUP,
		       torture ? "-e" : NULL, TORTURE_EVENTS, lookups ? NULL : "-v",
		       "-e", TORTURE_EVENTS ":bhtorture_lookup", NULL);
		fprintf(stderr, "trace-cmd: %s\n", strerror(errno));
		_exit(127);
	}
	while (!is_on(INSTANCE "/events/" HOLD_GROUP "/enable") || !is_on(INSTANCE "/tracing_on")) {
		if (waitpid(pid, NULL, WNOHANG) == pid)
			die("trace-cmd could not record, see %s", log);
		if (now() > until) {
			kill(pid, SIGKILL);
			die("trace-cmd did not start within %d s, see %s",
			    TRACE_CMD_START_S, log);
		}
		usleep(20000);
	}
	free(output);
	free(log);
	return pid;
}

static void stop_trace_cmd(pid_t pid, const struct recording *recording)
{
	int status = 0;

	if (!pid)
		return;
	kill(pid, SIGINT);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		say("trace-cmd did not end well, see %s/trace-cmd.log", recording->output);
}

static void mark(const char *line)
{
	if (trace_put(INSTANCE "/trace_marker", "%s", line))
		say("cannot write to trace_marker: %s", strerror(errno));
}

/* trace.dat alone has to be enough for whoever reads it. */
static void mark_everything(const struct functions *functions, const struct wanted *wanted,
			    const struct calibration *calibration)
{
	char *lines = NULL, *line, *rest;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	if (!out)
		die("no memory");
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
		die("cannot start %s: %s", command[0], strerror(errno));
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
		die("cannot write hold.hist in %s: %s", recording->output, strerror(errno));
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
	die("no function asked for can be measured on this kernel: %s", reasons);
}

/**
 * record() - Make one recording.
 * @functions: The functions, found.
 * @wanted: What to measure.
 * @recording: For how long, and where it goes.
 *
 * Return: the command's exit status, 0 without one.
 */
int record(struct functions *functions, struct wanted *wanted,
	   const struct recording *recording)
{
	struct calibration calibration = { -1, -1 };
	struct sampling sampling;
	pid_t trace_cmd = 0;
	double seconds;
	int status;

	if (mkdir(recording->output, 0755) && errno != EEXIST)
		die("cannot make the folder %s: %s", recording->output, strerror(errno));
	check_measurable(functions, wanted);
	catch_signals();
	if (wanted->histograms && !histograms_possible()) {
		say("no histograms in the kernel: it lacks CONFIG_HIST_TRIGGERS");
		wanted->histograms = false;
	}
	if (!wanted->histograms && !wanted->events)
		die("neither histograms nor events are left to be made");
	if (!tracefs_instance_create(HOLD_INSTANCE))
		die("cannot make a tracing instance: %s", strerror(errno));
	trace_put(INSTANCE "/trace_clock", "mono");
	if (recording->device)
		wanted->lock = lock_of_device(recording->device, functions);
	calibrate(wanted, &calibration);
	clean_all();

	clean_keep_probes_simple();
	if (!tracefs_instance_create(HOLD_INSTANCE))
		die("cannot make a tracing instance: %s", strerror(errno));
	trace_put(INSTANCE "/trace_clock", "mono");
	probes_create(functions, wanted);
	if (wanted->histograms)
		histograms_create(functions, wanted);
	if (wanted->events) {
		trace_cmd = start_trace_cmd(recording, wanted->side[SIDE_LOOKUP]);
		/* Not earlier: trace-cmd clears filters when it starts. */
		probes_filter(functions, wanted);
		mark_everything(functions, wanted, &calibration);
	}
	sampling_begin(&sampling, functions, wanted);
	status = ended ? 0 : wait_for_end(recording, &sampling);
	seconds = sampling_end(&sampling);
	if (wanted->events)
		probes_enable(false);
	write_histograms(functions, wanted, recording, &calibration, seconds);
	stop_trace_cmd(trace_cmd, recording);
	return status;
}
