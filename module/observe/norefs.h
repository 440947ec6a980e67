/* SPDX-License-Identifier: GPL-2.0 */
/*
 * norefs.c: sees the kernel's own norefs migrations.
 */
#ifndef _BHTORTURE_OBSERVE_NOREFS_H
#define _BHTORTURE_OBSERVE_NOREFS_H

#include <linux/kprobes.h>

struct torture;

struct norefs {
	struct kretprobe probe;
	bool armed;
};

int norefs_start(struct torture *t);
void norefs_stop(struct torture *t);

/**
 * norefs_missed() - Migrations of anybody's folios that the probe had to skip.
 * @norefs: The probe.
 */
static inline unsigned long norefs_missed(const struct norefs *norefs)
{
	return READ_ONCE(norefs->probe.nmissed);
}

#endif /* _BHTORTURE_OBSERVE_NOREFS_H */
