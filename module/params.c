// SPDX-License-Identifier: GPL-2.0
/*
 * The module's parameters: defaults, units, ranges.
 *
 * Owns the one table of the numbers that may be asked for, and checks them before
 * anything is opened or started. A bad value gets one line that names it. Names (of
 * strategies and oracles) are looked up by torture.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/sizes.h>

#include "compat.h"
#include "params.h"

static struct torture_params params = {
	.strategy = "kernel",
	.block_size = 1024,
	.blocks = 8192,
	.threads = {
		[PERSONALITY_WRITER_BLIND] = -1,
		[PERSONALITY_CHECKER] = -1,
		[PERSONALITY_READER] = -1,
		[PERSONALITY_GETBLK] = -1,
		[PERSONALITY_SLEEPER] = -1,
		[PERSONALITY_DIRTIER] = -1,
		[PERSONALITY_PROBER] = -1,
	},
	.prober_percent = 10,
	.aim_percent = 50,
	.hold_us = 20,
	.delay_us = 100,
	.delay_one_in = 64,
	.settle_ms = 20,
	.stuck_s = 30,
	.stuck_io_s = 300,
	.stats_s = 10,
	.quarantine_folios = 2048,
	.quarantine_age_ms = 50,
	.latency_every = 64,
	.seed = 1,
	.slots = SLOTS_MAX,
};

module_param_named(device, params.device, charp, 0444);
MODULE_PARM_DESC(device, "Block device to torture; its contents are destroyed");

module_param_named(watch, params.watch, charp, 0444);
MODULE_PARM_DESC(watch, "Watch only, writing nothing: a block device in use, or all");

module_param_named(watch_force, params.watch_force, uint, 0444);
MODULE_PARM_DESC(watch_force, "With watch=: take a strategy that may destroy what is on the device (0-1, default 0)");

module_param_named(strategy, params.strategy, charp, 0444);
MODULE_PARM_DESC(strategy, "Who moves folios: kernel (default), busted, held, evict");

module_param_named(block_size, params.block_size, uint, 0444);
MODULE_PARM_DESC(block_size, "Block size in bytes: a power of two, 512 to 65536; above a page the device has to take it, from 6.15 on (default 1024)");

module_param_named(blocks, params.blocks, uint, 0444);
MODULE_PARM_DESC(blocks, "Number of blocks to torture, at most the device's (default 8192)");

module_param_named(writer_blind, params.threads[PERSONALITY_WRITER_BLIND], int, 0444);
MODULE_PARM_DESC(writer_blind, "Threads that write without looking (default -1: one per CPU)");

module_param_named(checker, params.threads[PERSONALITY_CHECKER], int, 0444);
MODULE_PARM_DESC(checker, "Threads that read and compare only (default -1: one per CPU)");

module_param_named(reader, params.threads[PERSONALITY_READER], int, 0444);
MODULE_PARM_DESC(reader, "Threads that sync, drop and re-read blocks from the device (default -1: one)");

module_param_named(getblk, params.threads[PERSONALITY_GETBLK], int, 0444);
MODULE_PARM_DESC(getblk, "Threads that use getblk, blocking and not (default -1: one)");

module_param_named(sleeper, params.threads[PERSONALITY_SLEEPER], int, 0444);
MODULE_PARM_DESC(sleeper, "Threads that use __find_get_block_nonatomic() (default -1: one where the kernel has it)");

module_param_named(dirtier, params.threads[PERSONALITY_DIRTIER], int, 0444);
MODULE_PARM_DESC(dirtier, "Threads that write, dirty and sync buffers (default -1: one)");

module_param_named(nowait, params.threads[PERSONALITY_NOWAIT], int, 0444);
MODULE_PARM_DESC(nowait, "Threads that look up in atomic context and read ahead (default 0)");

module_param_named(prober, params.threads[PERSONALITY_PROBER], int, 0444);
MODULE_PARM_DESC(prober, "Threads that hold references on migrating buffers (default -1: one per CPU with watch=, else none)");

module_param_named(prober_percent, params.prober_percent, uint, 0444);
MODULE_PARM_DESC(prober_percent, "Share of the time that probers look for migrations (1-100, default 10)");

module_param_named(bare, params.threads[PERSONALITY_BARE], int, 0444);
MODULE_PARM_DESC(bare, "Threads that only look up and release, for benchmarks (-1: one, default 0)");

module_param_named(aim_percent, params.aim_percent, uint, 0444);
MODULE_PARM_DESC(aim_percent, "Share of lookups aimed at the folio being migrated (0-100, default 50)");

module_param_named(hold_us, params.hold_us, uint, 0444);
MODULE_PARM_DESC(hold_us, "Microseconds an aimed lookup holds its reference at most (0-1000, default 20)");

module_param_named(widen_us, params.widen_us, uint, 0444);
MODULE_PARM_DESC(widen_us, "Microseconds to delay each move after its reference check (0-1000, default 0)");

module_param_named(gap_us, params.gap_us, uint, 0444);
MODULE_PARM_DESC(gap_us, "Microseconds to delay each migration where it gives up private_lock or BH_Migrate (0-1000, default 0)");

module_param_named(delay_in, params.delay_in, charp, 0444);
MODULE_PARM_DESC(delay_in, "Functions, with commas in between: delay some of those who are inside, at any instruction (function+0: who enter)");

module_param_named(delay_us, params.delay_us, uint, 0444);
MODULE_PARM_DESC(delay_us, "Microseconds of each of these delays (1-10000, default 100)");

module_param_named(delay_one_in, params.delay_one_in, uint, 0444);
MODULE_PARM_DESC(delay_one_in, "Of so many instructions that somebody comes to there, one is delayed (1-65536, default 64)");

module_param_named(linger_us, params.linger_us, uint, 0444);
MODULE_PARM_DESC(linger_us, "Microseconds some aimed lookups linger at most after giving up lock and folio (0-10000, default 0)");

module_param_named(jitter_us, params.jitter_us, uint, 0444);
MODULE_PARM_DESC(jitter_us, "Microseconds between timer interrupts on each CPU, random, at most (0-10000, 0: none, default 0)");

module_param_named(settle_ms, params.settle_ms, uint, 0444);
MODULE_PARM_DESC(settle_ms, "Milliseconds a wrong generation must last to be a lost update (1-1000, default 20)");

module_param_named(stuck_s, params.stuck_s, uint, 0444);
MODULE_PARM_DESC(stuck_s, "Seconds without progress that make a thread or migration stuck (0-600, 0: off, default 30)");

module_param_named(stuck_io_s, params.stuck_io_s, uint, 0444);
MODULE_PARM_DESC(stuck_io_s, "The same while the device is slow to answer (0-3600, 0: off, default 300)");

module_param_named(stutter_ms, params.stutter_ms, uint, 0444);
MODULE_PARM_DESC(stutter_ms, "Milliseconds to run and to pause in turn (0-10000, default 0: no pauses)");

module_param_named(shuffle_ms, params.shuffle_ms, uint, 0444);
MODULE_PARM_DESC(shuffle_ms, "Milliseconds between moving the threads to other CPUs (0-60000, default 0: off)");

module_param_named(stats_s, params.stats_s, uint, 0444);
MODULE_PARM_DESC(stats_s, "Seconds between statistics on the console (0-3600, 0: none, default 10)");

module_param_named(quarantine_folios, params.quarantine_folios, uint, 0444);
MODULE_PARM_DESC(quarantine_folios, "Vacated folios of 4 KiB kept and judged, rounded up to a power of two (0-65536, default 2048)");

module_param_named(quarantine_age_ms, params.quarantine_age_ms, uint, 0444);
MODULE_PARM_DESC(quarantine_age_ms, "Milliseconds a vacated folio is kept (1-10000, default 50)");

module_param_named(latency_every, params.latency_every, uint, 0444);
MODULE_PARM_DESC(latency_every, "Time one lookup in this many, and each during a migration of its folio (0-1000000, 0: none, default 64)");

module_param_named(count_others, params.count_others, uint, 0444);
MODULE_PARM_DESC(count_others, "With watch= and prober=0: count the lookups that others make (0-1, default 0)");

module_param_named(seed, params.seed, uint, 0444);
MODULE_PARM_DESC(seed, "Seed of the module's random choices; when which thread runs is up to the scheduler (default 1)");

module_param_named(slots, params.slots, uint, 0444);
MODULE_PARM_DESC(slots, "Debug: migrations that are seen at a time, more go by unseen (1-16, default 16)");

module_param_named(inject, params.inject, charp, 0444);
MODULE_PARM_DESC(inject, "Debug: provoke this oracle by a fault of our own, to see it fire");

module_param_named(test, params.test, charp, 0444);
MODULE_PARM_DESC(test, "Name of the test that this torture is for; the lines at its start and end have it");

/* Every number with its unit and range; -1 stands for automatic. */
static const struct {
	const char *name;
	const char *unit;
	const void *value;
	int min;
	int max;
} params_ranges[] = {
	{ "watch_force", "(no or yes)", &params.watch_force, 0, 1 },
	{ "block_size", "bytes", &params.block_size, 512, SZ_64K },
	{ "blocks", "blocks", &params.blocks, 1, 1 << 26 },
	{ "writer_blind", "threads", &params.threads[PERSONALITY_WRITER_BLIND], -1, 256 },
	{ "checker", "threads", &params.threads[PERSONALITY_CHECKER], -1, 256 },
	{ "reader", "threads", &params.threads[PERSONALITY_READER], -1, 256 },
	{ "getblk", "threads", &params.threads[PERSONALITY_GETBLK], -1, 256 },
	{ "sleeper", "threads", &params.threads[PERSONALITY_SLEEPER], -1, 256 },
	{ "dirtier", "threads", &params.threads[PERSONALITY_DIRTIER], -1, 256 },
	{ "nowait", "threads", &params.threads[PERSONALITY_NOWAIT], 0, 256 },
	{ "prober", "threads", &params.threads[PERSONALITY_PROBER], -1, 256 },
	{ "bare", "threads", &params.threads[PERSONALITY_BARE], -1, 256 },
	{ "prober_percent", "percent", &params.prober_percent, 1, 100 },
	{ "aim_percent", "percent", &params.aim_percent, 0, 100 },
	{ "hold_us", "microseconds", &params.hold_us, 0, 1000 },
	{ "widen_us", "microseconds", &params.widen_us, 0, 1000 },
	{ "gap_us", "microseconds", &params.gap_us, 0, 1000 },
	{ "delay_us", "microseconds", &params.delay_us, 1, 10000 },
	{ "delay_one_in", "instructions", &params.delay_one_in, 1, 65536 },
	{ "linger_us", "microseconds", &params.linger_us, 0, 10000 },
	{ "jitter_us", "microseconds", &params.jitter_us, 0, 10000 },
	{ "settle_ms", "milliseconds", &params.settle_ms, 1, 1000 },
	{ "stuck_s", "seconds", &params.stuck_s, 0, 600 },
	{ "stuck_io_s", "seconds", &params.stuck_io_s, 0, 3600 },
	{ "stutter_ms", "milliseconds", &params.stutter_ms, 0, 10000 },
	{ "shuffle_ms", "milliseconds", &params.shuffle_ms, 0, 60000 },
	{ "stats_s", "seconds", &params.stats_s, 0, 3600 },
	{ "quarantine_folios", "folios", &params.quarantine_folios, 0, 65536 },
	{ "quarantine_age_ms", "milliseconds", &params.quarantine_age_ms, 1, 10000 },
	{ "latency_every", "lookups", &params.latency_every, 0, 1000000 },
	{ "slots", "migrations", &params.slots, 1, SLOTS_MAX },
	{ "count_others", "(no or yes)", &params.count_others, 0, 1 },
};

/* By which parameter the threads of a personality are asked for. */
static const char *params_personality(enum personality personality)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(params_ranges); i++)
		if (params_ranges[i].value == &params.threads[personality])
			return params_ranges[i].name;
	return "";
}

/* Threads of a personality for which the user has given no number. */
static int params_automatic_threads(enum personality personality)
{
	if (params.watch || personality == PERSONALITY_PROBER)
		return params.watch && personality == PERSONALITY_PROBER ?
		       num_online_cpus() : 0;
	switch (personality) {
	case PERSONALITY_WRITER_BLIND:
	case PERSONALITY_CHECKER:
		return num_online_cpus();
	case PERSONALITY_SLEEPER:
		return COMPAT_HAS_SLEEPING_LOOKUP;
	default:
		return 1;
	}
}

static int params_check_target(void)
{
	bool device = params.device && *params.device;
	bool watch = params.watch && *params.watch;

	if (device == watch) {
		pr_err("give device=, to torture it and destroy its contents, or watch=, to watch it: %s\n",
		       device ? "not both" : "one of them is required");
		return -EINVAL;
	}
	if (!watch)
		params.watch = NULL;
	return 0;
}

static int params_check_threads(void)
{
	int threads = 0;
	int i;

	if (params.threads[PERSONALITY_SLEEPER] > 0 &&
	    !COMPAT_HAS_SLEEPING_LOOKUP) {
		pr_err("sleeper=%d: this kernel has no __find_get_block_nonatomic()\n",
		       params.threads[PERSONALITY_SLEEPER]);
		return -EINVAL;
	}
	for (i = 0; i < PERSONALITY_COUNT; i++) {
		if (params.watch && i != PERSONALITY_PROBER &&
		    params.threads[i] > 0) {
			pr_err("%s=%d cannot be had with watch=, which owns no device\n",
			       params_personality(i), params.threads[i]);
			return -EINVAL;
		}
		if (params.threads[i] == -1)
			params.threads[i] = params_automatic_threads(i);
		threads += params.threads[i];
	}
	if (params.count_others && (threads || !params.watch)) {
		pr_err("count_others=1 needs watch= and prober=0: the module's own lookups would be counted, too\n");
		return -EINVAL;
	}
	if (!threads && !params.watch) {
		pr_err("no threads: every personality has 0\n");
		return -EINVAL;
	}
	return 0;
}

/**
 * params_check() - Refuse what is out of range; choose what was left to the module.
 *
 * Return: 0, or -EINVAL after one line that names the parameter, its value and
 * what is allowed.
 */
int params_check(void)
{
	int i, rc;

	for (i = 0; i < ARRAY_SIZE(params_ranges); i++) {
		int value = *(const int *)params_ranges[i].value;

		if (value < params_ranges[i].min || value > params_ranges[i].max) {
			pr_err("%s=%d is out of range: %d to %d %s\n",
			       params_ranges[i].name, value, params_ranges[i].min,
			       params_ranges[i].max, params_ranges[i].unit);
			return -EINVAL;
		}
	}
	rc = params_check_target();
	if (rc)
		return rc;
	if (!is_power_of_2(params.block_size)) {
		pr_err("block_size=%u is not a power of two\n",
		       params.block_size);
		return -EINVAL;
	}
	return params_check_threads();
}

/**
 * params_get() - The checked parameters. They do not change after params_check().
 */
const struct torture_params *params_get(void)
{
	return &params;
}

/**
 * params_print() - One line that says how this torture runs.
 * @prefix: "Start of test" or "End of test: SUCCESS", as locktorture has it.
 */
void params_print(const char *prefix)
{
	char numbers[800];
	bool delay = params.delay_in && *params.delay_in;
	bool inject = params.inject && *params.inject;
	bool test = params.test && *params.test;
	int length = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(params_ranges); i++)
		length += scnprintf(numbers + length, sizeof(numbers) - length,
				    " %s=%d", params_ranges[i].name,
				    *(const int *)params_ranges[i].value);
	pr_alert("--- %s:%s%s %s=%s strategy=%s%s seed=%u%s%s%s%s\n", prefix,
		 test ? " test=" : "", test ? params.test : "",
		 params.watch ? "watch" : "device",
		 params.watch ?: params.device, params.strategy, numbers, params.seed,
		 delay ? " delay_in=" : "", delay ? params.delay_in : "",
		 inject ? " inject=" : "", inject ? params.inject : "");
}
