// SPDX-License-Identifier: GPL-2.0
/* Tests of what reads histograms and results, with made-up texts. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"
#include "report/hist.h"
#include "report/result.h"

static struct report *read_hist(const char *text)
{
	char path[] = "/tmp/report-unit.XXXXXX";
	struct report *report = report_new("hist", NULL);
	int fd = mkstemp(path);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	CHECK(looks_like_hist(path));
	load_hist(report, path);
	report_order(report);
	unlink(path);
	return report;
}

static void histograms_of_the_kernel(void)
{
	static const char text[] =
		"# calibration_ns: 850\n# seconds: 2\n# kernel: 6.1.0\n"
		"# unmeasurable: find_it: its unlock is inlined\n"
		"# function: move_it side=migration sites=2\n"
		"# event: synthetic/hold_move_it\n# event histogram\n#\n"
		"# trigger info: hist:keys=ns.buckets=100:vals=hitcount,ns [active]\n#\n\n"
		"{ ns: ~ 1200-1299 } hitcount:          5  ns:       6200\n"
		"{ ns: ~ 1300-1399 } hitcount:          5  ns:       6700\n"
		"\nTotals:\n    Hits: 10\n    Entries: 2\n    Dropped: 0\n"
		"# event histogram\n#\n"
		"{ ns: ~ 200000-209999 } hitcount:          1  ns:     205000\n"
		"Totals:\n    Hits: 1\n    Entries: 1\n    Dropped: 3\n"
		"# event: synthetic/wait_find_it\n# event histogram\n"
		"{ lock: 18446612682130872060, ns: ~ 2^11 } hitcount: 7\n"
		"{ lock: 18446612682130872999, ns: ~ 2^11 } hitcount: 1\n"
		"Totals:\n    Hits: 8\n    Entries: 2\n    Dropped: 0\n"
		"# event: synthetic/hold_other\n# event histogram\n"
		"{ ret: 18446744073709551605, ns:       1234 } hitcount: 2\n"
		"Totals:\n    Hits: 2\n    Entries: 1\n    Dropped: 0\n";
	struct report *report = read_hist(text);
	struct report_series *holds = report_find(report, WHAT_HOLD, "move_it", NULL);
	struct report_series *waits = report_find(report, WHAT_WAIT, "find_it", NULL);
	struct report_series *other = report_find(report, WHAT_HOLD, "other", "-EAGAIN");
	struct report_dist side = { 0 };

	CHECK(report->calibration_ns == 850 && report->seconds == 2);
	CHECK(report->unmeasurable.nr == 1 && report->notes.nr == 1);
	CHECK(holds && holds->dist.count == 11 && holds->dist.max_ns == 209999);
	CHECK(holds && near(holds->dist.sum_ns, 217900, 1));
	CHECK(holds && holds->dist.resolution == RESOLUTION_LINEAR && holds->dist.width == 100);
	CHECK(holds && near(dist_quantile(&holds->dist, P50), 1300, 50));
	CHECK(waits && waits->dist.count == 8 && waits->dist.max_ns == 2048);
	CHECK(waits && waits->dist.resolution == RESOLUTION_LOG2);
	CHECK(other && other->dist.count == 2 && dist_quantile(&other->dist, P50) == 1234);
	/* Known by its outcome, or because the recorder says so. */
	report_merged(report, WHAT_HOLD, NULL, &side);
	CHECK(side.count == 13);
	dist_free(&side);
	report_free(report);
}

/* The kernel prints hexadecimal keys without 0x; only the trigger tells. */
static void hexadecimal_keys(void)
{
	static const char text[] =
		"# event: synthetic/hold_move_it\n# event histogram\n#\n"
		"# trigger info: hist:keys=ns.hex,ret.hex:vals=hitcount,ns:sort=ns.hex [active]\n"
		"{ ns: 100, ret: fffffffffffffff5 } hitcount:  1  hitcount (%):  20.00  ns:  256\n"
		"{ ns: 4d2, ret: 0 } hitcount:  4  hitcount (%):  80.00  ns:  4936\n"
		"Totals:\n    Hits: 5\n    Entries: 2\n    Dropped: 0\n"
		"# event: synthetic/wait_duration\n# event histogram\n"
		"# trigger info: hist:keys=duration_ns.hex,ns:vals=hitcount:sort=ns [active]\n"
		"{ duration_ns: f, ns: 100 } hitcount:  1\n"
		"Totals:\n    Hits: 1\n    Entries: 1\n    Dropped: 0\n";
	struct report *report = read_hist(text);
	struct report_series *moved = report_find(report, WHAT_HOLD, "move_it", "moved");
	struct report_series *again = report_find(report, WHAT_HOLD, "move_it", "-EAGAIN");
	struct report_series *wait = report_find(report, WHAT_WAIT, "duration", NULL);

	CHECK(moved && moved->dist.count == 4 && moved->dist.max_ns == 1234);
	CHECK(again && again->dist.count == 1 && again->dist.max_ns == 256);
	CHECK(wait && wait->dist.max_ns == 100);
	report_free(report);
}

/* The longest durations that 64 bits can say. */
static void latencies_of_the_module(void)
{
	static const char text[] =
		"{\"schema\": 1, \"tests\": [{\"latency\": {\"lookup\": {\"histogram\":\n"
		"[[-1, 7], [5, 1], [64, 2], [9223372036854775807, 3]]}}}]}";
	char path[] = "/tmp/report-unit.XXXXXX";
	struct report *report = report_new("result", NULL);
	struct report_series *series;
	int fd = mkstemp(path);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	load_result(report, path);
	unlink(path);
	report_order(report);
	series = report_find(report, WHAT_LATENCY, "lookup", NULL);
	CHECK(series && series->dist.count == 6 && series->dist.nr == 3);
	CHECK(series && series->dist.bins[0].to == 5 && series->dist.bins[1].to == 67);
	CHECK(series && series->dist.max_ns >= INT64_MAX);
	report_free(report);
}

/* All of them; the program's main() is in report-unit.c. */
void test_readers(void)
{
	histograms_of_the_kernel();
	hexadecimal_keys();
	latencies_of_the_module();
}
