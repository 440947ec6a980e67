/* SPDX-License-Identifier: GPL-2.0 */
/*
 * periodic.c: statistics on the console while the torture runs.
 */
#ifndef _BHTORTURE_REPORT_PERIODIC_H
#define _BHTORTURE_REPORT_PERIODIC_H

#include <linux/types.h>
#include <linux/workqueue.h>

struct torture;

struct periodic {
	struct torture *torture;
	struct delayed_work work;
	bool started;
};

void periodic_start(struct torture *t);
void periodic_stop(struct torture *t);

#endif /* _BHTORTURE_REPORT_PERIODIC_H */
