// SPDX-License-Identifier: GPL-2.0
/*
 * Metadata that is dropped from memory, and read again while its folios move: the
 * oracle `cold_read`.
 *
 * A buffer that is not up to date may be locked because it is being read, or because its
 * folio is being moved. Whoever takes the one for the other finds no data, and reports
 * an error that no device has had (as ext4 did before 0b73284c564d).
 *
 * So folders with a link that needs a block of its own are looked at in random order:
 * of the blocks in a folio, some have been read and others have not. Such folios are never
 * mapped, because a fault reads all of a page. Compaction has to move them.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cold.h"
#include "meminfo.h"
#include "progress.h"
#include "sysfs.h"

#define FOLDERS		500	/* the fewer there are, the more often each moves */
#define THREADS		2
#define DROP_EVERY	300	/* folders that a thread looks at */
#define DROP		"/proc/sys/vm/drop_caches"

/* What the link of a folder says; too long for an inode. */
static void target_of(unsigned int folder, char *text, size_t size)
{
	snprintf(text, size, "%s/%u",
		 "a/link/whose/name/does/not/fit/into/the/inode/itself/and/takes/a/block/so",
		 folder);
}

static void failed(struct cold *cold, const char *what, unsigned int folder)
{
	pthread_mutex_lock(&cold->lock);
	if (!cold->failures++)
		snprintf(cold->reason, sizeof(cold->reason), "%s of folder %u: %s", what,
			 folder, errno ? strerror(errno) : "not what was written");
	pthread_mutex_unlock(&cold->lock);
}

static void read_link(struct cold *cold, unsigned int folder)
{
	char name[FILESYSTEM_PATH_MAX], text[128] = "", target[128];

	target_of(folder, target, sizeof(target));
	snprintf(name, sizeof(name), "%s/folder%u/link", cold->path, folder);
	errno = 0;
	if (readlink(name, text, sizeof(text) - 1) < 0 || strcmp(text, target))
		failed(cold, "the link", folder);
}

static void read_folder(struct cold *cold, unsigned int folder)
{
	char name[FILESYSTEM_PATH_MAX];
	unsigned int entries = 0;
	DIR *dir;

	snprintf(name, sizeof(name), "%s/folder%u", cold->path, folder);
	errno = 0;
	dir = opendir(name);
	if (dir) {
		while (readdir(dir))
			entries++;
		closedir(dir);
	}
	/* Itself, the one above, and the link. */
	if (!dir || errno || entries != 3)
		failed(cold, "the entries", folder);
	else
		read_link(cold, folder);
}

static void drop(struct cold *cold)
{
	if (sysfs_write(DROP, "3"))
		return;
	pthread_mutex_lock(&cold->lock);
	cold->drops++;
	pthread_mutex_unlock(&cold->lock);
}

static void *cold_main(void *argument)
{
	struct cold_thread *ct = argument;

	while (!__atomic_load_n(&ct->cold->stop, __ATOMIC_RELAXED)) {
		ct->random = ct->random * 1664525 + 1013904223;
		read_folder(ct->cold, (ct->random >> 8) % FOLDERS);
		if (!(++ct->visits % DROP_EVERY))
			drop(ct->cold);
	}
	return NULL;
}

static int make_folders(const struct cold *cold)
{
	char name[FILESYSTEM_PATH_MAX], target[128];
	unsigned int i;

	if (mkdir(cold->path, 0700))
		return -1;
	for (i = 0; i < FOLDERS; i++) {
		snprintf(name, sizeof(name), "%s/folder%u", cold->path, i);
		if (mkdir(name, 0700))
			return -1;
		target_of(i, target, sizeof(target));
		snprintf(name, sizeof(name), "%s/folder%u/link", cold->path, i);
		if (symlink(target, name))
			return -1;
	}
	sync();
	return 0;
}

/**
 * cold_start() - Keep dropping and reading metadata in the background.
 * @cold: Zeroed but for the number of threads; cold_stop() in any case.
 * @t: The run.
 * @fs: A mounted one, which has links.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int cold_start(struct cold *cold, struct torture *t, const struct filesystem *fs)
{
	unsigned int i;
	int rc;

	snprintf(cold->path, sizeof(cold->path), "%s/cold", fs->path);
	pthread_mutex_init(&cold->lock, NULL);
	cold->threads = cold->threads ?: THREADS;
	if (make_folders(cold))
		return torture_give_up(t, TORTURE_FAIL, "no folders in %s: %s", cold->path,
				       strerror(errno));
	drop(cold);
	cold->read_before = vmstat_events("pgpgin");
	for (i = 0; i < cold->threads; i++) {
		cold->thread[i].cold = cold;
		cold->thread[i].random = t->options.seed + i;
		rc = pthread_create(&cold->thread[i].thread, NULL, cold_main,
				    &cold->thread[i]);
		if (rc)
			return torture_give_up(t, TORTURE_FAIL, "no thread that reads: %s",
					       strerror(rc));
		cold->thread[i].running = true;
	}
	return 0;
}

/**
 * cold_look() - Has anything that was read been wrong?
 * @cold: Started.
 * @t: The running torture, which is over if so.
 */
void cold_look(struct cold *cold, struct torture *t)
{
	pthread_mutex_lock(&cold->lock);
	if (cold->failures)
		torture_violated(t, "cold_read", "%s", cold->reason);
	pthread_mutex_unlock(&cold->lock);
}

/**
 * cold_stop() - End the threads; what they have read is in @cold then.
 * @cold: Zeroed, or started as far as it got.
 */
void cold_stop(struct cold *cold)
{
	unsigned int i;

	__atomic_store_n(&cold->stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < COLD_THREADS_MOST; i++) {
		if (!cold->thread[i].running)
			continue;
		pthread_join(cold->thread[i].thread, NULL);
		cold->thread[i].running = false;
		cold->read_kib = vmstat_events("pgpgin") - cold->read_before;
	}
}
