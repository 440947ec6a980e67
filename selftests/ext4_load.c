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
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "churn.h"
#include "clock.h"
#include "filesystem.h"
#include "mover.h"
#include "reader.h"
#include "source.h"
#include "torture.h"

#define DEVICE_KIB		(256 * 1024)
#define BATCH			64	/* pages per call, without those of each call */
#define TIMES			32	/* that each of these is moved */
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

/* What is looked up most is moved most. Return: 0, or -1 with t->reason. */
static int start_mover(struct mover *mover, struct torture *t, const struct reader *reader)
{
	if (mover_open_device(mover, t, FILESYSTEM_METADATA_BYTES, BATCH, t->reason,
			      sizeof(t->reason)) ||
	    mover_repeat(mover, reader->page, reader->nr_pages, TIMES, t->reason,
			 sizeof(t->reason)))
		return -1;
	return mover_start(mover);
}

/* Return: 0, or -1 with t->reason. */
static int run_load(struct torture *t, struct filesystem *fs, struct churn *churn,
		    struct mover *mover, struct source *compaction, struct reader *reader,
		    int argc, char **argv)
{
	if (device_get(&t->device, DEVICE_NONE, DEVICE_KIB, t->reason, sizeof(t->reason)) ||
	    filesystem_make(fs, t, atoi(argv[1]), ORDERED) || reader_make(t, fs) ||
	    filesystem_unmount(fs, t) || filesystem_mount(fs, t, false) ||
	    reader_start(reader, t, fs) || churn_start(churn, t, fs))
		return -1;
	if (wants(argc, argv, "move_pages") && start_mover(mover, t, reader))
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
	struct churn churn = { .nice = 10 };
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
