// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/bhtorture: stats, stats.json, violations, pause, stop.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>

#include "bhtorture.h"
#include "hammer/threads.h"
#include "judge/violation.h"
#include "report/debugfs.h"
#include "report/stats.h"
#include "torture.h"

#define DEBUGFS_JSON_BYTES	SZ_64K

/* A stop may hold stop_lock for long. Nobody has to sit it out. */
static int debugfs_stats_show(struct seq_file *m, void *unused)
{
	struct torture *t = m->private;

	if (mutex_lock_killable(&t->stop_lock))
		return -EINTR;
	stats_text(t, m);
	mutex_unlock(&t->stop_lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(debugfs_stats);

static int debugfs_stats_json_show(struct seq_file *m, void *unused)
{
	struct torture *t = m->private;

	if (mutex_lock_killable(&t->stop_lock))
		return -EINTR;
	stats_json(t, m);
	mutex_unlock(&t->stop_lock);
	return 0;
}

/* Room for the histograms from the start, so that seq_file need not make it twice. */
static int debugfs_stats_json_open(struct inode *inode, struct file *file)
{
	return single_open_size(file, debugfs_stats_json_show, inode->i_private,
				DEBUGFS_JSON_BYTES);
}

static const struct file_operations debugfs_stats_json_fops = {
	.owner = THIS_MODULE,
	.open = debugfs_stats_json_open,
	.read = seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

static int debugfs_violations_show(struct seq_file *m, void *unused)
{
	struct torture *t = m->private;
	unsigned int records = violation_records(t->oracles);
	unsigned int i;

	for (i = 0; i < records; i++) {
		const struct violation_record *what = &t->oracles->record[i];

		seq_printf(m, "%s block=%llu expected=%llu found=%llu offset=%u age_ms=%u ms=%llu migrations=%llu cpu=%d thread=%s\n",
			   oracle_names[what->violation.oracle],
			   what->violation.block, what->violation.expected,
			   what->violation.found, what->violation.offset,
			   what->violation.age_ms, what->ms, what->migrations,
			   what->cpu, what->thread);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(debugfs_violations);

/* 1: the hammer stands still when the write returns; 0: it goes on. */
static ssize_t debugfs_pause_write(struct file *file,
				   const char __user *buffer, size_t count,
				   loff_t *position)
{
	struct torture *t = file->private_data;
	bool pause;
	int rc;

	rc = kstrtobool_from_user(buffer, count, &pause);
	if (rc)
		return rc;
	if (mutex_lock_killable(&t->stop_lock))
		return -EINTR;
	rc = t->stopped ? 0 : threads_pause(t, pause);
	mutex_unlock(&t->stop_lock);
	return rc ?: count;
}

static const struct file_operations debugfs_pause_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = debugfs_pause_write,
	.llseek = noop_llseek,
};

/* Any write quiesces the torture and returns when the verdict is out. */
static ssize_t debugfs_stop_write(struct file *file,
				  const char __user *buffer, size_t count,
				  loff_t *position)
{
	int rc = torture_stop(file->private_data);

	return rc ?: count;
}

static const struct file_operations debugfs_stop_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = debugfs_stop_write,
	.llseek = noop_llseek,
};

/**
 * debugfs_start() - Create the files.
 * @t: The torture, complete and running.
 *
 * Return: 0, or an error: without its files a torture cannot be judged.
 */
int debugfs_start(struct torture *t)
{
	t->debugfs = debugfs_create_dir("bhtorture", NULL);
	if (IS_ERR_OR_NULL(t->debugfs)) {
		int rc = t->debugfs ? PTR_ERR(t->debugfs) : -ENOMEM;

		t->debugfs = NULL;
		pr_err("bhtorture: cannot create its debugfs folder (%d): CONFIG_DEBUG_FS is needed\n",
		       rc);
		return rc;
	}
	debugfs_create_file("stats", 0444, t->debugfs, t, &debugfs_stats_fops);
	debugfs_create_file("stats.json", 0444, t->debugfs, t,
			    &debugfs_stats_json_fops);
	debugfs_create_file("violations", 0444, t->debugfs, t,
			    &debugfs_violations_fops);
	debugfs_create_file("pause", 0200, t->debugfs, t, &debugfs_pause_fops);
	debugfs_create_file("stop", 0200, t->debugfs, t, &debugfs_stop_fops);
	return 0;
}

/**
 * debugfs_stop() - Remove the files; waits for their readers.
 * @t: The torture.
 */
void debugfs_stop(struct torture *t)
{
	debugfs_remove_recursive(t->debugfs);
	t->debugfs = NULL;
}
