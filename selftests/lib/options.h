/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The environment of the tests.
 */
#ifndef _SELFTESTS_BHTORTURE_OPTIONS_H
#define _SELFTESTS_BHTORTURE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define OPTIONS_DURATION_MAX_S	36000

struct torture_options {
	const char *strategy;	/* BHT_STRATEGY: kernel, busted, held, evict */
	unsigned int duration_s;	/* BHT_DURATION */
	unsigned int seed;	/* BHT_SEED */
	const char *device;	/* BHT_DEVICE: by hand; NULL: the tests make one */
	const char *module;	/* BHT_MODULE: path of bhtorture.ko */
	const char *params;	/* BHT_MODULE_PARAMS: further ones, as insmod's */
	const char *rows;	/* BHT_ROWS: a glob of the rows of bench wanted */
	const char *only;	/* BHT_ONLY: globs of the runs wanted, others are skipped */
	const char *no_virtio;	/* BHT_NO_VIRTIO: why there is no virtio disk */
	unsigned int jitter_us;	/* BHT_JITTER_US: of the module, unless a test says otherwise */
	bool keep_going;	/* BHT_KEEP_GOING: a violation does not end a run */
	bool brief;		/* BHT_BRIEF: fewer progress lines, no histograms */
	unsigned int enough;	/* BHT_ENOUGH: so many times its floors end a run; 0: its time */
	unsigned int cycles;	/* BHT_CYCLES: of tests that count, 0: their default */
};

int options_read(struct torture_options *options, char *reason, size_t size);

#endif /* _SELFTESTS_BHTORTURE_OPTIONS_H */
