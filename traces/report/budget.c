// SPDX-License-Identifier: GPL-2.0
/*
 * Budgets: "fail if p99 of the holds is more than 50 us", for --fail-if.
 *
 * When nothing was measured for a budget, that is an error, not a success.
 */
#include <ctype.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "report/budget.h"
#include "report/rates.h"

const char budget_grammar[] =
"A budget is an expression that must not be true of any series it is about:\n"
"  [WHAT[.HOLDER[.OUTCOME]].]FIGURE OP NUMBER[UNIT]    or    RATE OP NUMBER[%]\n"
"    WHAT     hold (default), wait, latency\n"
"    HOLDER   a function or latency as the report names it; may be a glob\n"
"    OUTCOME  moved, -EAGAIN, ...; without one: all outcomes together\n"
"    FIGURE   p50, p90, p99, p99.9, max, mean, count, share (held, of the time)\n"
"    RATE     lookups_per_s, migrations_per_s, migration_success_percent,\n"
"             high_order_success_percent, false_nulls_per_million,\n"
"             misses_per_million, violations, coverage_percent (of interleavings),\n"
"             protocol_violations\n"
"    OP       > >= < <=\n"
"    UNIT     ns (default), us, ms, s; insn, of what was measured exactly; % for share\n"
"  'p99>50us'   'hold.p99>9000insn'   'hold.__buffer_migrate_folio.p99.9 > 1ms'   'wait.*.max>=300us'\n"
"  'hold.*.moved.p50>20us'   'share>5%'   'migration_success_percent<90'\n";

enum figure { FIGURE_QUANTILE, FIGURE_MAX = QUANTILES, FIGURE_MEAN, FIGURE_COUNT,
	      FIGURE_SHARE, FIGURES };

static const char * const figure_names[FIGURES] = {
	"p50", "p90", "p99", "p99.9", "max", "mean", "count", "share"
};

struct report_budget {
	char *text;
	bool is_rate;
	enum report_scalar rate;
	enum report_what what;
	char *pattern;		/* HOLDER[.OUTCOME], NULL: any */
	int figure;
	bool greater, equal;
	double limit;
};

static char *trimmed(const char *from, const char *to)
{
	while (from < to && isspace((unsigned char)*from))
		from++;
	while (to > from && isspace((unsigned char)to[-1]))
		to--;
	return must(strndup(from, to - from));
}

/* "wait.FUNCTION.p99" -> what, pattern and figure */
static bool parse_subject(struct report_budget *budget, char *subject)
{
	size_t length;
	int i, best = -1;

	for (i = 0; i < SCALARS; i++) {
		if (strcmp(subject, report_scalars[i].name))
			continue;
		budget->is_rate = true;
		budget->rate = i;
		return true;
	}
	/* The longest that fits: p99.9 ends in a dot and a digit. */
	for (i = 0; i < FIGURES; i++) {
		size_t own = strlen(figure_names[i]);

		length = strlen(subject);
		if (length < own || strcmp(subject + length - own, figure_names[i]) ||
		    (length > own && subject[length - own - 1] != '.'))
			continue;
		if (best < 0 || own > strlen(figure_names[best]))
			best = i;
	}
	if (best < 0)
		return false;
	budget->figure = best;
	length = strlen(subject) - strlen(figure_names[best]);
	if (!length)
		return true;
	subject[length - 1] = '\0';
	for (i = 0; i < WHAT_HOLD_INSN; i++) {
		size_t own = strlen(report_what_names[i]);

		if (strncmp(subject, report_what_names[i], own) ||
		    (subject[own] && subject[own] != '.'))
			continue;
		budget->what = i;
		if (subject[own])
			budget->pattern = copy(subject + own + 1);
		return !subject[own] || subject[own + 1];
	}
	return false;
}

static bool parse_limit(struct report_budget *budget, const char *text)
{
	static const struct {
		const char *name;
		double factor;
	} units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	bool is_duration = !budget->is_rate && budget->figure != FIGURE_COUNT &&
			   budget->figure != FIGURE_SHARE;
	char *end;
	size_t i;

	if (!isdigit((unsigned char)*text) && *text != '.')
		return false;
	budget->limit = strtod(text, &end);
	while (isspace((unsigned char)*end))
		end++;
	if (!*end)
		return true;
	if (!strcmp(end, "%")) {
		if (!budget->is_rate)
			budget->limit /= 100;
		return budget->figure == FIGURE_SHARE || budget->is_rate;
	}
	if (is_duration && !strcmp(end, "insn")) {
		budget->what += WHAT_HOLD_INSN;
		return true;
	}
	for (i = 0; is_duration && i < ARRAY_SIZE(units); i++) {
		if (strcmp(end, units[i].name))
			continue;
		budget->limit *= units[i].factor;
		return true;
	}
	return false;
}

/**
 * budget_parse() - Understand one --fail-if.
 * @text: The expression.
 * @reason: One line about what is wrong with it.
 * @size: Of @reason.
 *
 * Return: the budget, NULL when it is none.
 */
struct report_budget *budget_parse(const char *text, char *reason, size_t size)
{
	struct report_budget *budget = allocate(sizeof(*budget));
	const char *op = strpbrk(text, "<>");
	char *subject, *limit;
	bool good;

	budget->text = copy(text);
	if (!op) {
		snprintf(reason, size, "bad budget '%s': no > or < in it", text);
		budget_free(budget);
		return NULL;
	}
	budget->greater = *op == '>';
	budget->equal = op[1] == '=';
	subject = trimmed(text, op);
	limit = trimmed(op + 1 + budget->equal, text + strlen(text));
	good = parse_subject(budget, subject);
	if (!good)
		snprintf(reason, size, "bad budget '%s': no figure or rate before the %c; see --help",
			 text, *op);
	else if (!parse_limit(budget, limit)) {
		snprintf(reason, size, "bad budget '%s': '%s' is no limit for it; see --help", text,
			 limit);
		good = false;
	}
	free(subject);
	free(limit);
	if (good)
		return budget;
	budget_free(budget);
	return NULL;
}

static double figure_of(const struct report *report, struct report_dist *dist, int figure)
{
	switch (figure) {
	case FIGURE_MAX:
		return dist->max_ns;
	case FIGURE_MEAN:
		return dist->sum_ns / dist->count;
	case FIGURE_COUNT:
		return dist->count;
	case FIGURE_SHARE:
		return report_share(report, dist);
	default:
		return dist_quantile(dist, figure);
	}
}

static bool is_met(const struct report_budget *budget, double value)
{
	if (budget->equal && value == budget->limit)
		return true;
	return budget->greater ? value > budget->limit : value < budget->limit;
}

static void write_judgement(FILE *out, const struct report_budget *budget,
			    const char *subject, double value, bool met)
{
	const char *unit = "";

	if (!budget->is_rate && budget->figure == FIGURE_SHARE) {
		unit = " %";
		value *= 100;
	} else if (!budget->is_rate && what_is_insn(budget->what)) {
		unit = " insn";
	} else if (!budget->is_rate && budget->figure != FIGURE_COUNT) {
		unit = " us";
		value /= 1000;
	}
	fprintf(out, "budget %s: '%s': %s %s is %.6g%s\n", met ? "exceeded" : "kept",
		budget->text, subject, budget->is_rate ? "" : figure_names[budget->figure],
		value, unit);
}

static int judge_one(const struct report_budget *budget, struct report *report,
		     const char *holder, const char *outcome, struct report_dist *dist,
		     FILE *out)
{
	double value = figure_of(report, dist, budget->figure);
	char *subject;
	bool met;

	if (value < 0) {
		fprintf(out, "budget '%s' cannot be judged: the recorded time is not known\n",
			budget->text);
		return EXIT_INPUT;
	}
	met = is_met(budget, value);
	subject = printed("%s.%s%s%s", report_what_names[budget->what], holder,
			  outcome ? "." : "", outcome ?: "");
	write_judgement(out, budget, subject, value, met);
	free(subject);
	return met ? EXIT_BUDGET : EXIT_OK;
}

/* The holders' merged outcomes, and single outcomes that the pattern names. */
static int judge_series(const struct report_budget *budget, struct report *report,
			FILE *out)
{
	int status = EXIT_OK, judged = 0, one;
	size_t i;

	for (i = 0; i < report->nr_series; i++) {
		struct report_series *series = &report->series[i];
		struct report_dist all = { 0 };
		char *full;

		if (series->what != budget->what)
			continue;
		full = printed("%s.%s", series->holder, series->outcome ?: "-");
		if ((!budget->pattern || !fnmatch(budget->pattern, series->holder, 0)) &&
		    report_first_of_holder(report, i)) {
			report_merged(report, series->what, series->holder, &all);
			one = judge_one(budget, report, series->holder, NULL, &all, out);
			status = one > status ? one : status;
			judged++;
			dist_free(&all);
		} else if (budget->pattern && fnmatch(budget->pattern, series->holder, 0) &&
			   !fnmatch(budget->pattern, full, 0)) {
			one = judge_one(budget, report, series->holder, series->outcome,
					&series->dist, out);
			status = one > status ? one : status;
			judged++;
		}
		free(full);
	}
	if (judged)
		return status;
	fprintf(out, "budget '%s' cannot be judged: nothing of it was measured in %s\n",
		budget->text, report->path);
	return EXIT_INPUT;
}

/**
 * budget_judge() - Is a budget kept?
 * @budget: The budget.
 * @report: The figures, in order.
 * @out: For a line on each figure that it is about.
 *
 * Return: EXIT_OK, EXIT_BUDGET when it is exceeded, EXIT_INPUT when that cannot be
 * told.
 */
int budget_judge(const struct report_budget *budget, struct report *report, FILE *out)
{
	struct report_rates rates;
	double value;

	if (!budget->is_rate)
		return judge_series(budget, report, out);
	report_rates(report, &rates);
	if (!rates_scalar(&rates, budget->rate, &value)) {
		fprintf(out, "budget '%s' cannot be judged: not measured in %s\n",
			budget->text, report->path);
		return EXIT_INPUT;
	}
	write_judgement(out, budget, report_scalars[budget->rate].name, value,
			is_met(budget, value));
	return is_met(budget, value) ? EXIT_BUDGET : EXIT_OK;
}

/**
 * budget_free() - Give it back.
 * @budget: The budget.
 */
void budget_free(struct report_budget *budget)
{
	free(budget->text);
	free(budget->pattern);
	free(budget);
}
