// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests: files whose contents are known.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contents.h"
#include "unit.h"

static void corrupt(const struct contents *contents)
{
	char name[FILESYSTEM_PATH_MAX];
	unsigned int i;
	FILE *file;
	int byte;

	for (i = 0; i < CONTENTS_FILES; i++) {
		if (!contents->file[i].size)
			continue;
		snprintf(name, sizeof(name), "%s/file%u", contents->path, i);
		file = fopen(name, "r+");
		if (!file)
			continue;
		fseek(file, contents->file[i].size - 1, SEEK_SET);
		byte = fgetc(file);
		fseek(file, contents->file[i].size - 1, SEEK_SET);
		fputc(byte ^ 1, file);
		fclose(file);
		return;
	}
}

void test_contents(void)
{
	char folder[] = "/tmp/bht-unit.XXXXXX", command[64];
	struct torture t = { .result = TORTURE_UNDECIDED };
	struct contents contents = { .running = false };
	int tries;

	if (!mkdtemp(folder) || contents_start(&contents, &t, folder)) {
		check(false, "files are written and compared", t.reason);
		return;
	}
	for (tries = 0; tries < 200 && !contents.compared; tries++)
		usleep(20000);
	contents_stop(&contents, &t);
	contents_compare(&contents, &t);
	check(contents.written && contents.compared && t.result == TORTURE_UNDECIDED,
	      "files that were written and synced are as they were", t.reason);
	corrupt(&contents);
	contents_compare(&contents, &t);
	check(t.result == TORTURE_FAIL && strstr(t.reason, "differs from byte"),
	      "one wrong byte in one of them is noticed", t.reason);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	check(!system(command), "and they can be removed", command);
}
