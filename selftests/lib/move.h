/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A run whose folios a mover moves to and fro.
 */
#ifndef _SELFTESTS_BHTORTURE_MOVE_H
#define _SELFTESTS_BHTORTURE_MOVE_H

#include "mover.h"
#include "run.h"

int torture_move(struct torture *t, struct mover *mover, unsigned int batch);
int torture_move_device(struct torture *t, struct mover *mover, size_t bytes,
			unsigned int batch, unsigned int pause_us);
void torture_move_end(struct torture *t, struct mover *mover);

#endif /* _SELFTESTS_BHTORTURE_MOVE_H */
