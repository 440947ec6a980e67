// SPDX-License-Identifier: GPL-2.0
/*
 * Who waited for whom, exactly: the ten holds that cost lookups most. The cost of a hold is
 * what its holder had still to execute when each lookup came that waited for it, added up:
 * instructions, of this kernel alone.
 */
#include <stdlib.h>

#include "lib/tools.h"
#include "report/contention.h"
#include "report/format.h"
#include "report/protocol.h"

#define WORST	10

static const char * const sums[] = { "contended_holds", "lookups_waited", "cost_insn" };

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static json_t *cheapest(const json_t *worst, size_t *where)
{
	json_t *one, *least = NULL;
	size_t i;

	json_array_foreach(worst, i, one) {
		if (least && number(one, "cost_insn") >= number(least, "cost_insn"))
			continue;
		least = one;
		*where = i;
	}
	return least;
}

static void add_worst(json_t *worst, json_t *one)
{
	size_t where = 0, i = 0;

	if (json_array_size(worst) == WORST &&
	    number(cheapest(worst, &where), "cost_insn") >= number(one, "cost_insn"))
		return;
	if (json_array_size(worst) == WORST)
		json_array_remove(worst, where);
	while (i < json_array_size(worst) &&
	       number(json_array_get(worst, i), "cost_insn") >= number(one, "cost_insn"))
		i++;
	json_array_insert(worst, i, one);
}

static void add(struct report *report, const json_t *contention, const char *test)
{
	json_t *one, *worst;
	size_t i;

	if (!report->contention) {
		report->contention = must(json_object());
		json_object_set_new(report->contention, "worst", json_array());
	}
	for (i = 0; i < ARRAY_SIZE(sums); i++)
		json_object_set_new(report->contention, sums[i],
				    json_integer(number(report->contention, sums[i]) +
						 number(contention, sums[i])));
	worst = json_object_get(report->contention, "worst");
	json_array_foreach(json_object_get(contention, "worst"), i, one) {
		if (test)
			json_object_set_new(one, "test", json_string(test));
		add_worst(worst, one);
	}
}

/**
 * contention_load() - Read what the plugin wrote of one torture.
 * @report: The report; its label is the test's name.
 * @path: The file. When it is damaged, this ends the program.
 */
void contention_load(struct report *report, const char *path)
{
	json_error_t error;
	json_t *all = json_load_file(path, JSON_REJECT_DUPLICATES, &error);

	if (!all)
		die(EXIT_INPUT, "%s: line %d: %s", path, error.line, error.text);
	if (!json_is_object(json_object_get(all, "contention")))
		die(EXIT_INPUT, "%s: not what the plugin writes: no contention", path);
	add(report, json_object_get(all, "contention"), report->label);
	if (json_object_get(all, "pairs"))
		protocol_load(report, json_object_get(all, "pairs"), report->label);
	json_decref(all);
}

/**
 * contention_merge() - Add a part's.
 * @report: The report.
 * @part: The part.
 */
void contention_merge(struct report *report, const struct report *part)
{
	if (part->contention)
		add(report, part->contention, NULL);
}

static void write_stack(FILE *out, const json_t *stack, void (*write)(FILE *, const char *))
{
	json_t *frame;
	size_t i;

	json_array_foreach(stack, i, frame) {
		write(out, i ? " < " : "");
		write(out, json_string_value(frame) ?: "?");
	}
}

static void plain(FILE *out, const char *text)
{
	fputs(text, out);
}

/**
 * contention_text() - As text.
 * @out: Where to.
 * @report: The report.
 */
void contention_text(FILE *out, const struct report *report)
{
	json_t *one;
	size_t i;

	if (!report->contention)
		return;
	fprintf(out, "\nholds that cost lookups most (exact: what the holder had still to execute, for each lookup that waited):\n");
	fprintf(out, "%lld holds had waiters, %lld lookups waited, %lld insn in all\n",
		(long long)number(report->contention, "contended_holds"),
		(long long)number(report->contention, "lookups_waited"),
		(long long)number(report->contention, "cost_insn"));
	if (!json_array_size(json_object_get(report->contention, "worst")))
		return;
	fprintf(out, "%3s %10s %8s %10s  %-24s %s\n", "", "cost insn", "lookups", "hold insn",
		"holder", "test");
	json_array_foreach(json_object_get(report->contention, "worst"), i, one) {
		fprintf(out, "%3zu %10lld %8lld %10lld  %-24s %s\n    holder: ", i + 1,
			(long long)number(one, "cost_insn"), (long long)number(one, "lookups"),
			(long long)number(one, "hold_insn"),
			json_string_value(json_object_get(one, "holder")) ?: "?",
			json_string_value(json_object_get(one, "test")) ?: "-");
		write_stack(out, json_object_get(one, "holder_stack"), plain);
		fprintf(out, "\n    waiter: ");
		write_stack(out, json_object_get(one, "waiter_stack"), plain);
		fprintf(out, "\n");
	}
}

/**
 * contention_html() - As a table of the page.
 * @out: Where to.
 * @report: The report.
 */
void contention_html(FILE *out, const struct report *report)
{
	json_t *one;
	size_t i;

	if (!report->contention || !json_array_size(json_object_get(report->contention, "worst")))
		return;
	fputs("<h2>Holds that cost lookups most</h2>\n<p class=\"note\">Exact: what the holder had still to execute, for each lookup that waited.</p>\n",
	      out);
	fputs("<div class=\"scroll\"><table>\n<tr><th>cost, insn</th><th>lookups</th><th>hold, insn</th><th class=\"t\">holder</th><th class=\"t\">waiter</th></tr>\n",
	      out);
	json_array_foreach(json_object_get(report->contention, "worst"), i, one) {
		fprintf(out, "<tr><td>%lld</td><td>%lld</td><td>%lld</td><td class=\"t\">",
			(long long)number(one, "cost_insn"), (long long)number(one, "lookups"),
			(long long)number(one, "hold_insn"));
		write_stack(out, json_object_get(one, "holder_stack"), html_text);
		fputs("</td><td class=\"t\">", out);
		write_stack(out, json_object_get(one, "waiter_stack"), html_text);
		fputs("</td></tr>\n", out);
	}
	fputs("</table></div>\n", out);
}
