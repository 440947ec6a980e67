/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A torture run: what a test wants of it, what came out, how it is going.
 *
 * Only the data, and how a result is decided. What happens in a run is torture.c's.
 */
#ifndef _SELFTESTS_BHTORTURE_RUN_H
#define _SELFTESTS_BHTORTURE_RUN_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "device.h"
#include "options.h"
#include "stats.h"
#include "tracer.h"

#define TORTURE_REASON_MAX	512
/* A run that still waits for its floors ends after so many times its duration. */
#define TORTURE_LONGEST		3

enum torture_result {
	TORTURE_UNDECIDED,
	TORTURE_PASS,
	TORTURE_FAIL,
	TORTURE_INCONCLUSIVE,
	TORTURE_SKIP,
};

/*
 * The least that must have happened for a pass to mean something, for each second
 * of the time asked for. Whatever the floors, it takes at least one migration and one
 * window exposure: with none, no kernel could have been caught.
 */
struct torture_floors {
	unsigned int migrations_per_s;
	unsigned int exposures_per_s;
	unsigned int window_exposures_per_s;
	unsigned int references_per_s;	/* held by the prober during a migration */
	unsigned int large_per_s;	/* of the migrations: of folios of several pages */
};

struct torture {
	/* What the test wants; torture_init() presets from the environment. */
	char name[64];
	struct torture_options options;
	const char *strategy;
	const char *module_verdict;	/* its closing line; NULL: by expected_oracles; "": any */
	unsigned int block_size;
	unsigned int folio_bytes;	/* how large folios are; 0: as a block, or a page */
	unsigned int duration_s;
	enum device_kind device_kind;	/* unless one is given by hand; 0: the default */
	unsigned int device_kib;	/* likewise */
	bool watch;		/* the test uses the device, the module watches */
	bool watch_all;		/* likewise, all devices */
	char params[256];	/* further module parameters of the test */
	bool steering_drawn;	/* by lot: what of it meets nothing is no matter */
	struct torture_floors floors;
	bool wanting;		/* a floor of the test's own is not reached yet */
	bool fixed_duration;	/* it ends when it was asked to, whatever happened */
	bool until_complaint;	/* a WARN or worse ends the run, and fails it */
	const char * const *expected_oracles;	/* one must fire; NULL: none may */
	const char * const *tolerated_oracles;	/* may, beside an expected one */
	/* Extended regular expressions for the complaints that it makes the kernel print. */
	const char * const *provokes;

	/* What came out. */
	enum torture_result result;
	char reason[TORTURE_REASON_MAX];
	double seconds;
	struct torture_stats stats;
	const char *oracle;	/* of the test itself, that has fired; NULL: none */
	unsigned long long oracle_ms;
	unsigned long long excluded_migrations;	/* made by the test's preparations */
	double excluded_s;	/* what they took: the floors do not ask for it */
	json_t *extra;		/* further keys for the record */

	/* How it is going. */
	bool prepared;
	bool loaded;
	char module[4096];	/* its path, or empty for modprobe */
	struct torture_device device;
	struct tracer tracer;
	double tracing_s;	/* what starting it took: nothing moved meanwhile */
	double began;
	double next_look;
	double next_progress;
	unsigned long taint;	/* of the kernel, before */
	bool stuck;		/* something of ours is, in the kernel */
	double violated;	/* when the first violation was noticed, or 0 */
	unsigned long long excluding_migrations;
	unsigned long long excluding_exposures;
	double excluding_began;
	pthread_t watchdog;
	sem_t ended;
	bool watched;
};

int torture_give_up(struct torture *t, enum torture_result result,
		    const char *format, ...)
	__printf(3, 4);
const char *result_name(enum torture_result result);

static inline unsigned long long torture_migrations(const struct torture *t)
{
	return t->stats.migrations - t->excluded_migrations;
}

static inline unsigned long long torture_exposures(const struct torture *t)
{
	return t->stats.exposures;
}

#endif /* _SELFTESTS_BHTORTURE_RUN_H */
