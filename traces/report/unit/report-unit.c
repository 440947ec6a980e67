// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of bht-report's parts, one by one, without a recording.
 */
#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "lib/tools.h"
#include "report/bootstrap.h"
#include "report/budget.h"
#include "report/format.h"
#include "report/histogram_2019.h"
#include "report/report.h"

static void add(struct report_dist *dist, uint64_t ns, uint64_t count)
{
	dist_add(dist, ns, ns, count);
}

static void quantiles_are_nearest_ranks(void)
{
	struct report_dist dist = { 0 };
	int i;

	CHECK(dist_quantile(&dist, P50) == 0);
	for (i = 1000; i >= 1; i--)
		add(&dist, i, 1);
	CHECK(dist_quantile(&dist, P50) == 500);
	CHECK(dist_quantile(&dist, P90) == 900);
	CHECK(dist_quantile(&dist, P99) == 990);
	CHECK(dist_quantile(&dist, P999) == 999);
	CHECK(dist.max_ns == 1000 && dist.count == 1000 && dist.sum_ns == 500500);
	add(&dist, 1, 1000);
	CHECK(dist_quantile(&dist, P50) == 1);
	dist_free(&dist);
	add(&dist, 7, 1);
	CHECK(dist_quantile(&dist, P50) == 7 && dist_quantile(&dist, P999) == 7);
	dist_free(&dist);
}

static void bins_are_interpolated(void)
{
	struct report_dist dist = { .resolution = RESOLUTION_LOG2 };

	dist_add(&dist, 1025, 2048, 100);
	CHECK(near(dist_quantile(&dist, P50), 1531, 10));
	CHECK(dist_quantile(&dist, P999) <= 2048);
	dist_free(&dist);
}

/* Memory is bounded, however many different durations there are. */
static void many_values_stay_bounded(void)
{
	struct report_dist dist = { 0 };
	uint64_t i, n = 3000000;

	for (i = 0; i < n; i++)
		add(&dist, 1000000 + i * 7919 % n, 1);
	CHECK(dist.room <= 1024 * 1024);
	CHECK(dist.count == n);
	CHECK(near(dist_quantile(&dist, P50) / 2500000, 1, 0.002));
	CHECK(near(dist_quantile(&dist, P99) / 3970000, 1, 0.002));
	dist_free(&dist);
}

static char *buckets_text(struct report_dist *dist, uint64_t width)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	write_buckets(out, dist, width);
	fclose(out);
	return text;
}

/* The counts of the mail of 2019, in 5 us buckets. */
static void histogram_of_2019(void)
{
	static const unsigned int counts[] = {
		2907, 105, 36, 45, 13, 4, 2, 2, 1, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0
	};
	struct report_dist dist = { 0 };
	char *text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++)
		if (counts[i])
			add(&dist, 5000 * i + 2500, counts[i]);
	add(&dist, 311000, 1);
	text = buckets_text(&dist, 5000);
	CHECK(!strncmp(text, "[min - 0.000005]: 2907 93.202950%\n"
		       "(0.000005 - 0.000010]: 105 3.366464%\n"
		       "(0.000010 - 0.000015]: 36 1.154216%\n", 105));
	CHECK(strstr(text, "\n(0.000095 - max]: 1 0.032062%\n"));
	CHECK(strstr(text, "\n(0.000070 - 0.000075]: 2 0.064123%\n"));
	free(text);
	/* An upper edge belongs to its bucket, as the brackets say. */
	dist_free(&dist);
	add(&dist, 1, 1);
	add(&dist, 5000, 1);
	add(&dist, 5001, 1);
	text = buckets_text(&dist, 5000);
	CHECK(!strcmp(text, "[min - 0.000005]: 2 66.666667%\n(0.000005 - max]: 1 33.333333%\n"));
	free(text);
	/* Less than a microsecond needs more digits. */
	text = buckets_text(&dist, 2500);
	CHECK(!strncmp(text, "[min - 0.000002500]: 1 ", 23));
	free(text);
	dist_free(&dist);
}

static void widths_are_chosen(void)
{
	struct report_dist dist = { 0 };
	struct report_buckets buckets;
	int i;

	for (i = 0; i < 10000; i++)
		add(&dist, 1000 + i * 10, 1);
	add(&dist, 90000000, 1);
	dist_buckets(&dist, 0, &buckets);
	CHECK(buckets.nr == BUCKETS);
	CHECK(buckets.edge[1] - buckets.edge[0] == 10000);
	CHECK(buckets.count[BUCKETS - 1] == 1);
	dist_free(&dist);
	/* A log2 histogram keeps its edges. */
	dist.resolution = RESOLUTION_LOG2;
	dist_add(&dist, 4097, 8192, 10);
	dist_add(&dist, 8193, 16384, 1);
	dist_buckets(&dist, 5000, &buckets);
	CHECK(buckets.nr == 2 && buckets.edge[0] == 8192);
	CHECK(buckets.count[0] == 10 && buckets.count[1] == 1);
	dist_free(&dist);
}

static void powers_of_two(void)
{
	uint64_t counts[LOG2_BUCKETS];
	struct report_dist dist = { 0 };

	add(&dist, 1024, 1);
	add(&dist, 1025, 2);
	add(&dist, 2048, 4);
	add(&dist, 0, 8);
	dist_log2(&dist, counts);
	CHECK(counts[10] == 1 && counts[11] == 6 && counts[0] == 8);
	dist_free(&dist);
}

static void outcomes_have_names(void)
{
	char buffer[32];

	CHECK(!strcmp(outcome_name(0, buffer, sizeof(buffer)), "moved"));
	CHECK(!strcmp(outcome_name(-11, buffer, sizeof(buffer)), "-EAGAIN"));
	CHECK(!strcmp(outcome_name(-16, buffer, sizeof(buffer)), "-EBUSY"));
	CHECK(!strcmp(outcome_name(7, buffer, sizeof(buffer)), "7"));
	CHECK(!strcmp(outcome_name(-4000, buffer, sizeof(buffer)), "-4000"));
}

static struct report *sample(void)
{
	struct report *report = report_new("sample", NULL);
	int i;

	report->seconds = 1;
	for (i = 1; i <= 100; i++) {
		add(&report_series(report, WHAT_HOLD, "migrate.isra.0", "moved")->dist,
		    i * 1000, 1);
		add(&report_series(report, WHAT_HOLD, "migrate.isra.0", "-EAGAIN")->dist,
		    1000, 1);
		add(&report_series(report, WHAT_WAIT, "lookup", NULL)->dist, 100, 1);
	}
	json_array_append_new(report->tests, json_pack("{s:f,s:i,s:i,s:i}", "seconds", 2.0,
						       "lookups", 2000, "migrations", 90,
						       "refused", 10));
	report_order(report);
	return report;
}

static int judged(const char *text)
{
	char reason[256] = "";
	struct report_budget *budget = budget_parse(text, reason, sizeof(reason));
	struct report *report = sample();
	FILE *null = fopen("/dev/null", "w");
	int status = -1;

	if (budget) {
		status = budget_judge(budget, report, null);
		budget_free(budget);
	} else {
		CHECK(strstr(reason, text));
	}
	fclose(null);
	report_free(report);
	return status;
}

static void budgets(void)
{
	CHECK(judged("p50>1us") == EXIT_OK);
	CHECK(judged("p50>=1us") == EXIT_BUDGET);
	CHECK(judged("p99>50us") == EXIT_BUDGET);
	CHECK(judged("p99 > 50 us") == EXIT_BUDGET);
	CHECK(judged("p99>0.2ms") == EXIT_OK);
	CHECK(judged("p99.9>99us") == EXIT_BUDGET);
	CHECK(judged("max>100000ns") == EXIT_OK);
	CHECK(judged("hold.migrate.isra.0.p99>50us") == EXIT_BUDGET);
	CHECK(judged("hold.migrate*.-EAGAIN.p99.9>50us") == EXIT_OK);
	CHECK(judged("hold.*.moved.p50>=50us") == EXIT_BUDGET);
	CHECK(judged("wait.p50>50ns") == EXIT_BUDGET);
	CHECK(judged("wait.lookup.max>100") == EXIT_OK);
	CHECK(judged("hold.count<200") == EXIT_OK);
	CHECK(judged("hold.count<201") == EXIT_BUDGET);
	CHECK(judged("share>0.5%") == EXIT_BUDGET);
	CHECK(judged("share>1%") == EXIT_OK);
	CHECK(judged("migration_success_percent<95%") == EXIT_BUDGET);
	CHECK(judged("lookups_per_s<1000") == EXIT_OK);
	/* Without a measurement no budget is kept. */
	CHECK(judged("hold.nobody.p99>50us") == EXIT_INPUT);
	CHECK(judged("latency.p99>50us") == EXIT_INPUT);
	CHECK(judged("high_order_success_percent<50") == EXIT_INPUT);
	/* And these are none. */
	CHECK(judged("p99") == -1);
	CHECK(judged("p98>1us") == -1);
	CHECK(judged("p99>") == -1);
	CHECK(judged("p99>fast") == -1);
	CHECK(judged("p99>1us2") == -1);
	CHECK(judged("p99>1%") == -1);
	CHECK(judged("count>1us") == -1);
	CHECK(judged("hold..p99>1") == -1);
	CHECK(judged("holdx.p99>1") == -1);
	CHECK(judged("p99>-1us") == -1);
}

static void probes_are_taken_off(void)
{
	struct report *report = sample();
	struct report_dist *dist;

	report->calibration_ns = 400;
	report_take_off_probe(report);
	report_take_off_probe(report);
	dist = &report_find(report, WHAT_HOLD, "migrate.isra.0", "-EAGAIN")->dist;
	CHECK(dist_quantile(dist, P50) == 600 && dist->max_ns == 600);
	CHECK(near(dist->sum_ns, 60000, 1));
	CHECK(report_find(report, WHAT_WAIT, "lookup", NULL)->dist.max_ns == 100);
	report_free(report);
}

/* The interval must contain the true ratio about 95 times of 100. */
static void intervals_cover(void)
{
	struct report_random random = { 42 }, draw = { 4711 };
	int covered = 0, i, j;

	for (i = 0; i < 200; i++) {
		struct report_dist base = { 0 }, other = { 0 };
		struct report_interval interval;

		for (j = 0; j < 300; j++) {
			draw.state = draw.state * 6364136223846793005ULL + 1442695040888963407ULL;
			add(&base, 1000 + (draw.state >> 33) % 10000, 1);
			draw.state = draw.state * 6364136223846793005ULL + 1442695040888963407ULL;
			add(&other, 2000 + (draw.state >> 33) % 20000, 1);
		}
		compare_quantile(&base, &other, 0.5, &random, &interval);
		CHECK(interval.known && interval.low <= interval.ratio &&
		      interval.ratio <= interval.high);
		covered += interval.low <= 2 && interval.high >= 2;
		dist_free(&base);
		dist_free(&other);
	}
	CHECK(covered >= 180 && covered <= 199);
	printf("%d of 200 intervals contain the true ratio\n", covered);
}

static void html_is_escaped(void)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	html_text(out, "<b>'1' & \"2\"</b>\n");
	fclose(out);
	CHECK(!strcmp(text, "&lt;b&gt;&#39;1&#39; &amp; &quot;2&quot;&lt;/b&gt; "));
	free(text);
}

int main(void)
{
	quantiles_are_nearest_ranks();
	bins_are_interpolated();
	many_values_stay_bounded();
	histogram_of_2019();
	widths_are_chosen();
	powers_of_two();
	outcomes_have_names();
	budgets();
	probes_are_taken_off();
	intervals_cover();
	test_readers();
	html_is_escaped();
	printf("%u failures\n", unit_failures);
	return unit_failures ? 1 : 0;
}
