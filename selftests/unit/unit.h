/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the unit tests share.
 */
#ifndef _SELFTESTS_BHTORTURE_UNIT_H
#define _SELFTESTS_BHTORTURE_UNIT_H

#include <stdbool.h>

#include "run.h"

/* A stats.json, with these numbers. */
#define STATS(exposures, window, moved, violations, first, verdict)	\
	"{\"schema\":1,\"state\":\"stopped\",\"era\":\"held\","		\
	"\"block_size\":1024,\"blocks\":8192,\"elapsed_ms\":10000,"	\
	"\"lookups\":123456,\"exposures\":" exposures ","		\
	"\"window_exposures\":" window ","				\
	"\"migrations\":{\"begun\":9,\"moved_with_buffers\":" moved "},"\
	"\"violations\":{" violations "},\"first_violation\":" first ","\
	"\"verdict\":\"" verdict "\"}"

#define CLEAN	"\"lost_update\":0,\"null_atomic\":0"
#define FIRST	"{\"oracle\":\"lost_update\",\"ms\":73,\"migrations\":285,"	\
		"\"block\":1159,\"expected\":42,\"found\":41,\"cpu\":1,"	\
		"\"thread\":\"bht_checker/1\"}"

extern const char unit_clean[];
extern const char unit_lost[];

void unit_judge(struct torture *t, const char *stats, bool control);
void check(bool good, const char *what, const char *detail);

void test_contents(void);
void test_device(void);
void test_options(void);
void test_process(void);
void test_record(void);
void test_recursion(void);
void test_stats(void);
void test_sysfs(void);
void test_verdict(void);

#endif /* _SELFTESTS_BHTORTURE_UNIT_H */
