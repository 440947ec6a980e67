/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The power of a disk is cut; what a filesystem makes of what is left.
 */
#ifndef _SELFTESTS_BHTORTURE_POWER_H
#define _SELFTESTS_BHTORTURE_POWER_H

#include "filesystem.h"
#include "journal.h"
#include "late.h"
#include "run.h"

struct power {
	struct late_disk disk;
	char below[256];	/* that it is on */
	struct journal journal;
	unsigned long long cuts;
	double copied_s, looked_s;	/* what they took */
};

int power_open(struct power *power, struct torture *t);
int power_be_late(struct power *power, struct torture *t, unsigned int ms);
int power_be_late_at(struct power *power, struct torture *t, unsigned int ms, off_t at);
int power_cut(struct power *power, struct torture *t);
void power_look(struct power *power, struct torture *t,
		const struct filesystem_type *type, int copy,
		const char *(*look)(void *data, const char *path), void *data);
void power_close(struct power *power);

#endif /* _SELFTESTS_BHTORTURE_POWER_H */
