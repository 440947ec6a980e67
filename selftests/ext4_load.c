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
#include "sysfs.h"
#include "torture.h"

#define DEVICE_KIB		(256 * 1024)
#define BATCH			512	/* pages per call */
#define COMPACT_EVERY_US	100000
#define ORDERED			"data=ordered,commit=1"

static void *compact_main(void *argument)
{
	const bool *stop = argument;

	while (!__atomic_load_n(stop, __ATOMIC_RELAXED) &&
	       !sysfs_write("/proc/sys/vm/compact_memory", "1"))
		usleep(COMPACT_EVERY_US);
	return NULL;
}

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

/* Return: 0, or -1 with t->reason. */
static int run_load(struct torture *t, struct filesystem *fs, struct churn *churn,
		    struct mover *mover, int argc, char **argv)
{
	pthread_t compactor;
	bool compacting = false, stop = false;

	if (device_get(&t->device, DEVICE_NONE, DEVICE_KIB, t->reason, sizeof(t->reason)) ||
	    filesystem_make(fs, t, atoi(argv[1]), ORDERED) || churn_start(churn, t, fs))
		return -1;
	if (wants(argc, argv, "move_pages") &&
	    (mover_open_device(mover, t, FILESYSTEM_METADATA_BYTES, BATCH, t->reason,
			       sizeof(t->reason)) || mover_start(mover)))
		return -1;
	if (wants(argc, argv, "compaction"))
		compacting = !pthread_create(&compactor, NULL, compact_main, &stop);
	sigaction(SIGTERM, &(struct sigaction){ .sa_handler = on_signal }, NULL);
	sigaction(SIGINT, &(struct sigaction){ .sa_handler = on_signal }, NULL);
	printf("# ext4_load: at work\n");
	fflush(stdout);
	sleep(t->duration_s);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	if (compacting)
		pthread_join(compactor, NULL);
	return 0;
}

int main(int argc, char **argv)
{
	struct filesystem fs = { 0 };
	struct churn churn = { 0 };
	struct mover mover = { 0 };
	struct torture t;
	int rc;

	torture_init(&t, "ext4_load", NULL);
	if (!known(argc, argv)) {
		fprintf(stderr, "usage: ext4_load 1024|2048|4096 [compaction|move_pages]...\n");
		return 2;
	}
	rc = t.result == TORTURE_UNDECIDED ? run_load(&t, &fs, &churn, &mover, argc, argv) : -1;
	if (mover.running)
		mover_close(&mover);
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
