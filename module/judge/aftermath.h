/* SPDX-License-Identifier: GPL-2.0 */
/*
 * aftermath.c: what is judged when nothing moves any more.
 */
#ifndef _BHTORTURE_JUDGE_AFTERMATH_H
#define _BHTORTURE_JUDGE_AFTERMATH_H

#include <linux/types.h>

struct torture;

struct aftermath {
	int write_error;		/* of the last sync, 0 if none */
	u64 folios_judged;		/* for what is left behind on them */
	u64 blocks_judged;		/* against the media */
	u64 blocks_excused;		/* the device failed to take writes since */
	u64 io_errors;
};

void aftermath_judge(struct torture *t);

#endif /* _BHTORTURE_JUDGE_AFTERMATH_H */
