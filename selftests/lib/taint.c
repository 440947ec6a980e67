// SPDX-License-Identifier: GPL-2.0
/*
 * Has the kernel complained? KASAN's reports, warnings and sleeping in atomic
 * context taint it, so that a test can end at the first one.
 */
#include <stdio.h>

#include "torture.h"

/**
 * taint_read() - /proc/sys/kernel/tainted, 0 if it cannot be read.
 */
unsigned long taint_read(void)
{
	FILE *file = fopen("/proc/sys/kernel/tainted", "r");
	unsigned long taint = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%lu", &taint) != 1)
		taint = 0;
	fclose(file);
	return taint;
}

/**
 * taint_changed() - Has it complained since?
 * @t: The run; fails if so.
 * @former: taint_read() once the module was loaded, which taints, too.
 */
bool taint_changed(struct torture *t, unsigned long former)
{
	unsigned long taint = taint_read();

	if (taint == former)
		return false;
	torture_give_up(t, TORTURE_FAIL,
			"the kernel complained, see its log (tainted: %lu before, %lu now)",
			former, taint);
	return true;
}
