// SPDX-License-Identifier: GPL-2.0
/*
 * What the module says of a run: stats.json in its debugfs folder.
 */
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "module.h"
#include "stats.h"
#include "sysfs.h"

#define STATS_JSON	MODULE_FOLDER "/stats.json"

/* Held while one reading replaces another. */
static pthread_mutex_t replacing = PTHREAD_MUTEX_INITIALIZER;

/* That many do not fit into 63 bits. */
#define INTEGER_DIGITS	19

/* The length of the string or number that a text begins with, or of what is before one. */
static size_t token_length(const char *text)
{
	const char *end = text + 1;

	if (*text == '"') {
		while (*end && *end != '"')
			end += *end == '\\' && end[1] ? 2 : 1;
		return end - text + !!*end;
	}
	if (isdigit(*text))
		return strspn(text, "0123456789");
	return strcspn(text, "\"0123456789");
}

/*
 * A stale_write may have hit eight bytes that are any number. A module that writes
 * such a number as a number, not as a string, writes more than jansson can read.
 * Return: the same with large numbers as strings, to be freed, or NULL.
 */
static char *quote_big_numbers(const char *text)
{
	char *quoted = malloc(2 * strlen(text) + 1);
	char *out = quoted;
	size_t length;
	bool big;

	for (; quoted && *text; text += length) {
		length = token_length(text);
		big = isdigit(*text) && length >= INTEGER_DIGITS;
		if (big)
			*out++ = '"';
		memcpy(out, text, length);
		out += length;
		if (big)
			*out++ = '"';
	}
	if (quoted)
		*out = '\0';
	return quoted;
}

/**
 * stats_parse() - Take what the tests judge by out of stats.json.
 * @stats: Where to; an earlier reading in it is released.
 * @text: The file's contents.
 * @reason: What is wrong with it.
 * @size: Of @reason.
 *
 * Return: 0 or -1 with @stats unchanged.
 */
int stats_parse(struct torture_stats *stats, const char *text, char *reason,
		size_t size)
{
	const char *verdict, *oracle;
	json_t *json, *violations, *count;
	json_int_t elapsed, lookups, exposures, window, moved, large = 0;
	json_error_t error = { .text = "out of memory" };
	char *quoted = quote_big_numbers(text);

	json = quoted ? json_loads(quoted, 0, &error) : NULL;
	free(quoted);
	if (!json) {
		snprintf(reason, size, STATS_JSON ": line %d: %s",
			 error.line, error.text);
		return -1;
	}
	if (json_unpack_ex(json, &error, 0, "{sI sI sI sI s{sI s?I} so ss}",
			   "elapsed_ms", &elapsed, "lookups", &lookups,
			   "exposures", &exposures, "window_exposures", &window,
			   "migrations", "moved_with_buffers", &moved, "large_moved",
			   &large, "violations", &violations, "verdict", &verdict)) {
		snprintf(reason, size, STATS_JSON ": %s", error.text);
		json_decref(json);
		return -1;
	}
	pthread_mutex_lock(&replacing);
	stats_release(stats);
	stats->json = json;
	stats->elapsed_ms = elapsed;
	stats->lookups = lookups;
	stats->exposures = exposures;
	stats->window_exposures = window;
	stats->migrations = moved;
	stats->large = large;
	stats->verdict_fail = !strcmp(verdict, "fail");
	stats->violations = 0;
	json_object_foreach(violations, oracle, count)
		stats->violations += json_integer_value(count);
	pthread_mutex_unlock(&replacing);
	return 0;
}

/**
 * stats_read() - Read the module's statistics.
 * @stats: Where to, as stats_parse().
 * @reason: Why they cannot be read.
 * @size: Of @reason.
 *
 * Return: 0 or -1.
 */
int stats_read(struct torture_stats *stats, char *reason, size_t size)
{
	char *text = sysfs_read_all(STATS_JSON);
	int rc;

	if (!text) {
		snprintf(reason, size, STATS_JSON ": %s", strerror(errno));
		return -1;
	}
	rc = stats_parse(stats, text, reason, size);
	free(text);
	return rc;
}

/**
 * stats_freeze() - No later reading replaces the present ones.
 *
 * For a thread that judges while another may still be reading, and then ends the
 * process: whoever wants to replace a reading waits for that.
 */
void stats_freeze(void)
{
	pthread_mutex_lock(&replacing);
}

/**
 * stats_number() - One of the module's counters.
 * @stats: A reading.
 * @key: Its name in stats.json.
 *
 * Return: its value, 0 when there is none.
 */
unsigned long long stats_number(const struct torture_stats *stats, const char *key)
{
	return json_integer_value(json_object_get(stats->json, key));
}

/**
 * stats_prefer_corruption() - Let the first violation be one that did harm.
 * @stats: A final reading.
 *
 * A null_atomic is often first where the kernel corrupts data, too; whoever reads
 * one violation only wants to read about that.
 */
void stats_prefer_corruption(struct torture_stats *stats)
{
	static const char harmless[] = "null_atomic";
	json_t *first = json_object_get(stats->json, "first_violation");
	const char *oracle = json_string_value(json_object_get(first, "oracle"));
	json_t *all = json_object_get(stats->json, "first_by_oracle");
	json_int_t ms, earliest = -1;

	if (!oracle || strcmp(oracle, harmless))
		return;
	json_object_foreach(all, oracle, first) {
		ms = json_integer_value(json_object_get(first, "ms"));
		if (!strcmp(oracle, harmless) || (earliest >= 0 && ms >= earliest))
			continue;
		earliest = ms;
		json_object_set(stats->json, "first_violation", first);
	}
}

/**
 * stats_release() - Forget a reading.
 * @stats: The reading, zeroed before its first use.
 */
void stats_release(struct torture_stats *stats)
{
	json_decref(stats->json);
	memset(stats, 0, sizeof(*stats));
}
