/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the module says of a run: stats.json in its debugfs folder.
 */
#ifndef _SELFTESTS_BHTORTURE_STATS_H
#define _SELFTESTS_BHTORTURE_STATS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct torture_stats {
	json_t *json;		/* all of stats.json, owned */
	unsigned long long elapsed_ms;
	unsigned long long lookups;
	unsigned long long exposures;
	unsigned long long window_exposures;	/* of these: could have lost an update */
	unsigned long long migrations;	/* of folios with buffers */
	unsigned long long large;	/* of these: of folios of several pages */
	unsigned long long violations;	/* all oracles together */
	bool verdict_fail;	/* the module's own */
};

int stats_read(struct torture_stats *stats, char *reason, size_t size);
int stats_parse(struct torture_stats *stats, const char *text, char *reason,
		size_t size);
unsigned long long stats_number(const struct torture_stats *stats, const char *key);
void stats_freeze(void);
void stats_prefer_corruption(struct torture_stats *stats);
void stats_release(struct torture_stats *stats);

#endif /* _SELFTESTS_BHTORTURE_STATS_H */
