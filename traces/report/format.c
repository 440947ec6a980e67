// SPDX-License-Identifier: GPL-2.0
/* Durations and foreign texts, as they are shown. */
#include <math.h>

#include "lib/tools.h"
#include "report/format.h"

/**
 * format_us() - A duration for a table, in us.
 * @ns: The duration.
 * @dist: Where it is from: what a histogram of wide bins tells is marked with ~.
 * @buffer: Filled in.
 * @size: Of @buffer.
 */
void format_us(double ns, const struct report_dist *dist, char *buffer, size_t size)
{
	double us = ns / 1000;

	snprintf(buffer, size, "%s%.*f",
		 dist->resolution == RESOLUTION_EXACT ? "" : "~",
		 us < 10 ? 2 : us < 1000 ? 1 : 0, us);
}

/**
 * format_duration() - A duration for people, as "5.2 us".
 * @ns: The duration.
 * @text: Filled in.
 * @size: Of @text.
 */
void format_duration(double ns, char *text, size_t size)
{
	static const char * const units[] = { "ns", "us", "ms", "s" };
	size_t unit = 0;

	for (; ns >= 999.5 && unit + 1 < ARRAY_SIZE(units); unit++)
		ns /= 1000;
	snprintf(text, size, "%.*f %s", ns < 9.95 && fabs(ns - rint(ns)) >= 0.05 ? 1 : 0, ns,
		 units[unit]);
}

/**
 * format_cell() - For a table: a duration in us, or instructions.
 * @value: In ns, or instructions.
 * @insn: Which of the two.
 * @dist: Where it is from.
 * @text: Filled in.
 * @size: Of @text.
 */
void format_cell(double value, bool insn, const struct report_dist *dist, char *text, size_t size)
{
	if (insn)
		snprintf(text, size, "%.0f", value);
	else
		format_us(value, dist, text, size);
}

/**
 * format_amount() - For people: as "5.2 us", or "12000 insn".
 * @value: In ns, or instructions.
 * @insn: Which of the two.
 * @text: Filled in.
 * @size: Of @text.
 */
void format_amount(double value, bool insn, char *text, size_t size)
{
	if (insn)
		snprintf(text, size, "%.0f insn", value);
	else
		format_duration(value, text, size);
}

/**
 * html_text() - Print text such that it is nothing but text, in attributes too.
 * @out: Where to.
 * @text: Whatever a recording says.
 */
void html_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			/* HTML does not allow control characters. */
			fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
		}
	}
}
