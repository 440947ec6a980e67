/* SPDX-License-Identifier: GPL-2.0 */
/*
 * armed.c: what is armed, and what it has met.
 */
#ifndef _BHTORTURE_REPORT_ARMED_H
#define _BHTORTURE_REPORT_ARMED_H

#include <linux/workqueue.h>

struct seq_file;
struct torture;

struct armed {
	struct torture *torture;
	struct delayed_work work;
	unsigned long parts;		/* bit per part: it was armed at the start */
	bool started;
	bool known;			/* parts is; stays so after the stop */
};

void armed_start(struct torture *t);
void armed_stop(struct torture *t);
void armed_json(struct torture *t, struct seq_file *m);
void armed_text(struct torture *t, struct seq_file *m);

#endif /* _BHTORTURE_REPORT_ARMED_H */
