// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps a mounted filesystem busy in the background.
 *
 * The load is about metadata, because that is what is in the device's own page cache,
 * with buffers: directories, inode tables, bitmaps and the journal. Each thread has a
 * ring of slots and empties a slot before filling it again, so that the filesystem does
 * not fill up. Further loads join in when a test asks for them:
 *   threads that only make and remove folders at the top,
 *   stress-ng's filesystem stressors,
 *   a tree that is copied with tar and removed.
 *
 * A buffer that is part of a transaction is referenced, and cannot move, until it has
 * been written back and a later commit has noticed. So there are many slots of which few
 * are being changed, commits every second, and frequent syncs.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "churn.h"
#include "faults.h"
#include "process.h"

#define SLOTS		256	/* per thread: a directory and what is in it */
#define SHELVES		16	/* directories that files are renamed to */
#define LOOK_AT		16	/* slots looked at for each that is changed */
#define SYNC_EVERY_US	300000
#define TREE_FOLDERS	24	/* of the tree that is copied */
#define TREE_FILES	16	/* in each of them */
#define QUIET_US	5000	/* between looks, when nothing is changed */
#define FULL_WAIT_US	100000

/* Longer than what fits into an inode, so that it takes a block. */
static const char target[] =
	"a/symbolic/link/to/nowhere/whose/name/does/not/fit/into/the/inode/itself";

static void empty_slot(const char *path, unsigned int slot)
{
	char name[FILESYSTEM_PATH_MAX];

	snprintf(name, sizeof(name), "%s/shelf%u/file%u", path, slot % SHELVES, slot);
	unlink(name);
	snprintf(name, sizeof(name), "%s/slot%u/link", path, slot);
	unlink(name);
	snprintf(name, sizeof(name), "%s/slot%u/symlink", path, slot);
	unlink(name);
	snprintf(name, sizeof(name), "%s/slot%u", path, slot);
	rmdir(name);
}

static int write_file(const char *name, size_t size)
{
	char data[4096];
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	ssize_t written;

	if (fd < 0)
		return -1;
	memset(data, size, sizeof(data));
	written = write(fd, data, size);
	close(fd);
	return written < 0 ? -1 : 0;
}

static int fill_slot(const char *path, unsigned int slot, bool links)
{
	char name[FILESYSTEM_PATH_MAX], other[FILESYSTEM_PATH_MAX];

	snprintf(name, sizeof(name), "%s/slot%u", path, slot);
	if (mkdir(name, 0700))
		return -1;
	snprintf(name, sizeof(name), "%s/slot%u/file", path, slot);
	if (write_file(name, 1 + slot * 8))
		return -1;
	snprintf(other, sizeof(other), "%s/slot%u/link", path, slot);
	if (links && link(name, other))
		return -1;
	snprintf(other, sizeof(other), "%s/shelf%u/file%u", path, slot % SHELVES, slot);
	if (rename(name, other))
		return -1;
	snprintf(name, sizeof(name), "%s/slot%u/symlink", path, slot);
	return links ? symlink(target, name) : 0;
}

/* Without changing anything, not even the access time. */
static void look_at_slot(const char *path, unsigned int slot)
{
	char name[FILESYSTEM_PATH_MAX], text[sizeof(target)];
	struct stat status;

	snprintf(name, sizeof(name), "%s/slot%u/symlink", path, slot);
	if (readlink(name, text, sizeof(text)) < 0)
		return;
	snprintf(name, sizeof(name), "%s/shelf%u/file%u", path, slot % SHELVES, slot);
	stat(name, &status);
}

static bool stopping(const struct churn *churn)
{
	return __atomic_load_n(&churn->stop, __ATOMIC_RELAXED);
}

static void be_nice(const struct churn *churn)
{
	if (churn->nice)
		setpriority(PRIO_PROCESS, 0, churn->nice);
}

static void thread_path(const struct churn_thread *ct, char *path, size_t size)
{
	snprintf(path, size, "%s/thread%u", ct->churn->fs->path, ct->number);
}

static int populate(const struct churn_thread *ct)
{
	char path[FILESYSTEM_PATH_MAX / 2], name[FILESYSTEM_PATH_MAX];
	unsigned int i;

	thread_path(ct, path, sizeof(path));
	if (mkdir(path, 0700))
		return -1;
	for (i = 0; i < SHELVES; i++) {
		snprintf(name, sizeof(name), "%s/shelf%u", path, i);
		if (mkdir(name, 0700))
			return -1;
	}
	for (i = 0; i < SLOTS; i++)
		if (fill_slot(path, i, !ct->churn->fs->type.no_links))
			return -1;
	return 0;
}

/* A slot could not be filled. Is that to be expected? */
static bool goes_on(struct churn_thread *ct)
{
	if (ct->churn->may_fail && errno != EIO && errno != EROFS) {
		ct->refused++;
		return true;
	}
	/* Log structured ones may be full of what was removed. */
	if (errno != ENOSPC && errno != EEXIST)
		return false;
	usleep(FULL_WAIT_US);
	return true;
}

static void *churn_main(void *argument)
{
	struct churn_thread *ct = argument;
	char path[FILESYSTEM_PATH_MAX / 2];
	unsigned int slot = 0, random = ct->number, i;

	be_nice(ct->churn);
	if (ct->churn->may_fail)
		faults_choose(gettid());
	thread_path(ct, path, sizeof(path));
	while (!stopping(ct->churn)) {
		for (i = 0; i < LOOK_AT; i++) {
			random = random * 1664525 + 1013904223;
			look_at_slot(path, (random >> 8) % SLOTS);
		}
		if (__atomic_load_n(&ct->churn->quiet, __ATOMIC_RELAXED)) {
			usleep(QUIET_US);
			continue;
		}
		empty_slot(path, slot);
		if (fill_slot(path, slot, !ct->churn->fs->type.no_links)) {
			if (goes_on(ct))
				continue;
			ct->error = errno;
			break;
		}
		slot = (slot + 1) % SLOTS;
		ct->operations++;
	}
	return NULL;
}

/* For a folder at the top, ext4 looks at every group to find the best place. */
static void *top_main(void *argument)
{
	struct churn_thread *ct = argument;
	char name[FILESYSTEM_PATH_MAX];

	be_nice(ct->churn);
	snprintf(name, sizeof(name), "%s/top%u", ct->churn->fs->path, ct->number);
	while (!stopping(ct->churn)) {
		if (mkdir(name, 0700) || rmdir(name)) {
			ct->error = errno;
			break;
		}
		ct->operations++;
	}
	return NULL;
}

static void *sync_main(void *argument)
{
	struct churn *churn = argument;

	be_nice(churn);
	while (!stopping(churn)) {
		sync();
		usleep(SYNC_EVERY_US);
	}
	return NULL;
}

static int start_thread(struct churn_thread *ct, struct torture *t,
			void *(*function)(void *argument))
{
	int rc = pthread_create(&ct->thread, NULL, function, ct);

	ct->running = !rc;
	return rc ? torture_give_up(t, TORTURE_FAIL, "no thread for the filesystem: %s",
				    strerror(rc)) : 0;
}

/**
 * churn_start() - Keep the filesystem busy in the background.
 * @churn: Zeroed; churn_end() in any case.
 * @t: The run.
 * @fs: A mounted one.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int churn_start(struct churn *churn, struct torture *t, const struct filesystem *fs)
{
	unsigned int i;

	churn->fs = fs;
	churn->stop = false;
	for (i = 0; i < CHURN_THREADS; i++) {
		churn->thread[i].churn = churn;
		churn->thread[i].number = i;
		if (populate(&churn->thread[i]))
			return torture_give_up(t, TORTURE_FAIL,
					       "the filesystem cannot be populated: %s",
					       strerror(errno));
	}
	sync();
	churn->syncing = !pthread_create(&churn->syncer, NULL, sync_main, churn);
	for (i = 0; i < CHURN_THREADS; i++)
		if (start_thread(&churn->thread[i], t, churn_main))
			return -1;
	return 0;
}

/**
 * churn_start_tops() - And with folders at the top that come and go.
 * @churn: A started one.
 * @t: The run.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int churn_start_tops(struct churn *churn, struct torture *t)
{
	unsigned int i;

	for (i = 0; i < CHURN_TOP_THREADS; i++) {
		churn->top[i].churn = churn;
		churn->top[i].number = i;
		if (start_thread(&churn->top[i], t, top_main))
			return -1;
	}
	return 0;
}

/**
 * churn_start_stress() - And with stress-ng, if it is there.
 * @churn: A started one.
 */
void churn_start_stress(struct churn *churn)
{
	bool links = !churn->fs->type.no_links;

	if (!process_has_program("stress-ng"))
		return;
	churn->stress = process_fork_group();
	if (churn->stress)
		return;
	if (chdir(churn->fs->path))
		_exit(127);
	execlp("stress-ng", "stress-ng", "--quiet", "--temp-path", churn->fs->path,
	       "--rename", "1", "--dir", "1", "--dir-dirs", "256", "--dentry", "1",
	       "--dentries", "256", "--link", links ? "1" : "0", "--symlink",
	       links ? "1" : "0", (char *)NULL);
	_exit(127);
}

static int make_tree(const char *path)
{
	char name[FILESYSTEM_PATH_MAX];
	unsigned int i, j;

	for (i = 0; i < TREE_FOLDERS; i++) {
		snprintf(name, sizeof(name), "%s/folder%u", path, i);
		if (mkdir(name, 0700))
			return -1;
		for (j = 0; j < TREE_FILES; j++) {
			snprintf(name, sizeof(name), "%s/folder%u/file%u", path, i, j);
			if (write_file(name, 1 + (i * TREE_FILES + j) * 10))
				return -1;
		}
	}
	return 0;
}

/**
 * churn_start_tar() - And with a tree that tar copies and rm removes, again and again.
 * @churn: A started one.
 * @t: The run.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int churn_start_tar(struct churn *churn, struct torture *t)
{
	static const char copy[] =
		"while :; do mkdir copy; tar -cf - tree | tar -xof - -C copy; rm -rf copy; done";
	char path[FILESYSTEM_PATH_MAX / 2];

	snprintf(path, sizeof(path), "%s/tree", churn->fs->path);
	if (mkdir(path, 0700) || make_tree(path))
		return torture_give_up(t, TORTURE_FAIL, "no tree to copy: %s",
				       strerror(errno));
	churn->tar = process_fork_group();
	if (churn->tar)
		return 0;
	process_silence();
	if (!chdir(churn->fs->path))
		execlp("sh", "sh", "-c", copy, (char *)NULL);
	_exit(127);
}

/**
 * churn_quiet() - Let its own threads look at what there is, and change nothing.
 * @churn: A started one. What has begun may still be going on.
 * @quiet: Or as before.
 */
void churn_quiet(struct churn *churn, bool quiet)
{
	__atomic_store_n(&churn->quiet, quiet, __ATOMIC_RELAXED);
}

static void end_thread(struct churn_thread *ct, struct torture *t)
{
	if (!ct->running)
		return;
	pthread_join(ct->thread, NULL);
	ct->running = false;
	ct->churn->operations += ct->operations;
	ct->churn->refused += ct->refused;
	ct->operations = 0;
	ct->refused = 0;
	if (ct->error)
		torture_give_up(t, TORTURE_FAIL, "the filesystem's load ended early: %s",
				strerror(ct->error));
}

/**
 * churn_end() - End the load, all of it.
 * @churn: Zeroed, or started as far as it got.
 * @t: The run; fails if the load met an error.
 */
void churn_end(struct churn *churn, struct torture *t)
{
	unsigned int i;

	__atomic_store_n(&churn->stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < CHURN_THREADS; i++)
		end_thread(&churn->thread[i], t);
	for (i = 0; i < CHURN_TOP_THREADS; i++)
		end_thread(&churn->top[i], t);
	if (churn->syncing)
		pthread_join(churn->syncer, NULL);
	churn->syncing = false;
	process_end_group(&churn->tar);
	process_end_group(&churn->stress);
}
