// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests: the kernel's files, on files in /tmp, and the median of what is read.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "median.h"
#include "sysfs.h"
#include "unit.h"

static void test_median(void)
{
	static const double five[] = { 7, 1, 3, 3, 9 }, two[] = { 4, 2 };

	check(median(five, 5) == 3 && median(two, 2) == 4 && median(five, 1) == 7 &&
	      median(five, 0) == 0, "the median is the one in the middle", "");
}

void test_sysfs(void)
{
	char path[] = "/tmp/bhtorture-unit.XXXXXX", text[16] = "as before", former[16];
	int fd = mkstemp(path);
	char *all;

	test_median();
	if (fd < 0 || write(fd, "12 kB\nmore\n", 11) != 11) {
		check(false, "files are read", "no file could be made in /tmp");
		return;
	}
	close(fd);
	check(!sysfs_read(path, text, sizeof(text)) && !strcmp(text, "12 kB"),
	      "the first line is read", text);
	check(!sysfs_read(path, text, 3) && !strcmp(text, "12"), "or what fits", text);
	check(sysfs_number(path) == 12, "so is a number", "");
	all = sysfs_read_all(path);
	check(all && !strcmp(all, "12 kB\nmore\n"), "and the whole file", all ?: "none");
	free(all);

	check(!sysfs_change(path, "new", former, sizeof(former)) &&
	      !strcmp(former, "12 kB") && !sysfs_read(path, text, sizeof(text)) &&
	      !strncmp(text, "new", 3), "a setting is changed, what it was is known", text);
	sysfs_restore(path, former);
	check(sysfs_number(path) == 12, "and put back", "");
	unlink(path);
	check(sysfs_read(path, text, sizeof(text)) && !sysfs_read_all(path) &&
	      sysfs_number(path) == -1, "a file that is missing is noticed", "");
	check(!sysfs_change(path, "new", former, sizeof(former)) && !former[0] &&
	      access(path, F_OK), "a setting that is missing is left alone", former);
}
