// SPDX-License-Identifier: GPL-2.0
/*
 * peers - runs one of the suites that people use today. The module watches all devices
 * meanwhile and counts migrations of folios with buffers, and does nothing else. `make
 * peers` runs each suite beside our own tests.
 *
 *   kselftest_migration   tools/testing/selftests/mm (vm) migration
 *   kselftest_compaction  and compaction_test of the same folder
 *   stress_ng_numa        its --numa: mbind, migrate_pages, move_pages (it has no
 *                         stressor of its own for migrate_pages)
 *   stress_ng_memory      its others that move pages or make the kernel do so
 *   fsstress_compaction   as fstests' generic/750: an ext4 with 2 KiB blocks under
 *                         metadata load, memory compacted every 5 s
 *
 * A suite is started again when it ends before the time is over. It has detected a bug
 * if its exit status, the filesystem's checker or the kernel says so. No oracle of ours
 * is asked.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kselftest_harness.h"
#include "filesystem.h"
#include "process.h"
#include "sysfs.h"
#include "torture.h"

#define DEVICE_KIB	(256 * 1024)
#define BLOCK_SIZE	2048
#define COMPACT_EVERY_S	5
#define LOOK_EVERY_US	50000
#define RESTART_US	200000	/* for one that ends at once */
#define ORDERED		"data=ordered"

/* What moves the most metadata folios of ext4. */
#define METADATA_CHURN	"--rename 1 --dir 1 --link 1 --symlink 1 --dentry 1"

/* Nobody but the suite takes references, nobody keeps pages. */
#define ONLY_COUNT	"prober=0 quarantine_folios=0 count_others=1"

FIXTURE(peers) {
	struct torture torture;
	struct filesystem fs;
	unsigned int runs;	/* that ended by themselves */
};

FIXTURE_VARIANT(peers) {
	const char *name;
	const char *command;
	bool filesystem;	/* in which it runs, and memory is compacted */
};

FIXTURE_VARIANT_ADD(peers, kselftest_migration) {
	.name = "kselftest_migration",
	.command = "migration",
};

FIXTURE_VARIANT_ADD(peers, kselftest_compaction) {
	.name = "kselftest_compaction",
	.command = "compaction_test",
};

FIXTURE_VARIANT_ADD(peers, stress_ng_numa) {
	.name = "stress_ng_numa",
	.command = "stress-ng --numa 2",
};

FIXTURE_VARIANT_ADD(peers, stress_ng_memory) {
	.name = "stress_ng_memory",
	.command = "stress-ng --memhotplug 1 --pagemove 1 --madvise 1",
};

FIXTURE_VARIANT_ADD(peers, fsstress_compaction) {
	.name = "fsstress_compaction",
	.command = "stress-ng --temp-path . --hdd 1 --hdd-bytes 48m " METADATA_CHURN,
	.filesystem = true,
};

FIXTURE_SETUP(peers)
{
	struct torture *t = &self->torture;
	char program[32];

	torture_init(t, "peers", variant->name);
	t->watch = true;
	t->watch_all = true;
	t->until_complaint = true;
	t->fixed_duration = true;
	t->module_verdict = "";	/* what others make happen is up to them */
	if (variant->filesystem) {
		t->device_kind = DEVICE_VIRTIO;
		t->device_kib = DEVICE_KIB;
	}
	snprintf(t->params, sizeof(t->params), "%s", ONLY_COUNT);
	torture_need_nodes(t);
	snprintf(program, sizeof(program), "%s", variant->command);
	program[strcspn(program, " ")] = '\0';
	if (!process_has_program(program))
		torture_give_up(t, TORTURE_SKIP, "needs the program %s: see make peers",
				program);
}

FIXTURE_TEARDOWN(peers)
{
}

/* Its output goes to a file, because it may be KTAP, as ours is. */
static pid_t start_suite(const struct torture *t, const char *command,
			 const char *folder)
{
	const char *results = getenv("BHT_RESULTS") ?: "/tmp";
	pid_t pid = process_fork_group();
	char path[256], line[256];
	int log;

	if (pid)
		return pid;
	snprintf(line, sizeof(line), "exec %s", command);
	snprintf(path, sizeof(path), "%s/%s.log", results, t->name);
	log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (log < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0 ||
	    chdir(folder))
		_exit(127);
	execl("/bin/sh", "sh", "-c", line, (char *)NULL);
	_exit(127);
}

static void detected(struct torture *t, const char *by)
{
	if (t->extra)
		return;
	t->extra = json_pack("{s:{s:i},s:{s:s,s:I,s:I}}", "violations", by, 1,
			     "first_violation", "oracle", by, "ms",
			     (json_int_t)t->stats.elapsed_ms, "migrations",
			     (json_int_t)torture_migrations(t));
}

/* The suite ended by itself: has it passed, or skipped? */
static bool is_content(struct torture *t, const char *command, int status)
{
	if (!status || (WIFEXITED(status) && WEXITSTATUS(status) == KSFT_SKIP))
		return true;
	torture_give_up(t, TORTURE_FAIL, "%s ends with status %#x", command, status);
	detected(t, "suite");
	return false;
}

/* Again and again, until the time is over or it fails. */
static void run_suite(struct torture *t, const char *command, const char *folder,
		      unsigned int compact_every_s, unsigned int *runs)
{
	pid_t suite = start_suite(t, command, folder);
	unsigned int compact_at_s = compact_every_s;
	int status;

	while (torture_continue(t)) {
		usleep(LOOK_EVERY_US);
		if (compact_every_s && t->stats.elapsed_ms >= compact_at_s * 1000) {
			sysfs_write("/proc/sys/vm/compact_memory", "1");
			compact_at_s += compact_every_s;
		}
		if (waitpid(suite, &status, WNOHANG) != suite)
			continue;
		(*runs)++;
		kill(-suite, SIGKILL);
		suite = 0;
		if (!is_content(t, command, status))
			return;
		usleep(RESTART_US);
		suite = start_suite(t, command, folder);
	}
	process_end_group(&suite);
}

TEST_F_TIMEOUT(peers, counted, TORTURE_HARNESS_S)
{
	struct torture *t = &self->torture;

	if (!torture_prepare(t) &&
	    (!variant->filesystem || !filesystem_make(&self->fs, t, BLOCK_SIZE, ORDERED)) &&
	    !torture_start(t))
		run_suite(t, variant->command, variant->filesystem ? self->fs.path : "/tmp",
			  variant->filesystem ? COMPACT_EVERY_S : 0, &self->runs);
	/* Our oracles do not judge: a pass is that the suite saw nothing. */
	torture_give_up(t, TORTURE_PASS, "it saw nothing; ended by itself %u times",
			self->runs);
	torture_stop(t);
	if (self->fs.made) {
		filesystem_end(&self->fs, t, true);
		if (t->result == TORTURE_FAIL)
			detected(t, "fsck");
	}
	torture_end(t);
	TORTURE_VERDICT(t);
}

TEST_HARNESS_MAIN
