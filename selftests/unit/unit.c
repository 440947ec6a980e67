// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests of what the selftests are made of, for any host: options, device
 * refusal, statistics, verdict and record. Needs neither root nor the module.
 *
 * Prints TAP; exit status 1 if anything failed. Compiled and run by
 * scripts/tests/host/host-selftests-unit.sh, not part of the kselftest build.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "torture.h"

static unsigned int tests, failed;

static void check(bool good, const char *what, const char *detail)
{
	tests++;
	failed += !good;
	printf("%sok %u %s\n", good ? "" : "not ", tests, what);
	if (!good)
		printf("# %s\n", detail);
}

/* --- options --- */

static void check_option(const char *name, const char *value, bool valid)
{
	struct torture_options options;
	char reason[TORTURE_REASON_MAX] = "", what[128], wanted[128];
	int rc;

	setenv(name, value, 1);
	rc = options_read(&options, reason, sizeof(reason));
	unsetenv(name);
	snprintf(what, sizeof(what), "%s=%s is %s", name, value,
		 valid ? "taken" : "refused by name and value");
	snprintf(wanted, sizeof(wanted), "%s=%s", name, value);
	check(valid ? !rc : rc && strstr(reason, wanted), what, reason);
}

static void test_options(void)
{
	struct torture_options options;
	char reason[TORTURE_REASON_MAX];

	check(!options_read(&options, reason, sizeof(reason)) &&
	      options.duration_s == 10 && options.seed == 1 &&
	      !options.device && !strcmp(options.strategy, "kernel"),
	      "an empty environment gives the defaults", reason);
	check_option("BHT_DURATION", "60", true);
	check_option("BHT_DURATION", "0", false);
	check_option("BHT_DURATION", "-1", false);
	check_option("BHT_DURATION", "36001", false);
	check_option("BHT_DURATION", "ten", false);
	check_option("BHT_DURATION", "1.5", false);
	check_option("BHT_SEED", "4294967295", true);
	check_option("BHT_SEED", "4294967296", false);
	check_option("BHT_SEED", "99999999999999999999999", false);
}

/* --- device refusal --- */

#define IMAGE_BYTES	(4 * 1024 * 1024)

static void check_image(const char *what, off_t offset, const void *magic,
			size_t size, const char *wanted)
{
	char path[] = "/tmp/bhtorture-unit.XXXXXX";
	char reason[TORTURE_REASON_MAX] = "";
	int fd = mkstemp(path);
	int rc;

	if (fd < 0 || ftruncate(fd, IMAGE_BYTES) ||
	    pwrite(fd, magic, size, offset) != (ssize_t)size) {
		check(false, what, "no image could be made in /tmp");
		return;
	}
	close(fd);
	rc = device_refuse_unless_empty(path, reason, sizeof(reason));
	check(wanted ? rc && strstr(reason, wanted) : !rc, what, reason);
	unlink(path);
}

static void test_device(void)
{
	static const unsigned char ext2[] = { 0x53, 0xef };
	static const unsigned char luks[] = "LUKS\xba\xbe\0\1";
	/* One Linux partition of 2048 sectors from sector 2048 on. */
	static const unsigned char dos[66] = {
		[0] = 0, [4] = 0x83, [9] = 8, [13] = 8, [64] = 0x55, 0xaa
	};
	struct torture_device device;
	char reason[TORTURE_REASON_MAX] = "";

	check(device_get(&device, "/dev/null", 0, reason, sizeof(reason)) == -1 &&
	      strstr(reason, "/dev/null refused: not a block device"),
	      "a character device is refused", reason);
	check(device_get(&device, "/dev/nonexistent", 0, reason,
			 sizeof(reason)) == -1 &&
	      strstr(reason, "/dev/nonexistent refused: No such file"),
	      "a missing device is refused", reason);
	check(device_get(&device, "/proc/self/exe", 0, reason,
			 sizeof(reason)) == -1 &&
	      strstr(reason, "refused: not a block device"),
	      "a plain file is refused", reason);

	check_image("an image of zeroes holds nothing", 0, "", 0, NULL);
	check_image("text that nobody knows holds nothing", 0, "hello", 5, NULL);
	check_image("an ext2 signature is refused", 1024 + 56, ext2,
		    sizeof(ext2), "ext");
	check_image("a LUKS header is refused", 0, luks, 8, "crypto_LUKS");
	check_image("a partition table is refused", 446, dos, sizeof(dos),
		    "dos partition table");
}

/* --- statistics, verdict, record --- */

#define STATS(exposures, moved, violations, first, verdict)		\
	"{\"schema\":1,\"state\":\"stopped\",\"era\":\"held\","		\
	"\"block_size\":1024,\"blocks\":8192,\"elapsed_ms\":10000,"	\
	"\"lookups\":123456,\"exposures\":" exposures ","		\
	"\"migrations\":{\"begun\":9,\"moved_with_buffers\":" moved "},"\
	"\"violations\":{" violations "},\"first_violation\":" first ","\
	"\"verdict\":\"" verdict "\"}"

#define CLEAN	"\"lost_update\":0,\"null_atomic\":0"
#define FIRST	"{\"oracle\":\"lost_update\",\"ms\":73,\"migrations\":285,"	\
		"\"block\":1159,\"expected\":42,\"found\":41,\"cpu\":1,"	\
		"\"thread\":\"bht_checker/1\"}"

static const char clean[] = STATS("5000", "20000", CLEAN, "null", "pass");
static const char few[] = STATS("5000", "499", CLEAN, "null", "pass");
static const char unmet[] = STATS("49", "20000", CLEAN, "null", "pass");
static const char nothing[] = STATS("0", "0", CLEAN, "null", "pass");
static const char lost[] = STATS("5000", "20000",
	"\"lost_update\":3,\"null_atomic\":7", FIRST, "fail");
static const char harmless[] = STATS("5000", "20000",
	"\"lost_update\":0,\"null_atomic\":7",
	"{\"oracle\":\"null_atomic\"}", "fail");
static const char leaked[] = STATS("5000", "20000",
	"\"lost_update\":3,\"state_leak\":1", FIRST, "fail");

static const char * const race[] = { "lost_update", "torn", NULL };
static const char * const side_effects[] = { "null_atomic", NULL };

static void judge(struct torture *t, const char *stats, bool control)
{
	char reason[TORTURE_REASON_MAX];

	torture_init(t, "unit", "variant");
	t->strategy = control ? "busted" : "kernel";
	t->expected_oracles = control ? race : NULL;
	t->tolerated_oracles = control ? side_effects : NULL;
	t->floors = (struct torture_floors){ 50, 5, 0 };
	if (stats_parse(&t->stats, stats, reason, sizeof(reason)))
		printf("# %s\n", reason);
	record_judge(t);
}

static void check_verdict(const char *what, const char *stats, bool control,
			  enum torture_result wanted, const char *reason)
{
	struct torture t;

	judge(&t, stats, control);
	check(t.result == wanted && strstr(t.reason, reason), what, t.reason);
	stats_release(&t.stats);
}

/* References are asked for, and one is held: who else is told, and what of it? */
static void check_references(const char *what, const char *era,
			     enum torture_result wanted)
{
	struct torture t;
	json_t *json;

	judge(&t, clean, false);
	json = t.stats.json;
	json_object_set_new(json, "era", json_string(era));
	json_object_set_new(json, "references_held", json_integer(1));
	json_object_set_new(json, "references_refused", json_integer(1000));
	json_object_set_new(json, "null_lookups", json_integer(1000));
	t.result = TORTURE_UNDECIDED;
	t.floors.references_per_s = 2;
	record_judge(&t);
	check(t.result == wanted, what, t.reason);
	stats_release(&t.stats);
}

static void test_verdict(void)
{
	struct torture t;

	check_references("lookups that a flag refuses were in the window", "flag",
			 TORTURE_PASS);
	check_references("elsewhere only references that were held count", "held",
			 TORTURE_INCONCLUSIVE);

	check_verdict("enough and no violation is a pass, with its bound", clean,
		      false, TORTURE_PASS, "less than 0.0006 per exposure");
	check_verdict("too few migrations are inconclusive", few, false,
		      TORTURE_INCONCLUSIVE, "at least 500 needed");
	check_verdict("too few exposures are inconclusive", unmet, false,
		      TORTURE_INCONCLUSIVE, "at least 50 needed");
	check_verdict("nothing at all is inconclusive", nothing, false,
		      TORTURE_INCONCLUSIVE, "0 migrations");
	check_verdict("a violation fails and is told in full", lost, false,
		      TORTURE_FAIL,
		      "lost_update: block 1159: generation 42 expected, 41 found; after 73 ms and 285 migrations, on CPU 1 in bht_checker/1");
	check_verdict("a harmless oracle fails a test, too", harmless, false,
		      TORTURE_FAIL, "7 null_atomic");
	check_verdict("a control that is caught passes", lost, true,
		      TORTURE_PASS, "strategy busted caught");
	check_verdict("a control that is not caught fails", clean, true,
		      TORTURE_FAIL, "not caught");
	check_verdict("a control's side effects are no catch", harmless, true,
		      TORTURE_FAIL, "not caught");
	check_verdict("a control that could not be caught is inconclusive", few,
		      true, TORTURE_INCONCLUSIVE, "inconclusive");
	check_verdict("a control with a false alarm fails", leaked, true,
		      TORTURE_FAIL, "oracle state_leak has no reason to fire");

	judge(&t, clean, false);
	t.result = TORTURE_UNDECIDED;
	t.excluded_migrations = 19600;
	record_judge(&t);
	check(t.result == TORTURE_INCONCLUSIVE,
	      "what preparations moved does not count", t.reason);
	stats_release(&t.stats);

	judge(&t, clean, false);
	t.result = TORTURE_UNDECIDED;
	t.floors = (struct torture_floors){ 2000, 500, 0 };
	t.stats.elapsed_ms *= 3;
	check(record_is_conclusive(&t), "a run that took longer is asked for no more",
	      "20,000 migrations and 5,000 exposures asked for");
	t.floors.exposures_per_s++;
	check(!record_is_conclusive(&t), "nor for less", "5,010 exposures asked for");
	stats_release(&t.stats);

	torture_init(&t, "unit", NULL);
	torture_give_up(&t, TORTURE_SKIP, "no module");
	torture_give_up(&t, TORTURE_FAIL, "later");
	record_judge(&t);
	check(t.result == TORTURE_SKIP && !strcmp(t.reason, "no module"),
	      "the first decision stands", t.reason);

	torture_init(&t, "unit", NULL);
	torture_give_up(&t, TORTURE_INCONCLUSIVE, "hardly moved");
	torture_give_up(&t, TORTURE_FAIL, "damaged");
	torture_give_up(&t, TORTURE_INCONCLUSIVE, "later");
	check(t.result == TORTURE_FAIL && !strcmp(t.reason, "damaged"),
	      "a failure outranks what was inconclusive", t.reason);
}

static void test_bound(void)
{
	check(record_bound(0) == 1.0, "no exposure proves nothing", "");
	check(record_bound(1) == 1.0, "a probability is at most 1", "");
	check(record_bound(3000) == 0.001, "3 / 3000 is 0.001", "");
}

static void test_stats(void)
{
	struct torture_stats stats = { 0 };
	char reason[TORTURE_REASON_MAX] = "";

	check(stats_parse(&stats, "{\"schema\":1,", reason, sizeof(reason)),
	      "half a file is refused", reason);
	check(stats_parse(&stats, "{\"schema\":1}", reason, sizeof(reason)) &&
	      strstr(reason, "elapsed_ms"), "a missing key is named", reason);
	check(!stats_parse(&stats, lost, reason, sizeof(reason)) &&
	      stats.migrations == 20000 && stats.exposures == 5000 &&
	      stats.violations == 10 && !stats.verdict_pass,
	      "a whole file is understood", reason);
	stats_release(&stats);
}

static json_t *reread(struct torture *t)
{
	char *text = record_format(t);
	json_t *record = text ? json_loads(text, 0, NULL) : NULL;

	check(record && !strchr(text, '\n'), "a record is one line of JSON",
	      text ?: "none");
	free(text);
	stats_release(&t->stats);
	return record;
}

static void test_record(void)
{
	json_int_t migrations = 0, ms = 0, count = 0;
	const char *name = "", *result = "";
	struct torture t;
	json_t *record;
	int brief;

	judge(&t, lost, false);
	record = reread(&t);
	json_unpack(record, "{s:s,s:s,s:I,s:{s:I},s:{s:I}}", "name", &name,
		    "result", &result, "migrations", &migrations, "violations",
		    "lost_update", &count, "first_violation", "ms", &ms);
	check(!strcmp(name, "unit.variant") && !strcmp(result, "fail") &&
	      migrations == 20000 && count == 3 && ms == 73,
	      "a failure's record has the violations and the first", result);
	json_decref(record);

	for (brief = 0; brief < 2; brief++) {
		judge(&t, clean, false);
		t.options.brief = brief;
		json_object_set_new(t.stats.json, "latency", json_object());
		record = reread(&t);
		check(!!json_object_get(record, "latency") != brief,
		      "a record has histograms unless it is to be brief", "");
		json_decref(record);
	}

	judge(&t, lost, true);
	record = reread(&t);
	check(!json_object_size(json_object_get(record, "violations")) &&
	      json_object_size(json_object_get(record,
					       "expected_violations")) == 2 &&
	      json_is_object(json_object_get(record, "first_violation")),
	      "a caught control's violations are expected ones", "");
	json_decref(record);

	torture_init(&t, "unit", NULL);
	torture_give_up(&t, TORTURE_SKIP, "needs \"quotes\"");
	record = reread(&t);
	check(json_is_null(json_object_get(record, "first_violation")) &&
	      !json_object_size(json_object_get(record, "violations")) &&
	      !strcmp(json_string_value(json_object_get(record, "result")),
		      "skip"),
	      "a skip has a whole record, too", "");
	json_decref(record);
}

/* --- recursion --- */

#define TRACE(name, pid, event)						\
	"   " name "-" pid "   [000] d..1.    12.345678: " event
#define TRACE_START(name, pid, function)				\
	TRACE(name, pid, "workqueue_execute_start: work struct 01: function " function)
#define TRACE_END(name, pid)						\
	TRACE(name, pid, "workqueue_execute_end: work struct 01: function loop_workfn")
#define TRACE_RECLAIM(name, pid, flags)					\
	TRACE(name, pid, "mm_vmscan_direct_reclaim_begin: order=0 gfp_flags=" flags)

static void check_recursion(const char *what, unsigned int reclaims,
			    unsigned int recursions, const char * const lines[])
{
	struct recursion recursion = { .fd = -1 };
	char found[64];

	for (; *lines; lines++)
		recursion_line(&recursion, *lines);
	snprintf(found, sizeof(found), "%llu reclaims, %llu recursions",
		 recursion.reclaims, recursion.recursions);
	check(recursion.reclaims == reclaims && recursion.recursions == recursions, what,
	      found);
}

static void test_recursion(void)
{
	check_recursion("a loop device's reclaim without filesystems is none", 1, 0,
			(const char * const[]){
		TRACE_START("kworker/u4:2", "41", "loop_rootcg_workfn [loop]"),
		TRACE_RECLAIM("kworker/u4:2", "41", "GFP_NOIO|__GFP_HIGHMEM|__GFP_WRITE"),
		NULL });
	check_recursion("one that may enter filesystems is a recursion", 2, 2,
			(const char * const[]){
		TRACE_START("kworker/u4:2-ev [x]", "41", "loop_workfn [loop]"),
		TRACE_RECLAIM("kworker/u4:2-ev [x]", "41", "GFP_HIGHUSER_MOVABLE"),
		TRACE_RECLAIM("kworker/u4:2-ev [x]", "41", "GFP_NOFS|__GFP_FS"),
		NULL });
	check_recursion("others may, and a worker before and after it served", 0, 0,
			(const char * const[]){
		TRACE_START("kworker/u4:2", "41", "loop_workfn [loop]"),
		TRACE_RECLAIM("tar", "42", "GFP_KERNEL"),
		TRACE_END("kworker/u4:2", "41"),
		TRACE_RECLAIM("kworker/u4:2", "41", "GFP_KERNEL"),
		TRACE_START("kworker/u4:2", "41", "wb_workfn"),
		TRACE_RECLAIM("kworker/u4:2", "41", "GFP_KERNEL"),
		"", "no trace line", NULL });
	check_recursion("a loop device's own thread, before 5.14", 1, 1,
			(const char * const[]){
		TRACE_RECLAIM("loop0", "43", "GFP_KERNEL"), NULL });
}

/* --- contents --- */

static void corrupt(const struct contents *contents)
{
	char name[FILESYSTEM_PATH_MAX];
	unsigned int i;
	FILE *file;
	int byte;

	for (i = 0; i < CONTENTS_FILES; i++) {
		if (!contents->file[i].size)
			continue;
		snprintf(name, sizeof(name), "%s/file%u", contents->path, i);
		file = fopen(name, "r+");
		if (!file)
			continue;
		fseek(file, contents->file[i].size - 1, SEEK_SET);
		byte = fgetc(file);
		fseek(file, contents->file[i].size - 1, SEEK_SET);
		fputc(byte ^ 1, file);
		fclose(file);
		return;
	}
}

static void test_contents(void)
{
	char folder[] = "/tmp/bht-unit.XXXXXX", command[64];
	struct torture t = { .result = TORTURE_UNDECIDED };
	struct contents contents = { .running = false };
	int tries;

	if (!mkdtemp(folder) || contents_start(&contents, &t, folder)) {
		check(false, "files are written and compared", t.reason);
		return;
	}
	for (tries = 0; tries < 200 && !contents.compared; tries++)
		usleep(20000);
	contents_stop(&contents, &t);
	contents_compare(&contents, &t);
	check(contents.written && contents.compared && t.result == TORTURE_UNDECIDED,
	      "files that were written and synced are as they were", t.reason);
	corrupt(&contents);
	contents_compare(&contents, &t);
	check(t.result == TORTURE_FAIL && strstr(t.reason, "differs from byte"),
	      "one wrong byte in one of them is noticed", t.reason);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	check(!system(command), "and they can be removed", command);
}

int main(void)
{
	test_options();
	test_device();
	test_stats();
	test_verdict();
	test_bound();
	test_record();
	test_recursion();
	test_contents();
	printf("1..%u\n", tests);
	return failed ? 1 : 0;
}
