/* SPDX-License-Identifier: GPL-2.0 */
/*
 * debugfs.c: the files that users read and write.
 */
#ifndef _BHTORTURE_REPORT_DEBUGFS_H
#define _BHTORTURE_REPORT_DEBUGFS_H

struct torture;

int debugfs_start(struct torture *t);
void debugfs_stop(struct torture *t);

#endif /* _BHTORTURE_REPORT_DEBUGFS_H */
