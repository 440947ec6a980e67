// SPDX-License-Identifier: GPL-2.0
/*
 * What a probe costs, measured in the same boot by the same means. The probes go on
 * three instructions in a row of getpriority(), which this process calls often. Such
 * a "hold" takes no time: what is measured there is the cost of the probes alone.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <event-parse.h>
#include "finder/flow.h"
#include "hold/calibrate.h"
#include "hold/histograms.h"
#include "hold/instance.h"
#include "hold/names.h"
#include "hold/peek.h"
#include "hold/probes.h"
#include "lib/tools.h"

#define GETPRIORITY	SYSCALL("getpriority")
#define CALLS		500

/* As around a lock: the third may be a call or a jump, as a release is. */
static bool in_a_row(const struct flow_insn *insn)
{
	return insn[0].plain && insn[1].plain && !insn[1].joined && !insn[2].joined;
}

/* ftrace's call is the first instruction, or follows endbr64, or bti and mov. */
static size_t after_entry(const struct flow *flow)
{
	size_t i;

	for (i = 0; i < 3 && i < flow->count; i++)
		if (flow->insns[i].kind == FLOW_CALL)
			return i + 1;
	return 0;
}

static uint64_t first_branch(const struct flow *flow)
{
	size_t i;

	for (i = 0; i < flow->count; i++)
		if (flow->insns[i].tail)
			return flow->insns[i].address;
	return UINT64_MAX;
}

/* Three instructions in a row that every call passes, after ftrace's own. */
static void find_place(struct function *function, const struct kernel *kernel)
{
	struct flow *flow;
	size_t i, k;

	function->name = CALIBRATION_NAME;
	function->side = SIDE_CALIBRATION;
	function->symbol = symbols_find(&kernel->symbols, GETPRIORITY, NULL);
	if (!function->symbol)
		die(EXIT_ENVIRONMENT, "this kernel has no " GETPRIORITY "() to calibrate with");
	peek_start();
	flow = flow_analyse(kernel, function->symbol);
	peek_stop();
	for (i = after_entry(flow); i + PROBE_KINDS <= flow->count; i++)
		if (in_a_row(&flow->insns[i]))
			break;
	if (i + PROBE_KINDS > flow->count || flow->insns[i].address > first_branch(flow))
		die(EXIT_ENVIRONMENT, GETPRIORITY "() has no three instructions in a row");
	for (k = 0; k < PROBE_KINDS; k++) {
		struct site *site = &function->sites[function->count++];

		site->kind = k;
		site->address = flow->insns[i + k].address;
		site->event = 1;
		snprintf(site->fetch, sizeof(site->fetch), "%s", FIRST_ARGUMENT);
	}
	function->acquisitions = 1;
	flow_free(flow);
}

/* In a tight loop, probes would be cheaper than around a hold. */
static void do_something_else(void)
{
	char line[512];
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	while (read(fd, line, sizeof(line)) > 0)
		;
	close(fd);
}

/* Between two probes of each call. */
struct durations {
	size_t count;
	long ns[CALLS];
};

struct samples {
	uint64_t last[PROBE_KINDS];
	struct durations hold, wait;
};

static void add(struct durations *durations, uint64_t from, uint64_t to)
{
	if (from && durations->count < CALLS)
		durations->ns[durations->count++] = to - from;
}

static int take(struct tep_event *event, struct tep_record *record, int cpu, void *context)
{
	struct samples *samples = context;
	enum probe_kind kind;

	for (kind = 0; kind < PROBE_KINDS; kind++)
		if (!strncmp(event->name, probe_names[kind], strlen(probe_names[kind])))
			break;
	if (kind == PROBE_KINDS)
		return 0;
	samples->last[kind] = record->ts;
	if (kind == PROBE_ACQUIRED)
		add(&samples->wait, samples->last[PROBE_WANT], record->ts);
	if (kind == PROBE_RELEASED)
		add(&samples->hold, samples->last[PROBE_ACQUIRED], record->ts);
	return 0;
}

static int compare(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

static long median(struct durations *durations)
{
	if (!durations->count)
		die(EXIT_ENVIRONMENT, "the probes of " CALIBRATION_NAME " did not fire");
	qsort(durations->ns, durations->count, sizeof(durations->ns[0]), compare);
	return durations->ns[durations->count / 2];
}

/* From the events themselves, for kernels without hist triggers. */
static void read_events(const struct wanted *wanted, struct calibration *calibration)
{
	const char *const systems[] = { HOLD_GROUP, NULL };
	struct tep_handle *tep = tracefs_local_events_system(NULL, systems);
	struct samples *samples = allocate(sizeof(*samples));

	if (!tep)
		die(EXIT_ENVIRONMENT, "cannot read the events of " HOLD_GROUP);
	tracefs_iterate_raw_events(tep, instance_get(), NULL, 0, take, samples);
	calibration->hold_ns = median(&samples->hold);
	if (wanted->waits)
		calibration->wait_ns = median(&samples->wait);
	free(samples);
	tep_free(tep);
}

struct bin {
	unsigned long long low, high, hits;
};

/* Return: what follows the next bin of a histogram; NULL at its end. */
static const char *next_bin(const char *at, struct bin *bin)
{
	while ((at = strstr(at, "{ ns: ~ "))) {
		if (sscanf(at, "{ ns: ~ %llu-%llu } hitcount: %llu", &bin->low, &bin->high,
			   &bin->hits) == 3)
			return at + 1;
		if (sscanf(at, "{ ns: ~ 2^%llu } hitcount: %llu", &bin->low,
			   &bin->hits) == 2) {
			bin->high = 1ULL << bin->low;
			bin->low = bin->high / 2;
			return at + 1;
		}
		at++;
	}
	return NULL;
}

/* The middle of the bin that the median is in. */
static long median_of_histogram(const char *kind)
{
	char *event = printed("%s_" CALIBRATION_NAME, kind);
	char *hist = tracefs_event_file_read(instance_get(), "synthetic", event, "hist", NULL);
	unsigned long long total = 0, seen = 0;
	struct bin bin = {};
	const char *at;

	if (!hist)
		die(EXIT_ENVIRONMENT, "no histogram of " CALIBRATION_NAME);
	for (at = hist; (at = next_bin(at, &bin));)
		total += bin.hits;
	for (at = hist; 2 * seen < total && (at = next_bin(at, &bin));)
		seen += bin.hits;
	if (!total)
		die(EXIT_ENVIRONMENT, "the probes of " CALIBRATION_NAME " did not fire");
	free(hist);
	free(event);
	return (bin.low + bin.high) / 2;
}

/**
 * calibrate() - Measure the cost of the probes.
 * @kernel: The running kernel.
 * @wanted: How it will be measured.
 * @calibration: Gets it; the wait's is -1 when waits are not measured.
 */
void calibrate(const struct kernel *kernel, const struct wanted *wanted,
	       struct calibration *calibration)
{
	struct function function = {};
	struct functions functions = { .kernel = kernel, .list = &function, .count = 1 };
	struct wanted ours = *wanted;
	int i;

	*calibration = (struct calibration){ -1, -1 };
	find_place(&function, kernel);
	memset(ours.side, 0, sizeof(ours.side));
	ours.side[SIDE_CALIBRATION] = true;
	ours.lock = 0;
	probes_create(&functions, &ours);
	if (ours.histograms)
		histograms_create(&functions, &ours);
	if (ours.events)
		probes_enable(true);
	for (i = 0; i < CALLS; i++) {
		do_something_else();
		syscall(SYS_getpriority, -1, 0);
	}
	if (ours.events)
		probes_enable(false);
	if (!ours.histograms) {
		read_events(&ours, calibration);
		return;
	}
	calibration->hold_ns = median_of_histogram("hold");
	if (ours.waits)
		calibration->wait_ns = median_of_histogram("wait");
}
