/* SPDX-License-Identifier: GPL-2.0 */
/*
 * params.c: what the user asked for, checked before anything starts.
 */
#ifndef _BHTORTURE_PARAMS_H
#define _BHTORTURE_PARAMS_H

#include <linux/types.h>

#define SLOTS_MAX	16	/* migrations in progress that are watched at a time */

enum personality {
	PERSONALITY_WRITER_BLIND,
	PERSONALITY_CHECKER,
	PERSONALITY_READER,
	PERSONALITY_GETBLK,
	PERSONALITY_SLEEPER,
	PERSONALITY_DIRTIER,
	PERSONALITY_NOWAIT,
	PERSONALITY_PROBER,
	PERSONALITY_BARE,
	PERSONALITY_COUNT,
};

struct torture_params {
	char *device;			/* to torture; or: */
	char *watch;			/* to watch only: a device or "all" */
	unsigned int watch_force;
	char *strategy;
	unsigned int block_size;	/* bytes */
	unsigned int blocks;
	int threads[PERSONALITY_COUNT];	/* -1: chosen by the number of CPUs */
	unsigned int aim_percent;
	unsigned int hold_us;
	unsigned int widen_us;
	unsigned int gap_us;
	char *delay_in;			/* functions, with commas in between, or NULL */
	unsigned int delay_us;
	unsigned int delay_one_in;	/* instructions */
	unsigned int linger_us;
	unsigned int jitter_us;		/* 0: off */
	unsigned int settle_ms;
	unsigned int stuck_s;		/* 0: not judged */
	unsigned int stuck_io_s;	/* 0: not judged */
	unsigned int stutter_ms;	/* 0: no pauses */
	unsigned int shuffle_ms;	/* 0: no shuffling */
	unsigned int stats_s;		/* on the console; 0: none */
	unsigned int quarantine_folios;
	unsigned int quarantine_age_ms;
	unsigned int prober_percent;
	unsigned int latency_every;	/* lookups; 0: none is timed */
	unsigned int count_others;
	unsigned int seed;
	unsigned int slots;
	char *inject;			/* the oracle to provoke, by name */
	char *test;			/* whose torture it is, for the console */
};

int params_check(void);
const struct torture_params *params_get(void);
void params_print(const char *prefix);

#endif /* _BHTORTURE_PARAMS_H */
