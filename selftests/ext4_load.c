// SPDX-License-Identifier: GPL-2.0
/*
 * ext4_load - the load of watch_ext4 without the module: a busy ext4 whose metadata is
 * made to move. For those who watch the kernel by other means; not a test.
 *
 *   ext4_load BLOCK_SIZE [compaction|move_pages]...
 *
 * Lasts for BHT_DURATION seconds or until SIGTERM, and says how many operations of the
 * filesystem it did. With no source both move folios. Exits 0, or 1 with one line.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "churn.h"
#include "clock.h"
#include "filesystem.h"
#include "mover.h"
#include "source.h"
#include "torture.h"

#define DEVICE_KIB		(256 * 1024)
#define BATCH			512	/* pages per call */
/*
 * The directory at the top is read and read again: ext4 puts those below it elsewhere, out
 * of the mover's reach (find_group_orlov()). What changes is part of a transaction most of
 * the time, and its buffers are referenced by the journal: they are looked up, but do not
 * move.
 */
#define READ_NAMES		160	/* of 250 bytes: some twenty blocks of 2 KiB */
#define READ_EVERY_US		1000
#define ORDERED			"data=ordered,commit=1"

static bool wants(int argc, char **argv, const char *source)
{
	int i;

	for (i = 2; i < argc; i++)
		if (!strcmp(argv[i], source))
			return true;
	return argc <= 2;
}

static bool known(int argc, char **argv)
{
	int i;

	for (i = 2; i < argc; i++)
		if (strcmp(argv[i], "compaction") && strcmp(argv[i], "move_pages"))
			return false;
	return argc > 1 && (!strcmp(argv[1], "1024") || !strcmp(argv[1], "2048") ||
			    !strcmp(argv[1], "4096"));
}

/* It ends the sleep. */
static void on_signal(int signal)
{
	(void)signal;
}

struct reader {
	char path[FILESYSTEM_PATH_MAX];
	pthread_t thread;
	bool running, stop;
};

static int reader_fill(struct reader *reader, struct torture *t, struct filesystem *fs)
{
	char name[FILESYSTEM_PATH_MAX + 256];
	int i, fd;

	snprintf(reader->path, sizeof(reader->path), "%s", fs->path);
	for (i = 0; i < READ_NAMES; i++) {
		snprintf(name, sizeof(name), "%s/%0250d", reader->path, i);
		fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			return torture_give_up(t, TORTURE_FAIL, "cannot make %s: %s", name,
					       strerror(errno));
		close(fd);
	}
	/* The journal lets go of its buffers at the end, not when they have been written. */
	if (filesystem_unmount(fs, t))
		return -1;
	return filesystem_mount(fs, t, false);
}

static void *reader_main(void *argument)
{
	struct reader *reader = argument;
	DIR *dir = opendir(reader->path);

	while (dir && !__atomic_load_n(&reader->stop, __ATOMIC_RELAXED)) {
		while (readdir(dir))
			;
		rewinddir(dir);
		usleep(READ_EVERY_US);	/* who moves needs a CPU, too */
	}
	if (dir)
		closedir(dir);
	return NULL;
}

static void reader_end(struct reader *reader)
{
	__atomic_store_n(&reader->stop, true, __ATOMIC_RELAXED);
	if (reader->running)
		pthread_join(reader->thread, NULL);
}

/* Return: 0, or -1 with t->reason. */
static int run_load(struct torture *t, struct filesystem *fs, struct churn *churn,
		    struct mover *mover, struct source *compaction, struct reader *reader,
		    int argc, char **argv)
{
	if (device_get(&t->device, DEVICE_NONE, DEVICE_KIB, t->reason, sizeof(t->reason)) ||
	    filesystem_make(fs, t, atoi(argv[1]), ORDERED) || reader_fill(reader, t, fs) ||
	    churn_start(churn, t, fs))
		return -1;
	reader->running = !pthread_create(&reader->thread, NULL, reader_main, reader);
	if (wants(argc, argv, "move_pages") &&
	    (mover_open_device(mover, t, FILESYSTEM_METADATA_BYTES, BATCH, t->reason,
			       sizeof(t->reason)) || mover_start(mover)))
		return -1;
	if (wants(argc, argv, "compaction") &&
	    (source_open(compaction, &source_compaction, t) || source_start(compaction)))
		return torture_give_up(t, compaction->result, "%s", compaction->reason);
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = on_signal }, NULL);
	sigaction(SIGINT, &(struct sigaction){ .sa_handler = on_signal }, NULL);
	printf("# ext4_load: at work\n");
	fflush(stdout);
	sleep(t->duration_s);
	return 0;
}

int main(int argc, char **argv)
{
	struct filesystem fs = { 0 };
	struct churn churn = { 0 };
	struct mover mover = { 0 };
	struct source compaction = { 0 };
	struct reader reader = { 0 };
	struct torture t;
	int rc;

	torture_init(&t, "ext4_load", NULL);
	if (!known(argc, argv)) {
		fprintf(stderr, "usage: ext4_load 1024|2048|4096 [compaction|move_pages]...\n");
		return 2;
	}
	rc = t.result == TORTURE_UNDECIDED ?
	     run_load(&t, &fs, &churn, &mover, &compaction, &reader, argc, argv) : -1;
	if (mover.running)
		mover_close(&mover);
	source_stop(&compaction);
	if (compaction.ops)
		json_decref(source_close(&compaction));
	reader_end(&reader);
	churn_end(&churn, &t);
	filesystem_end(&fs, &t, !rc);
	device_put(&t.device);
	if (rc || t.result != TORTURE_UNDECIDED) {
		fprintf(stderr, "ext4_load: %s\n", t.reason);
		return 1;
	}
	printf("# ext4_load: %llu operations\n", churn.operations);
	return 0;
}
