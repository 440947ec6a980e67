// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that change the same few blocks of metadata, and commits, one after the other.
 *
 * A buffer that one transaction still writes out and the next one changes goes from the
 * one to the other at the end of a commit. Who joins it just then (ext4's
 * jbd2_journal_dirty_metadata()) looks at what the commit changes. So inodes of one block
 * get new time stamps all the time, from several threads, and one of these asks for a commit
 * each time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commits.h"

static void *commits_main(void *argument)
{
	struct commits *commits = argument;
	unsigned int i = __atomic_fetch_add(&commits->started, 1, __ATOMIC_RELAXED);

	while (!__atomic_load_n(&commits->stop, __ATOMIC_RELAXED)) {
		if (futimens(commits->file[i], NULL) || (!i && fsync(commits->file[i]))) {
			commits->error = errno;
			break;
		}
		__atomic_fetch_add(&commits->changes, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/**
 * commits_start() - Make the files, and begin.
 * @commits: Zeroed; commits_stop() in any case.
 * @t: The run.
 * @fs: Mounted, with room for a few files.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int commits_start(struct commits *commits, struct torture *t, const struct filesystem *fs)
{
	char name[FILESYSTEM_PATH_MAX];
	unsigned int i;

	for (i = 0; i < COMMITS_THREADS; i++) {
		snprintf(name, sizeof(name), "%s/commit%u", fs->path, i);
		commits->file[i] = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (commits->file[i] < 0)
			return torture_give_up(t, TORTURE_FAIL, "%s: %s", name, strerror(errno));
	}
	for (i = 0; i < COMMITS_THREADS; i++)
		if (pthread_create(&commits->thread[i], NULL, commits_main, commits)) {
			commits->thread[i] = 0;
			return torture_give_up(t, TORTURE_FAIL, "no thread that changes inodes");
		}
	return 0;
}

/**
 * commits_stop() - End the threads, close the files.
 * @commits: Zeroed, or started as far as it got.
 * @t: The run; fails if an inode could not be changed.
 */
void commits_stop(struct commits *commits, struct torture *t)
{
	unsigned int i;

	__atomic_store_n(&commits->stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < COMMITS_THREADS; i++)
		if (commits->thread[i])
			pthread_join(commits->thread[i], NULL);
	for (i = 0; i < COMMITS_THREADS; i++)
		if (commits->file[i] > 0)
			close(commits->file[i]);
	if (commits->error)
		torture_give_up(t, TORTURE_FAIL, "an inode could not be changed: %s",
				strerror(commits->error));
}
