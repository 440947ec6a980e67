// SPDX-License-Identifier: GPL-2.0
/*
 * A run whose folios a mover moves to and fro.
 */
#include <string.h>

#include "move.h"

static int start(struct torture *t, struct mover *mover)
{
	int rc = mover_start(mover);

	return rc ? torture_give_up(t, TORTURE_FAIL, "no thread to move: %s",
				    strerror(rc)) : 0;
}

/**
 * torture_move() - Move the tortured folios to and fro in the background.
 * @t: The running torture.
 * @mover: Zeroed; torture_move_end() in any case.
 * @batch: Pages per call.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int torture_move(struct torture *t, struct mover *mover, unsigned int batch)
{
	char reason[TORTURE_REASON_MAX];

	if (mover_open(mover, t, batch, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	return start(t, mover);
}

/**
 * torture_move_device() - The same, but the begin of the device, whoever uses it.
 * @t: The run, prepared.
 * @mover: Zeroed; torture_move_end() in any case.
 * @bytes: How much of the device.
 * @batch: Pages per call.
 * @pause_us: After each pass.
 *
 * Return: 0, or -1 with the run's result decided.
 */
int torture_move_device(struct torture *t, struct mover *mover, size_t bytes,
			unsigned int batch, unsigned int pause_us)
{
	char reason[TORTURE_REASON_MAX];

	if (mover_open_device(mover, t, bytes, batch, reason, sizeof(reason)))
		return torture_give_up(t, TORTURE_FAIL, "%s", reason);
	mover->pause_us = pause_us;
	return start(t, mover);
}

/**
 * torture_move_end() - Undo torture_move(), from any half-built state.
 * @t: The run, before torture_end().
 * @mover: The mover.
 */
void torture_move_end(struct torture *t, struct mover *mover)
{
	mover_stop(mover);
	if (mover->error)
		torture_give_up(t, TORTURE_FAIL, "move_pages: %s",
				strerror(mover->error));
	mover_close(mover);
}
