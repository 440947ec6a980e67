// SPDX-License-Identifier: GPL-2.0
/*
 * Allocations that the kernel lets fail on purpose, those of chosen threads only: failslab
 * and fail_page_alloc (CONFIG_FAILSLAB, CONFIG_FAIL_PAGE_ALLOC, as the flavour debug has).
 */
#include <stdio.h>

#include "faults.h"
#include "sysfs.h"

#define DEBUGFS		"/sys/kernel/debug/"

static int set(const char *kind, const char *name, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUGFS "%s/%s", kind, name);
	return sysfs_write(path, value);
}

static bool start(const char *kind, unsigned int percent, bool may_sleep)
{
	char probability[16];

	snprintf(probability, sizeof(probability), "%u", percent);
	return !set(kind, "task-filter", "Y") &&
	       !set(kind, "ignore-gfp-wait", may_sleep ? "N" : "Y") &&
	       !set(kind, "verbose", "0") &&
	       !set(kind, "interval", "1") &&
	       !set(kind, "times", "-1") &&
	       !set(kind, "probability", probability);
}

/**
 * faults_start() - From now on allocations of the chosen threads fail, silently.
 * @percent: How many of them.
 * @may_sleep: Those, too, that could wait for memory. None of __GFP_NOFAIL does.
 *
 * Return: false where the kernel cannot do that.
 */
bool faults_start(unsigned int percent, bool may_sleep)
{
	return start("failslab", percent, may_sleep) &&
	       start("fail_page_alloc", percent, may_sleep);
}

/**
 * faults_end() - Nobody's allocations fail any more. May be called in any case.
 */
void faults_end(void)
{
	set("failslab", "probability", "0");
	set("fail_page_alloc", "probability", "0");
}

/**
 * faults_choose() - This thread may be refused memory.
 * @thread: Its id as gettid(2) gives it; kernel threads have one, too.
 *
 * Return: 0, or -1 with errno.
 */
int faults_choose(pid_t thread)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/make-it-fail", thread);
	return sysfs_write(path, "1");
}
