// SPDX-License-Identifier: GPL-2.0
/*
 * Sums the counters when somebody asks, and says the verdict.
 *
 * The same names in the JSON, in the text, in the selftests' records and in the
 * READMEs. While the torture runs a reader sees counters that run, too: they need not
 * fit each other. Once it is stopped they are final and exact.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string_helpers.h>

#include "bhtorture.h"
#include "compat.h"
#include "hammer/personality.h"
#include "judge/aftermath.h"
#include "judge/quarantine.h"
#include "judge/violation.h"
#include "observe/norefs.h"
#include "observe/others.h"
#include "observe/slots.h"
#include "report/armed.h"
#include "report/latency.h"
#include "report/stats.h"
#include "steer/era.h"
#include "steer/gap.h"
#include "steer/jitter.h"
#include "steer/linger.h"
#include "target/strategy.h"
#include "target/target.h"
#include "thread.h"

/* In the closing line, and in stats.json. */
enum stats_verdict {
	STATS_SUCCESS,
	STATS_FAILURE,
	STATS_INCONCLUSIVE,	/* nothing could have gone wrong */
};

static const struct {
	const char *line, *json;
} stats_verdicts[] = {
	[STATS_SUCCESS] = { "End of test: SUCCESS", "pass" },
	[STATS_FAILURE] = { "End of test: FAILURE", "fail" },
	[STATS_INCONCLUSIVE] = { "End of test: INCONCLUSIVE", "inconclusive" },
};

struct stats_summary {
	u64 elapsed_ms;
	struct hammer_counters total;
	u64 lookups[PERSONALITY_COUNT];
	u64 window_exposures;
	u64 violations;
	enum stats_verdict verdict;
};

/*
 * Without a violation, only a lookup that was in the window of a migration that moved
 * buffers says something: any other could not have failed.
 */
static enum stats_verdict stats_judge(const struct stats_summary *summary)
{
	if (summary->violations)
		return STATS_FAILURE;
	return summary->window_exposures ? STATS_SUCCESS : STATS_INCONCLUSIVE;
}

/* Add up what the threads have counted. */
static void stats_sum(struct torture *t, struct stats_summary *summary)
{
	u64 now = READ_ONCE(t->ended_ns) ?: ktime_get_mono_fast_ns();
	unsigned int i;

	memset(summary, 0, sizeof(*summary));
	summary->elapsed_ms = div_u64(now - t->began_ns, NSEC_PER_MSEC);
	for (i = 0; i < t->hammer->threads; i++) {
		const struct hammer_thread *ht = &t->hammer->thread[i];

		thread_add_counters(&summary->total, &ht->counters);
		summary->lookups[ht->ops - personalities] +=
			READ_ONCE(ht->counters.lookups);
	}
	summary->total.lookups += atomic64_read(&t->others->lookups);
	summary->total.exposures += atomic64_read(&t->others->exposures);
	for (i = 0; i < ORACLE_COUNT; i++)
		summary->violations += violation_count(t->oracles, i);
	summary->window_exposures = atomic64_read(&t->slots->window_exposures);
	summary->verdict = stats_judge(summary);
}

static void stats_json_personalities(struct torture *t, struct seq_file *m,
				     const struct stats_summary *summary)
{
	int i;

	seq_puts(m, "\"personalities\":{");
	for (i = 0; i < PERSONALITY_COUNT; i++)
		seq_printf(m, "%s\"%s\":{\"threads\":%d,\"lookups\":%llu}",
			   i ? "," : "", personalities[i].name,
			   t->params->threads[i], summary->lookups[i]);
	seq_puts(m, "},\n");
}

static void stats_json_record(struct seq_file *m, const struct violation_record *what)
{
	seq_printf(m, "{\"oracle\":\"%s\",\"ms\":%llu,\"migrations\":%llu,\"block\":%llu,\"expected\":%llu,\"found\":%llu,\"offset\":%u,\"age_ms\":%u,\"cpu\":%d,\"thread\":\"%s\"}",
		   oracle_names[what->violation.oracle], what->ms,
		   what->migrations, what->violation.block,
		   what->violation.expected, what->violation.found,
		   what->violation.offset, what->violation.age_ms, what->cpu,
		   what->thread);
}

static void stats_json_first_violations(struct torture *t, struct seq_file *m)
{
	const char *comma = "";
	int i;

	seq_puts(m, "\"first_violation\":");
	if (violation_records(t->oracles))
		stats_json_record(m, &t->oracles->record[0]);
	else
		seq_puts(m, "null");
	seq_puts(m, ",\n\"first_by_oracle\":{");
	for (i = 0; i < ORACLE_COUNT; i++) {
		if (!violation_count(t->oracles, i))
			continue;
		seq_printf(m, "%s\"%s\":", comma, oracle_names[i]);
		stats_json_record(m, &t->oracles->first[i]);
		comma = ",\n";
	}
	seq_puts(m, "},\n");
}

static void stats_json_violations(struct torture *t, struct seq_file *m)
{
	int i;

	seq_puts(m, "\"violations\":{");
	for (i = 0; i < ORACLE_COUNT; i++)
		seq_printf(m, "%s\"%s\":%llu", i ? "," : "", oracle_names[i],
			   violation_count(t->oracles, i));
	seq_puts(m, "},\n");
}

static void stats_json_histogram(struct seq_file *m, enum latency_kind kind,
				 const struct histogram *sum)
{
	const char *comma = "";
	unsigned int i;

	seq_printf(m, "\"%s\":{\"count\":%llu,\"p50_ns\":%llu,\"p90_ns\":%llu,\"p99_ns\":%llu,\"p999_ns\":%llu,\"max_ns\":%llu,\"total_ns\":%llu,\"histogram\":[",
		   latency_names[kind], sum->count, histogram_percentile(sum, 500),
		   histogram_percentile(sum, 900), histogram_percentile(sum, 990),
		   histogram_percentile(sum, 999), sum->max_ns, sum->total_ns);
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (!sum->bucket[i])
			continue;
		seq_printf(m, "%s[%llu,%llu]", comma, histogram_bucket_ns(i),
			   sum->bucket[i]);
		comma = ",";
	}
	seq_puts(m, "]}");
}

static void stats_json_latency(struct torture *t, struct seq_file *m)
{
	struct histogram *sum = kmalloc(sizeof(*sum), GFP_KERNEL);
	int i;

	seq_puts(m, "\"latency\":{");
	for (i = 0; sum && i < LATENCY_COUNT; i++) {
		latency_sum(t, i, sum);
		seq_puts(m, i ? ",\n" : "");
		stats_json_histogram(m, i, sum);
	}
	seq_puts(m, "},\n");
	kfree(sum);
}

/**
 * stats_json() - Everything, for programs.
 * @t: The torture.
 * @m: Where to print; read under stop_lock.
 */
void stats_json(struct torture *t, struct seq_file *m)
{
	struct stats_summary summary;

	stats_sum(t, &summary);
	seq_printf(m, "{\"schema\":1,\"state\":\"%s\",\n",
		   t->stopped ? "stopped" : "running");
	seq_printf(m, "\"mode\":\"%s\",\"device\":\"",
		   t->params->watch ? "watch" : "torture");
	seq_escape(m, t->params->watch ?: t->params->device, "\"\\");
	seq_printf(m, "\",\"strategy\":\"%s\",\"era\":\"%s\",\n",
		   t->strategy->name, era_name(t));
	seq_printf(m, "\"block_size\":%u,\"blocks\":%u,\"seed\":%u,\n",
		   t->target->block_size, t->target->blocks, t->params->seed);
	seq_printf(m, "\"elapsed_ms\":%llu,\"lookups\":%llu,\"null_lookups\":%llu,\"null_atomic_tolerated\":%llu,\n",
		   summary.elapsed_ms, summary.total.lookups,
		   summary.total.null_lookups, summary.total.null_tolerated);
	seq_printf(m, "\"writes\":%llu,\"checks\":%llu,\"syncs\":%llu,\"populated\":%llu,\"claimed_by_other\":%llu,\n",
		   summary.total.writes, summary.total.checks,
		   summary.total.syncs, summary.total.populated,
		   summary.total.claimed_by_other);
	seq_printf(m, "\"rereads\":%llu,\"getblk_failed\":%llu,\"io_errors\":%llu,\"blocks_judged_on_media\":%llu,\n",
		   summary.total.rereads, summary.total.getblk_failed,
		   summary.total.io_errors + t->aftermath->io_errors +
		   !!t->aftermath->write_error, t->aftermath->blocks_judged);
	seq_printf(m, "\"exposures\":%llu,\"window_exposures\":%llu,\"aimed\":%llu,\"references_held\":%llu,\"references_refused\":%llu,\n",
		   summary.total.exposures, summary.window_exposures,
		   summary.total.aimed,
		   summary.total.references_held,
		   summary.total.references_refused);
	seq_printf(m, "\"lingered\":%lld,\"jitter_fired\":%llu,\n",
		   (s64)atomic64_read(&t->linger->lingered), jitter_fired(t));
	seq_printf(m, "\"getblk_slept\":%llu,\"nowait_slept\":%llu,\n",
		   summary.total.getblk_slept, summary.total.nowait_slept);
	stats_json_personalities(t, m, &summary);
	seq_printf(m, "\"migrations\":{\"begun\":%lld,\"moved\":%lld,\"moved_with_buffers\":%lld,\"refused\":%lld,\"missed\":%lld,\"large_begun\":%lld,\"large_moved\":%lld,\"typical_ns\":%u},\n",
		   (s64)atomic64_read(&t->slots->begun),
		   (s64)atomic64_read(&t->slots->moved),
		   (s64)atomic64_read(&t->slots->moved_with_buffers),
		   (s64)atomic64_read(&t->slots->refused),
		   (s64)atomic64_read(&t->slots->unwatched) +
		   norefs_missed(t->norefs),
		   (s64)atomic64_read(&t->slots->large_begun),
		   (s64)atomic64_read(&t->slots->large_moved),
		   READ_ONCE(t->slots->typical_ns));
	seq_printf(m, "\"moves\":{\"locked\":%lld,\"flagged\":%lld,\"open\":%lld,\"holds\":%lld},\n",
		   (s64)atomic64_read(&t->era->met_locked),
		   (s64)atomic64_read(&t->era->met_flagged),
		   (s64)atomic64_read(&t->era->met_open),
		   (s64)atomic64_read(&t->gap->met_before));
	seq_printf(m, "\"quarantine\":{\"taken\":%lld,\"released\":%lld,\"skipped\":%lld},\n",
		   (s64)atomic64_read(&t->quarantine->taken),
		   (s64)atomic64_read(&t->quarantine->released),
		   (s64)atomic64_read(&t->quarantine->skipped));
	armed_json(t, m);
	stats_json_latency(t, m);
	stats_json_violations(t, m);
	stats_json_first_violations(t, m);
	seq_printf(m, "\"verdict\":\"%s\"}\n",
		   stats_verdicts[summary.verdict].json);
}

static void stats_text_latency(struct torture *t, struct seq_file *m)
{
	struct histogram *sum = kmalloc(sizeof(*sum), GFP_KERNEL);
	int i;

	seq_printf(m, "latency     %-25s %12s %10s %10s %10s %10s %10s\n",
		   "(ns)", "count", "p50", "p90", "p99", "p99.9", "max");
	for (i = 0; sum && i < LATENCY_COUNT; i++) {
		latency_sum(t, i, sum);
		if (sum->count)
			seq_printf(m, "  %-35s %12llu %10llu %10llu %10llu %10llu %10llu\n",
				   latency_names[i], sum->count,
				   histogram_percentile(sum, 500),
				   histogram_percentile(sum, 900),
				   histogram_percentile(sum, 990),
				   histogram_percentile(sum, 999), sum->max_ns);
	}
	kfree(sum);
}

/**
 * stats_text() - The same for people.
 * @t: The torture.
 * @m: Where to print; read under stop_lock.
 */
void stats_text(struct torture *t, struct seq_file *m)
{
	struct stats_summary summary;
	int i;

	stats_sum(t, &summary);
	seq_printf(m, "%s for %llu ms: strategy %s (era %s) on %s, %u blocks of %u bytes, seed %u\n",
		   t->stopped ? "stopped, ran" : "running", summary.elapsed_ms,
		   t->strategy->name, era_name(t),
		   t->params->watch ?: t->params->device,
		   t->target->blocks, t->target->block_size, t->params->seed);
	seq_printf(m, "lookups     %llu, of these NULL %llu, exposures %llu, window exposures %llu, aimed %llu\n",
		   summary.total.lookups, summary.total.null_lookups,
		   summary.total.exposures, summary.window_exposures,
		   summary.total.aimed);
	for (i = 0; i < PERSONALITY_COUNT; i++)
		if (t->params->threads[i])
			seq_printf(m, "  %-13s %d threads, %llu lookups\n",
				   personalities[i].name, t->params->threads[i],
				   summary.lookups[i]);
	seq_printf(m, "writes      %llu, checks %llu, syncs %llu, re-reads %llu, I/O errors %llu\n",
		   summary.total.writes, summary.total.checks,
		   summary.total.syncs, summary.total.rereads,
		   summary.total.io_errors + t->aftermath->io_errors);
	seq_printf(m, "migrations  %lld begun, %lld moved, %lld moved with buffers, %lld refused\n",
		   (s64)atomic64_read(&t->slots->begun),
		   (s64)atomic64_read(&t->slots->moved),
		   (s64)atomic64_read(&t->slots->moved_with_buffers),
		   (s64)atomic64_read(&t->slots->refused));
	seq_printf(m, "quarantine  %lld taken, %lld released, %lld skipped\n",
		   (s64)atomic64_read(&t->quarantine->taken),
		   (s64)atomic64_read(&t->quarantine->released),
		   (s64)atomic64_read(&t->quarantine->skipped));
	armed_text(t, m);
	stats_text_latency(t, m);
	seq_printf(m, "violations  %llu\n", summary.violations);
	for (i = 0; i < ORACLE_COUNT; i++)
		if (atomic64_read(&t->oracles->count[i]))
			seq_printf(m, "  %-13s %lld\n", oracle_names[i],
				   (s64)atomic64_read(&t->oracles->count[i]));
	if (summary.total.null_tolerated)
		seq_printf(m, "tolerated   null_atomic %llu (this kernel may answer NULL during a migration)\n",
			   summary.total.null_tolerated);
}

static void stats_print(struct torture *t, struct stats_summary *summary)
{
	stats_sum(t, summary);
	pr_alert("%llu lookups, %llu exposures, %llu window exposures, %lld migrations with buffers, %llu violations in %llu ms\n",
		 summary->total.lookups, summary->total.exposures,
		 summary->window_exposures,
		 (s64)atomic64_read(&t->slots->moved_with_buffers),
		 summary->violations, summary->elapsed_ms);
}

/**
 * stats_console() - One line while the torture runs.
 * @t: The torture.
 *
 * Context: task.
 */
void stats_console(struct torture *t)
{
	struct stats_summary summary;

	stats_print(t, &summary);
}

/**
 * stats_verdict() - The closing line, as locktorture's: SUCCESS, FAILURE or, where
 * nothing could have gone wrong, INCONCLUSIVE.
 * @t: The stopped torture.
 */
void stats_verdict(struct torture *t)
{
	struct stats_summary summary;

	stats_print(t, &summary);
	params_print(stats_verdicts[summary.verdict].line);
}
