// SPDX-License-Identifier: GPL-2.0
/*
 * The power of a disk is cut; what a filesystem makes of what is left: the oracle
 * `crash_loss`.
 *
 * The disk can be stood still (late.c). What is below then is copied, which is the cut, and
 * work goes on. The copy is mounted elsewhere, so that the journal is replayed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "clock.h"
#include "power.h"
#include "process.h"
#include "progress.h"

#define PIECE		(64 * 1024)
#define ALIGNMENT	4096

/**
 * power_open() - From here on the run's device is one whose power can be cut.
 * @power: Zeroed; power_close() in any case.
 * @t: The run, which has a device.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int power_open(struct power *power, struct torture *t)
{
	char reason[TORTURE_REASON_MAX];

	power->journal.disk = -1;
	snprintf(power->below, sizeof(power->below), "%s", t->device.path);
	if (late_disk_open(&power->disk, power->below, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_SKIP, "%s", reason);
	snprintf(t->device.path, sizeof(t->device.path), "%s", power->disk.top.path);
	return 0;
}

static int be_late(struct power *power, struct torture *t, unsigned int ms, off_t begin,
		   off_t end, bool only)
{
	if (late_disk_be_late(&power->disk, begin, end, ms, only))
		return torture_give_up(t, TORTURE_SKIP, "no dm-delay (CONFIG_DM_DELAY): %s",
				       strerror(errno));
	return 0;
}

/**
 * power_be_late() - From now on the disk is late with writes to a few pieces of it, but not
 *	with the journal's.
 * @power: Opened, with an ext4 on the device.
 * @t: The run.
 * @ms: How late.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int power_be_late(struct power *power, struct torture *t, unsigned int ms)
{
	struct journal *journal = &power->journal;

	if (journal_find(journal, power->below))
		return torture_give_up(t, TORTURE_FAIL, "no journal on %s: %s", power->below,
				       strerror(errno));
	return be_late(power, t, ms, journal->begin, journal->end, false);
}

/**
 * power_be_late_at() - From now on the disk is late with writes to one page.
 * @power: Opened.
 * @t: The run.
 * @ms: How late.
 * @at: A byte of that page.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int power_be_late_at(struct power *power, struct torture *t, unsigned int ms, off_t at)
{
	at -= at % ALIGNMENT;
	return be_late(power, t, ms, at, at + ALIGNMENT, true);
}

/*
 * All of the disk, past its page cache, which nobody fills. Most of it was never written, and
 * is a hole in the copy. Return: 0 or -1.
 */
static int copy_disk(const char *below, int copy)
{
	static const char zeroes[PIECE];
	off_t at = 0;
	int disk = open(below, O_RDONLY | O_DIRECT | O_CLOEXEC);
	char *piece = aligned_alloc(ALIGNMENT, PIECE);
	ssize_t length = disk < 0 || !piece ? -1 : 1;

	while (length > 0) {
		length = read(disk, piece, PIECE);
		if (length > 0 && memcmp(piece, zeroes, length) &&
		    pwrite(copy, piece, length, at) != length)
			length = -1;
		at += length;
	}
	if (!length && ftruncate(copy, at))
		length = -1;
	free(piece);
	if (disk >= 0)
		close(disk);
	return length;
}

/**
 * power_cut() - Cut the power.
 * @power: Opened.
 * @t: The run.
 *
 * Return: the disk's copy for power_look(), or -1 with the run's result decided.
 */
int power_cut(struct power *power, struct torture *t)
{
	double began = clock_s();
	int copy = memfd_create("bhtorture", MFD_CLOEXEC);
	int rc = copy < 0 ? -1 : dm_suspend(&power->disk.still);

	if (!rc) {
		rc = copy_disk(power->below, copy);
		rc |= dm_resume(&power->disk.still);
	}
	power->cuts++;
	power->copied_s += clock_s() - began;
	if (!rc)
		return copy;
	torture_give_up(t, TORTURE_FAIL, "%s cannot be copied: %s", power->below,
			strerror(errno));
	if (copy >= 0)
		close(copy);
	return -1;
}

/**
 * power_look() - Mount the copy, so that its journal is replayed: is all well there?
 * @power: Opened.
 * @t: The run, which fails if not.
 * @type: The filesystem's.
 * @copy: From power_cut(); it is closed.
 * @look: Says what is wrong where it is mounted, or NULL.
 * @data: For @look.
 */
void power_look(struct power *power, struct torture *t,
		const struct filesystem_type *type, int copy,
		const char *(*look)(void *data, const char *path), void *data)
{
	struct torture_device device = DEVICE_NOTHING;
	struct filesystem fs = { .type = *type, .path = "/tmp/bhtorture.XXXXXX" };
	const char *const check[] = { "e2fsck", "-f", "-n", device.path, NULL };
	double began = clock_s();
	const char *wrong;
	int rc = 0;

	if (device_loop_setup(&device, copy) || !mkdtemp(fs.path)) {
		torture_give_up(t, TORTURE_SKIP, "no loop device for the copy");
		return;
	}
	snprintf(fs.device, sizeof(fs.device), "%s", device.path);
	if (mount(fs.device, fs.path, type->name, MS_NOATIME, type->options)) {
		torture_violated(t, "crash_loss", "after cut %llu the mount fails: %s",
				 power->cuts, strerror(errno));
	} else {
		fs.mounted = true;
		wrong = look(data, fs.path);
		if (wrong)
			torture_violated(t, "crash_loss", "after cut %llu: %s", power->cuts,
					 wrong);
		rc = filesystem_unmount(&fs, t) ? 0 : process_run(check);
	}
	if (rc)
		torture_violated(t, "crash_loss",
				 "after cut %llu, its journal replayed, e2fsck finds errors (exit status %d)",
				 power->cuts, rc);
	filesystem_end(&fs, t, false);
	device_put(&device);
	power->looked_s += clock_s() - began;
}

/**
 * power_close() - Remove the disk; safe in any half-built state.
 * @power: Zeroed, or opened; nobody uses it.
 */
void power_close(struct power *power)
{
	late_disk_close(&power->disk);
	if (power->below[0])
		journal_close(&power->journal);
}
