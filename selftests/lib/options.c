// SPDX-License-Identifier: GPL-2.0
/*
 * The environment variables of the tests, checked.
 *
 * kselftest's runner passes no arguments. So the environment is the only way in, on the
 * live machine as in the VM.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

static int read_number(const char *name, unsigned int preset, unsigned int min,
		       unsigned int max, unsigned int *value, char *reason,
		       size_t size)
{
	const char *text = getenv(name);
	unsigned long long parsed;
	char *end;

	*value = preset;
	if (!text || !*text)
		return 0;
	errno = 0;
	parsed = strtoull(text, &end, 10);
	if (errno || *end || *text < '0' || *text > '9' || parsed < min ||
	    parsed > max) {
		snprintf(reason, size, "%s=%s is not a number from %u to %u",
			 name, text, min, max);
		return -1;
	}
	*value = parsed;
	return 0;
}

static const char *text_or(const char *name, const char *preset)
{
	const char *text = getenv(name);

	return text && *text ? text : preset;
}

/**
 * options_read() - Read all of them.
 * @options: Where to; incomplete after an error.
 * @reason: One line that names the bad value.
 * @size: Of @reason.
 *
 * Return: 0, or -1. A strategy's name is the module's to judge.
 */
int options_read(struct torture_options *options, char *reason, size_t size)
{
	int bad;

	options->seed = 1;
	options->strategy = text_or("BHT_STRATEGY", "kernel");
	options->device = text_or("BHT_DEVICE", NULL);
	options->module = text_or("BHT_MODULE", NULL);
	options->params = text_or("BHT_MODULE_PARAMS", "");
	options->only = text_or("BHT_ONLY", "*");
	options->rows = text_or("BHT_ROWS", "*");
	options->no_virtio = text_or("BHT_NO_VIRTIO", NULL);
	options->keep_going = text_or("BHT_KEEP_GOING", NULL);
	options->brief = text_or("BHT_BRIEF", NULL);
	bad = read_number("BHT_DURATION", 10, 1, OPTIONS_DURATION_MAX_S,
			  &options->duration_s, reason, size);
	if (!bad)
		bad = read_number("BHT_CYCLES", 0, 0, 1000000, &options->cycles,
				  reason, size);
	if (!bad)
		bad = read_number("BHT_JITTER_US", 0, 0, 10000,
				  &options->jitter_us, reason, size);
	if (!bad)
		bad = read_number("BHT_ENOUGH", 0, 0, 1000, &options->enough, reason,
				  size);
	if (bad)
		return bad;
	return read_number("BHT_SEED", 1, 0, UINT32_MAX, &options->seed, reason,
			   size);
}
