// SPDX-License-Identifier: GPL-2.0
/*
 * Budgets: "fail if p99 of the lookups during a migration is more than 50 us". Of a
 * quantile of nothing one cannot tell: that is no excess, and is said.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/tools.h"
#include "watch/budget.h"
#include "watch/found.h"

const char budget_grammar[] =
"A BUDGET is COUNT OP NUMBER, or KIND.FIGURE OP NUMBER[UNIT]:\n"
"  COUNT    migrations, refused, lru_dropped, lookups, false_nulls, null_sleeping, races,\n"
"           ref_moved, not_judged, lost, or refused.WHY as the table names it\n"
"  KIND     lookup, lookup_migrating, lookup_device_migrating, sleeping,\n"
"           sleeping_migrating, sleeping_device_migrating, callback, callback_refused\n"
"  FIGURE   p50, p90, p99, p99.9, max, mean, count\n"
"  OP       > >= < <=\n"
"  UNIT     ns (default), us, ms, s\n"
"  'false_nulls>100'   'lookup_migrating.p99>50us'   'refused.journal>=1000'\n";

enum count { MIGRATIONS, REFUSED, LRU_DROPPED, LOOKUPS, FALSE_NULLS, NULL_SLEEPING, RACES,
	     REF_MOVED, NOT_JUDGED, LOST, COUNTS };

static const char * const count_names[COUNTS] = {
	"migrations", "refused", "lru_dropped", "lookups", "false_nulls", "null_sleeping",
	"races", "ref_moved", "not_judged", "lost"
};

enum figure { P50, P90, P99, P999, MAX, MEAN, COUNT, FIGURES };

static const char * const figure_names[FIGURES] = {
	"p50", "p90", "p99", "p99.9", "max", "mean", "count"
};

static const double quantiles[] = { 0.5, 0.9, 0.99, 0.999 };

struct budget {
	const char *text;
	int count, refusal, kind, figure;	/* -1: not of this sort */
	bool greater, equal;
	double limit;
};

static int name_of(const char *text, const char * const *names, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		if (!strcmp(text, names[i]))
			return i;
	return -1;
}

static void parse_subject(struct budget *budget, const char *subject)
{
	char *kind = copy(subject), *dot = strchr(kind, '.');

	budget->refusal = -1;
	budget->kind = -1;
	budget->figure = -1;
	budget->count = name_of(subject, count_names, COUNTS);
	if (budget->count < 0 && dot) {
		*dot = '\0';
		if (!strcmp(kind, "refused"))
			budget->refusal = name_of(dot + 1, refusal_names, REFUSALS);
		budget->kind = name_of(kind, kind_names, KINDS);
		budget->figure = name_of(dot + 1, figure_names, FIGURES);
	}
	free(kind);
	if (budget->count < 0 && budget->refusal < 0 && (budget->kind < 0 || budget->figure < 0))
		die(EXIT_INPUT, "bad --fail-if '%s': no figure '%s', see bht-watch --help",
		    budget->text, subject);
}

static double parse_limit(const struct budget *budget, const char *text)
{
	static const struct {
		const char *name;
		double factor;
	} units[] = { { "", 1 }, { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
	bool is_duration = budget->kind >= 0 && budget->figure != COUNT;
	size_t i, nr = is_duration ? ARRAY_SIZE(units) : 1;
	char *end;
	double value;

	while (isspace((unsigned char)*text))
		text++;
	value = strtod(text, &end);
	for (i = 0; i < nr; i++)
		if (isdigit((unsigned char)*text) && !strpbrk(text, "xXpP") && isfinite(value) &&
		    !strcmp(end, units[i].name))
			return value * units[i].factor;
	die(EXIT_INPUT, "bad --fail-if '%s': '%s' is no number%s", budget->text, text,
	    is_duration ? " with ns, us, ms or s" : "");
}

/**
 * budget_parse() - Understand one --fail-if. What is wrong ends the program.
 * @text: As it was given; kept.
 */
const struct budget *budget_parse(const char *text)
{
	struct budget *budget = allocate(sizeof(*budget));
	size_t operator = strcspn(text, "<>"), end = operator;
	char *subject;

	budget->text = text;
	if (!text[operator])
		die(EXIT_INPUT, "bad --fail-if '%s': none of > >= < <= in it", text);
	while (end && isspace((unsigned char)text[end - 1]))
		end--;
	subject = must(strndup(text + strspn(text, " "), end - strspn(text, " ")));
	parse_subject(budget, subject);
	free(subject);
	budget->greater = text[operator] == '>';
	budget->equal = text[operator + 1] == '=';
	budget->limit = parse_limit(budget, text + operator + 1 + budget->equal);
	return budget;
}

static double count_value(int count, const struct totals *totals, const struct found *found)
{
	switch ((enum count)count) {
	case MIGRATIONS:
		return totals->all.moved;
	case REFUSED:
		return totals->refused;
	case LRU_DROPPED:
		return totals->all.lru_dropped;
	case LOOKUPS:
		return totals->scalars.lookups;
	case FALSE_NULLS:
		return totals->scalars.false_nulls;
	case NULL_SLEEPING:
		return totals->scalars.null_sleeping;
	case RACES:
		return found->nr_races;
	case REF_MOVED:
		return found->nr_ref_moved;
	case NOT_JUDGED:
		return totals->scalars.not_judged;
	default:
		return totals->scalars.lost + totals->scalars.uncounted +
		       totals->scalars.events_lost;
	}
}

static double duration_value(int figure, const struct histogram *histogram)
{
	switch ((enum figure)figure) {
	case MAX:
		return histogram->max_ns;
	case MEAN:
		return histogram->count ? (double)histogram->total_ns / histogram->count : 0;
	case COUNT:
		return histogram->count;
	default:
		return histogram_quantile(histogram, quantiles[figure]);
	}
}

/**
 * budget_met() - Is it true? Says so then, with the value.
 * @budget: What was parsed.
 * @totals: All counts.
 * @found: And what was found.
 */
bool budget_met(const struct budget *budget, const struct totals *totals,
		const struct found *found)
{
	double value;
	bool met;

	if (budget->count >= 0) {
		value = count_value(budget->count, totals, found);
	} else if (budget->refusal >= 0) {
		value = totals->all.refused[budget->refusal];
	} else {
		const struct histogram *histogram = &totals->histograms[budget->kind];

		if (!histogram->count && budget->figure != COUNT) {
			say("--fail-if '%s': cannot tell, no %s was timed", budget->text,
			    kind_names[budget->kind]);
			return false;
		}
		value = duration_value(budget->figure, histogram);
	}
	met = budget->greater ? value > budget->limit : value < budget->limit;
	met = met || (budget->equal && value == budget->limit);
	if (met)
		say("--fail-if '%s' is true: it is %.0f", budget->text, value);
	return met;
}
