// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests: the module's statistics, as a file and as numbers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stats.h"
#include "sysfs.h"
#include "unit.h"

#define LOST		"\"lost_update\":3,\"null_atomic\":7"
#define LARGEST		"18446744073709551615"	/* that a stale_write can find */
#define LARGE_BYTES	(70 * 1024)	/* more than the module's 64 KiB */

/* Names that are full of digits, which are none of the numbers. */
#define NAMES								\
	"\"device\":\"/dev/disk/by-id/scsi-3600508b1001c7e9a000000000000000001\","	\
	"\"quoted\":\"\\\"1234567890123456789\\\\\","

static const char as_number[] =
	STATS("5000", "4000", "20000", LOST, "{" NAMES "\"found\":" LARGEST "}", "fail");
static const char as_string[] =
	STATS("5000", "4000", "20000", LOST, "{" NAMES "\"found\":\"" LARGEST "\"}", "fail");

static void check_found(const char *what, const char *text)
{
	struct torture_stats stats = { 0 };
	char reason[TORTURE_REASON_MAX] = "";
	const char *found, *quoted;
	json_t *first;

	check(!stats_parse(&stats, text, reason, sizeof(reason)), what, reason);
	first = json_object_get(stats.json, "first_violation");
	found = json_string_value(json_object_get(first, "found"));
	quoted = json_string_value(json_object_get(first, "quoted"));
	check(found && !strcmp(found, LARGEST), "and is what it was", found ?: "none");
	check(quoted && !strcmp(quoted, "\"1234567890123456789\\"),
	      "digits in a string stay what they are", quoted ?: "none");
	stats_release(&stats);
}

/* As the histograms of a long run make it. */
static void check_large(void)
{
	char path[] = "/tmp/bhtorture-unit.XXXXXX";
	struct torture_stats stats = { 0 };
	char reason[TORTURE_REASON_MAX] = "";
	FILE *file = fdopen(mkstemp(path), "w");
	char *text = NULL;

	if (file) {
		fprintf(file, "{\"padding\":\"%*s\",%s", LARGE_BYTES, "", unit_lost + 1);
		fclose(file);
		text = sysfs_read_all(path);
	}
	check(text && strlen(text) > LARGE_BYTES &&
	      !stats_parse(&stats, text, reason, sizeof(reason)) &&
	      stats.migrations == 20000, "a file of 70 KiB is read whole", reason);
	free(text);
	stats_release(&stats);
	unlink(path);
}

void test_stats(void)
{
	struct torture_stats stats = { 0 };
	char reason[TORTURE_REASON_MAX] = "";

	check(stats_parse(&stats, "{\"schema\":1,", reason, sizeof(reason)),
	      "half a file is refused", reason);
	check(stats_parse(&stats, "{\"schema\":1}", reason, sizeof(reason)) &&
	      strstr(reason, "elapsed_ms"), "a missing key is named", reason);
	check(!stats_parse(&stats, unit_lost, reason, sizeof(reason)) &&
	      stats.migrations == 20000 && stats.exposures == 5000 &&
	      stats.violations == 10 && stats.verdict_fail,
	      "a whole file is understood", reason);
	check(stats_number(&stats, "blocks") == 8192 && !stats_number(&stats, "none"),
	      "a counter has its value, one that is missing is 0", "");
	stats_release(&stats);
	check_found("a number that is too large for JSON is read", as_number);
	check_found("so is one that comes as a string", as_string);
	check_large();
}
