// SPDX-License-Identifier: GPL-2.0
/* Where reports go, and in which format. A file is written whole or not at all. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/tools.h"
#include "report/compare.h"
#include "report/histogram_2019.h"
#include "report/html.h"
#include "report/json.h"
#include "report/output.h"
#include "report/text.h"

static void write_as(FILE *out, struct report *report, enum output_format format,
		     uint64_t bucket_ns)
{
	struct report_dist holds = { 0 };

	switch (format) {
	case FORMAT_TEXT:
		write_text(out, report, bucket_ns);
		break;
	case FORMAT_JSON:
		write_json(out, report, bucket_ns);
		break;
	case FORMAT_CSV:
		write_csv(out, report);
		break;
	case FORMAT_HTML:
		write_html(out, report, bucket_ns);
		break;
	case FORMAT_BUCKETS:
		report_merged(report, WHAT_HOLD, NULL, &holds);
		write_buckets(out, &holds, bucket_ns);
		dist_free(&holds);
		break;
	}
}

/*
 * Written beside it and renamed, so that a file is whole or as it was. A pipe or a
 * device is written to: root would put a file in the place of /dev/null.
 */
static FILE *open_output(const char *path, char **temporary)
{
	struct stat status;
	FILE *out;

	*temporary = NULL;
	if (stat(path, &status) || S_ISREG(status.st_mode))
		*temporary = printed("%s.tmp.%d", path, (int)getpid());
	out = fopen(*temporary ?: path, "we");
	if (!out)
		die(EXIT_ENVIRONMENT, "cannot write %s: %s", path, strerror(errno));
	return out;
}

static void close_output(FILE *out, const char *path, char *temporary)
{
	bool failed = fflush(out) || ferror(out);

	failed |= fclose(out);
	if (failed || (temporary && rename(temporary, path))) {
		if (temporary)
			unlink(temporary);
		die(EXIT_ENVIRONMENT, "cannot write %s: %s", path, strerror(errno));
	}
	free(temporary);
}

static void write_file(const char *path, struct report *report, enum output_format format,
		       uint64_t bucket_ns)
{
	char *temporary;
	FILE *out = open_output(path, &temporary);

	write_as(out, report, format, bucket_ns);
	close_output(out, path, temporary);
}

/**
 * output_folder() - Write a report into its run folder, and to standard output.
 * @report: The report.
 * @bucket_ns: Width of the buckets of histograms, 0: chosen.
 */
void output_folder(struct report *report, uint64_t bucket_ns)
{
	static const struct {
		const char *name;
		enum output_format format;
	} files[] = {
		{ "report.txt", FORMAT_TEXT },
		{ "report.json", FORMAT_JSON },
		{ "report.html", FORMAT_HTML },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		char *path = printed("%s/%s", report->path, files[i].name);

		write_file(path, report, files[i].format, bucket_ns);
		free(path);
	}
	write_as(stdout, report, FORMAT_TEXT, bucket_ns);
	printf("\nwritten: %s/report.txt, report.json, report.html\n", report->path);
}

/**
 * output_one() - Write a report.
 * @path: The file, NULL: standard output.
 * @report: The report.
 * @format: How.
 * @bucket_ns: Width of the buckets of histograms, 0: chosen.
 */
void output_one(const char *path, struct report *report, enum output_format format,
		uint64_t bucket_ns)
{
	if (path)
		write_file(path, report, format, bucket_ns);
	else
		write_as(stdout, report, format, bucket_ns);
}

/**
 * output_comparison() - Write reports side by side.
 * @path: The file, NULL: standard output.
 * @reports: The reports, in order.
 * @nr: How many.
 * @format: FORMAT_TEXT or FORMAT_JSON.
 */
void output_comparison(const char *path, struct report **reports, size_t nr,
		       enum output_format format)
{
	char *temporary = NULL;
	FILE *out = path ? open_output(path, &temporary) : stdout;

	if (format == FORMAT_JSON)
		compare_json(out, reports, nr);
	else
		compare_text(out, reports, nr);
	if (path)
		close_output(out, path, temporary);
}
