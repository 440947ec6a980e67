// SPDX-License-Identifier: GPL-2.0
/*
 * What a probe costs, measured in the same boot by the same means: a "hold" of one
 * instruction that takes no time, in a system call that nobody needs and that this
 * process makes often. What is measured there is the cost of the probes alone.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "hold.h"

#define SYSCALL		"__x64_sys_getpriority"
#define CALLS		2000
#define NAME		"calibration"

/* As around a lock: a release sits on a call or jump, too. */
static bool in_a_row(const struct flow_insn *insn)
{
	return insn[0].plain && insn[1].plain && !insn[1].joined && !insn[2].joined;
}

/* ftrace's call is the first instruction, or follows endbr64. */
static size_t after_entry(const struct flow *flow)
{
	size_t i;

	for (i = 0; i < 2 && i < flow->count; i++)
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
static void find_place(struct function *function)
{
	struct flow *flow;
	size_t i, k;

	function->name = NAME;
	function->side = SIDE_CALIBRATION;
	function->symbol = symbols_find(SYSCALL, NULL);
	if (!function->symbol)
		die("this kernel has no " SYSCALL "() to calibrate with");
	peek_start();
	flow = flow_analyse(function->symbol);
	peek_stop();
	for (i = after_entry(flow); i + PROBE_KINDS <= flow->count; i++)
		if (in_a_row(&flow->insns[i]))
			break;
	if (i + PROBE_KINDS > flow->count || flow->insns[i].address > first_branch(flow))
		die(SYSCALL "() has no three instructions in a row");
	for (k = 0; k < PROBE_KINDS; k++) {
		struct site *site = &function->sites[function->count++];

		site->kind = k;
		site->address = flow->insns[i + k].address;
		site->event = 1;
		snprintf(site->fetch, sizeof(site->fetch), "%%di");
	}
	function->acquisitions = 1;
	flow_free(flow);
}

/* Median of a hist dump. */
static long median(const char *kind)
{
	char *hist = trace_get(text("instances/" HOLD_INSTANCE "/events/synthetic/%s_" NAME "/hist",
				    kind));
	unsigned long long low, high, hits, total = 0, seen = 0;
	const char *at;
	int pass;

	if (!hist)
		die("no histogram of " NAME);
	for (pass = 0; pass < 2; pass++) {
		for (at = hist; (at = strstr(at, "{ ns: ~ ")); at++) {
			if (sscanf(at, "{ ns: ~ %llu-%llu } hitcount: %llu", &low, &high,
				   &hits) != 3) {
				if (sscanf(at, "{ ns: ~ 2^%llu } hitcount: %llu", &low,
					   &hits) != 2)
					continue;
				/* Three quarters of the upper bound: the middle. */
				high = 1ULL << low;
				low = high / 2;
			}
			if (!pass) {
				total += hits;
				continue;
			}
			seen += hits;
			if (2 * seen >= total) {
				free(hist);
				return (low + high) / 2;
			}
		}
	}
	die("the probes of " NAME " did not fire");
}

/**
 * calibrate() - Measure the cost of the probes.
 * @wanted: How it will be measured.
 * @calibration: Gets it, -1 where it cannot be measured.
 */
void calibrate(const struct wanted *wanted, struct calibration *calibration)
{
	struct function function = {};
	struct functions functions = { .list = &function, .count = 1 };
	struct wanted ours = *wanted;
	int i;

	*calibration = (struct calibration){ -1, -1 };
	if (!wanted->histograms)
		return;
	find_place(&function);
	memset(ours.side, 0, sizeof(ours.side));
	ours.side[SIDE_CALIBRATION] = true;
	ours.lock = 0;
	probes_create(&functions, &ours);
	histograms_create(&functions, &ours);
	if (ours.events)
		probes_enable(true);
	for (i = 0; i < CALLS; i++)
		syscall(SYS_getpriority, -1, 0);
	if (ours.events)
		probes_enable(false);
	calibration->hold_ns = median("hold");
	if (ours.waits)
		calibration->wait_ns = median("wait");
}
