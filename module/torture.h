/* SPDX-License-Identifier: GPL-2.0 */
/*
 * torture.c: the order in which the parts start and stop.
 */
#ifndef _BHTORTURE_TORTURE_H
#define _BHTORTURE_TORTURE_H

struct torture;

struct torture *torture_create(void);
int torture_start(struct torture *t);
int torture_stop(struct torture *t);
void torture_shutdown(struct torture *t);
void torture_free(struct torture *t);

#endif /* _BHTORTURE_TORTURE_H */
