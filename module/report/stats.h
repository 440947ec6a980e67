/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stats.c: the sums of all counters, and the verdict.
 */
#ifndef _BHTORTURE_REPORT_STATS_H
#define _BHTORTURE_REPORT_STATS_H

struct seq_file;
struct torture;

void stats_json(struct torture *t, struct seq_file *m);
void stats_text(struct torture *t, struct seq_file *m);
void stats_console(struct torture *t);
void stats_verdict(struct torture *t);

#endif /* _BHTORTURE_REPORT_STATS_H */
