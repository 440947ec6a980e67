// SPDX-License-Identifier: GPL-2.0
/*
 * The report as one self-contained page. It has no script and loads nothing. It is
 * light or dark, as the reader's system is. All texts of a recording are escaped.
 */
#include <string.h>

#include "report/closeup.h"
#include "report/contention.h"
#include "report/format.h"
#include "report/histogram_2019.h"
#include "report/html.h"
#include "report/protocol.h"
#include "report/rates.h"
#include "report/svg.h"
#include "report/timeline.h"

static const char head[] =
"<!DOCTYPE html>\n"
"<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
"<meta name=\"color-scheme\" content=\"light dark\">\n"
"<meta http-equiv=\"Content-Security-Policy\"\n"
"      content=\"default-src 'none'; style-src 'unsafe-inline'\">\n";

static const char style[] =
"<style>\n"
":root{--page:#fff;--text:#1b1f24;--dim:#5c6670;--line:#dde2e7;--card:#f6f8fa;"
"--hold:#3b5b92;"
"--moved:#2f7dd1;--refused:#d9822b;--other:#8a63b8;--wait:#1f8a78;--latency:#6b7a2c;"
"--bad:#c62f2f;--good:#1a7f45;--mark:#1b1f24}\n"
"@media (prefers-color-scheme:dark){:root{--page:#14181d;--text:#e4e8ec;--dim:#98a3ae;--line:#313a44;--card:#1b2128;--hold:#8fb0e8;"
"--moved:#5aa5f2;--refused:#f0a352;--other:#b795e0;--wait:#4cc2ad;--latency:#b3c260;--bad:#ff6b66;--good:#4fc37f;--mark:#e4e8ec}}\n"
"*{box-sizing:border-box}\n"
"body{margin:0 auto;max-width:1200px;padding:24px;background:var(--page);color:var(--text);font:15px/1.45 system-ui,\"DejaVu Sans\",sans-serif}\n"
"h1{font-size:24px;margin:0 0 4px}h2{font-size:18px;margin:32px 0 8px}\n"
".facts,.note,small{color:var(--dim)}.facts{margin:0 0 16px}.note{margin:4px 0}\n"
".badge{display:inline-block;padding:1px 10px;border-radius:10px;font-size:15px;vertical-align:middle;color:var(--page);background:var(--dim)}\n"
".badge.pass{background:var(--good)}.badge.fail,.badge.error{background:var(--bad)}.badge.inconclusive{background:var(--refused)}\n"
".tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin-bottom:14px}\n"
".tile{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:10px 12px}\n"
".tile b{display:block;font-size:20px;font-variant-numeric:tabular-nums}.tile span{color:var(--dim);font-size:13px}\n"
".scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\n"
"th,td{padding:4px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}\n"
"th{color:var(--dim);font-weight:600;font-size:13px}th.t,td.t{text-align:left}tr.all td{font-weight:600}\n"
".charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(480px,100%),1fr));gap:16px}\n"
"figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px}\n"
"figcaption{margin-bottom:6px;overflow-wrap:anywhere}svg{display:block;width:100%;height:auto}\n"
"svg text{font:11px system-ui,\"DejaVu Sans\",sans-serif;fill:var(--dim)}svg text.row{font-size:13px;fill:var(--text)}\n"
"svg text.label{font-size:10px}svg text.strong{fill:var(--text);font-weight:600}\n"
".mid{text-anchor:middle}.end{text-anchor:end}\n"
".grid{stroke:var(--line);stroke-width:1}.marker{stroke:var(--mark);stroke-width:1;stroke-dasharray:3 3;opacity:.6}\n"
".border{stroke:var(--dim);stroke-width:1}\n"
".hold{fill:var(--hold);background:var(--hold)}.moved{fill:var(--moved);background:var(--moved)}\n"
".refused{fill:var(--refused);background:var(--refused)}.other{fill:var(--other);background:var(--other)}\n"
".wait{fill:var(--wait);background:var(--wait)}.latency{fill:var(--latency);background:var(--latency)}\n"
".violation{fill:var(--bad);background:var(--bad)}.faint{opacity:.4}\n"
".legend{margin:8px 0 0;font-size:13px;color:var(--dim)}.legend span{margin-right:14px}\n"
".legend i{display:inline-block;width:11px;height:11px;border-radius:2px;margin-right:5px}\n"
"pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px;overflow-x:auto;font:13px/1.4 \"DejaVu Sans Mono\",monospace}\n"
"@media print{body{max-width:none}}\n"
"</style>\n";

static const char *string_at(const struct report *report, const char *key)
{
	return json_string_value(json_object_get(report->result, key));
}

static void fact(FILE *out, const char **separator, const char *name, const char *value)
{
	if (!value)
		return;
	fprintf(out, "%s%s ", *separator, name);
	html_text(out, value);
	*separator = " &middot; ";
}

static void write_facts(FILE *out, const struct report *report)
{
	json_t *kernel = json_object_get(report->result, "kernel");
	const char *separator = "";

	fputs("<p class=\"facts\">", out);
	fact(out, &separator, "kernel", report->kernel);
	fact(out, &separator, "era", json_string_value(json_object_get(kernel, "era")));
	fact(out, &separator, "strategy", string_at(report, "strategy"));
	fact(out, &separator, "run", report->label ?: report->path);
	if (report->seconds > 0)
		fprintf(out, "%srecorded %.1f s", separator, report->seconds);
	if (report->events)
		fprintf(out, ", %llu events, %llu lost", (unsigned long long)report->events,
			(unsigned long long)report->lost);
	fact(out, &separator, "clock", report->clock);
	fputs("</p>\n", out);
}

static void write_title(FILE *out, const struct report *report)
{
	const char *verdict = report_verdict(report);

	fputs("<title>private_lock: ", out);
	html_text(out, report->label ?: report->path);
	fputs("</title>\n", out);
	fputs(style, out);
	fputs("</head><body>\n<h1>Who holds private_lock, and who waits", out);
	if (verdict) {
		fputs(" <span class=\"badge ", out);
		html_text(out, verdict);
		fputs("\">", out);
		html_text(out, verdict);
		fputs("</span>", out);
	}
	fputs("</h1>\n", out);
	write_facts(out, report);
}

static void add_tile(FILE *out, const char *name, const char *value)
{
	fputs("<div class=\"tile\"><b>", out);
	html_text(out, value);
	fputs("</b><span>", out);
	html_text(out, name);
	fputs("</span></div>\n", out);
}

static void add_duration_tile(FILE *out, const char *name, double amount, bool insn)
{
	char value[32];

	format_amount(amount, insn, value, sizeof(value));
	add_tile(out, name, value);
}

static void duration_tiles(FILE *out, struct report *report)
{
	struct report_dist holds = { 0 };
	bool insn = report_has_exact(report);
	char text[48];

	/* Exact ones rather than those of a clock. */
	report_merged(report, insn ? WHAT_HOLD_INSN : WHAT_HOLD, NULL, &holds);
	if (holds.count) {
		add_duration_tile(out, "hold by migrations, p50", dist_quantile(&holds, P50), insn);
		add_duration_tile(out, "p99", dist_quantile(&holds, P99), insn);
		add_duration_tile(out, "longest", holds.max_ns, insn);
		dist_free(&holds);
		report_merged(report, WHAT_HOLD, NULL, &holds);
		snprintf(text, sizeof(text), "%.3f %%", 100 * report_share(report, &holds));
		if (report->seconds > 0)
			add_tile(out, "of the time held", text);
	}
	dist_free(&holds);
}

static void rate_tiles(FILE *out, const struct report *report)
{
	struct report_rates rates;
	double value;
	char text[48];
	int i;

	report_rates(report, &rates);
	for (i = 0; i < SCALARS; i++) {
		if (!rates_scalar(&rates, i, &value))
			continue;
		snprintf(text, sizeof(text), "%.*f", report_scalars[i].digits, value);
		add_tile(out, report_scalars[i].title, text);
	}
}

static void write_violations(FILE *out, const struct report *report)
{
	const char *name, *oracle;
	json_t *test, *first, *tests = json_object_get(report->result, "tests");
	size_t i;

	json_array_foreach(tests, i, test) {
		first = json_object_get(test, "first_violation");
		oracle = json_string_value(json_object_get(first, "oracle"));
		name = json_string_value(json_object_get(test, "name"));
		if (!oracle || !name)
			continue;
		fputs("<p class=\"note\">first violation in ", out);
		html_text(out, name);
		fputs(": oracle ", out);
		html_text(out, oracle);
		fprintf(out, ", after %.0f ms and %.0f migrations</p>\n",
			json_number_value(json_object_get(first, "ms")),
			json_number_value(json_object_get(first, "migrations")));
	}
}

static void row(FILE *out, const struct report *report, const struct report_series *series,
		struct report_dist *dist, const char *outcome, bool all)
{
	double share = report_share(report, dist);
	char text[32];
	int i;

	fprintf(out, "<tr%s><td class=\"t\">%s</td><td class=\"t\">", all ? " class=\"all\"" : "",
		report_what_names[series->what]);
	html_text(out, series->holder);
	fputs("</td><td class=\"t\">", out);
	html_text(out, outcome);
	fprintf(out, "</td><td>%llu</td>", (unsigned long long)dist->count);
	for (i = 0; i < QUANTILES; i++) {
		format_cell(dist_quantile(dist, i), what_is_insn(series->what), dist, text,
			    sizeof(text));
		fprintf(out, "<td>%s</td>", text);
	}
	format_cell(dist->max_ns, what_is_insn(series->what), dist, text, sizeof(text));
	fprintf(out, "<td>%s</td>", text);
	if (series->what == WHAT_HOLD && share >= 0)
		fprintf(out, "<td>%.3f %%</td></tr>\n", 100 * share);
	else
		fputs("<td></td></tr>\n", out);
}

/* What was measured in the same way. */
static void write_table(FILE *out, struct report *report, enum report_measure measure)
{
	size_t i, nr = 0;
	int q;

	for (i = 0; i < report->nr_series; i++)
		nr += report_measure(&report->series[i]) == measure;
	if (!nr)
		return;
	fprintf(out, "<h2>Figures%s%s</h2>\n<div class=\"scroll\"><table>\n<tr><th class=\"t\">%s</th><th class=\"t\">holder</th><th class=\"t\">outcome</th><th>count</th>",
		report_has_exact(report) ? ", " : "",
		report_has_exact(report) ? report_measure_titles[measure] : "",
		measure == MEASURE_INSN ? "insn" : "us");
	for (q = 0; q < QUANTILES; q++)
		fprintf(out, "<th>%s</th>", report_quantile_names[q]);
	fputs("<th>max</th><th>held</th></tr>\n", out);
	for (i = 0; i < report->nr_series; i++) {
		struct report_series *series = &report->series[i];
		bool first = report_first_of_holder(report, i);

		if (report_measure(series) != measure)
			continue;
		if (first && i + 1 < report->nr_series && !report_first_of_holder(report, i + 1)) {
			struct report_dist all = { 0 };

			report_merged(report, series->what, series->holder, &all);
			row(out, report, series, &all, "all", true);
			dist_free(&all);
		}
		row(out, report, series, &series->dist, series->outcome ?: "-", false);
	}
	fputs("</table></div>\n", out);
}

static void write_charts(FILE *out, struct report *report)
{
	size_t i;

	fputs("<h2>Histograms</h2>\n<div class=\"charts\">\n", out);
	for (i = 0; i < report->nr_series; i++) {
		struct report_series *series = &report->series[i];

		if (report_first_of_holder(report, i))
			svg_histogram(out, report, series->what, series->holder);
	}
	fputs("</div>\n", out);
}

/* What can be pasted into a mail. */
static void write_buckets_2019(FILE *out, struct report *report, uint64_t bucket_ns)
{
	struct report_dist holds = { 0 };

	report_merged(report, WHAT_HOLD, NULL, &holds);
	if (holds.count) {
		fputs("<h2>Holds by migrations, as in the mail of 2019</h2>\n<pre>", out);
		write_buckets(out, &holds, bucket_ns);
		fputs("</pre>\n", out);
	}
	dist_free(&holds);
}

static void write_notes(FILE *out, const struct report *report)
{
	size_t i;

	if (report->calibration_ns != NO_CALIBRATION) {
		fprintf(out, "<p class=\"note\">Probes: an empty hold measures %lld ns",
			report->calibration_ns);
		if (report->calibration_wait_ns != NO_CALIBRATION)
			fprintf(out, ", an empty wait %lld ns", report->calibration_wait_ns);
		fprintf(out, "; %s.</p>\n", report->net ? "taken off all figures" :
			"contained in all figures");
	}
	for (i = 0; i < report->unmeasurable.nr; i++) {
		fputs("<p class=\"note\">Not measured: ", out);
		html_text(out, report->unmeasurable.string[i]);
		fputs("</p>\n", out);
	}
	for (i = 0; i < report->notes.nr; i++) {
		fputs("<p class=\"note\">Note: ", out);
		html_text(out, report->notes.string[i]);
		fputs("</p>\n", out);
	}
}

/**
 * write_html() - The report as a page.
 * @out: Where to.
 * @report: The report, in order.
 * @bucket_ns: Width of the buckets of the histogram of 2019, 0: chosen.
 */
void write_html(FILE *out, struct report *report, uint64_t bucket_ns)
{
	int measure;

	fputs(head, out);
	write_title(out, report);
	fputs("<div class=\"tiles\">\n", out);
	duration_tiles(out, report);
	rate_tiles(out, report);
	fputs("</div>\n", out);
	write_violations(out, report);
	write_notes(out, report);
	if (report->nr_series) {
		write_charts(out, report);
		svg_timeline(out, report);
		svg_closeup(out, report);
		for (measure = MEASURES; measure-- > 0;)
			write_table(out, report, measure);
		contention_html(out, report);
		protocol_html(out, report);
		write_buckets_2019(out, report, bucket_ns);
	} else {
		fputs("<p class=\"note\">No holds, waits or latencies were recorded (TRACE=hold records them; with ACCEL=icount, TRACE=exact).</p>\n",
		      out);
		svg_timeline(out, report);
	}
	fputs("</body></html>\n", out);
}
