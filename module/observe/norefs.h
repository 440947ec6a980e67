/* SPDX-License-Identifier: GPL-2.0 */
/*
 * norefs.c: sees the kernel's own norefs migrations.
 */
#ifndef _BHTORTURE_OBSERVE_NOREFS_H
#define _BHTORTURE_OBSERVE_NOREFS_H

#include <linux/kprobes.h>

#include "observe/missed.h"

struct torture;

struct norefs {
	struct kretprobe probe;
	bool armed;
	struct missed missed;
};

int norefs_start(struct torture *t);
void norefs_stop(struct torture *t);

/**
 * norefs_seen() - Are all migrations seen that are in progress?
 * @norefs: The probe. Without it the module's own strategy sees all.
 *
 * Return: false while it is not known whether one is over that the probe has missed.
 */
static inline bool norefs_seen(struct norefs *norefs)
{
	return !norefs->armed || missed_over(&norefs->missed);
}

/**
 * norefs_missed() - Migrations of anybody's folios that the probe had to skip.
 * @norefs: The probe.
 */
static inline unsigned long norefs_missed(const struct norefs *norefs)
{
	return READ_ONCE(norefs->probe.nmissed);
}

#endif /* _BHTORTURE_OBSERVE_NOREFS_H */
