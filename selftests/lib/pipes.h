/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of the kernel's own, which does not move: what is in pipes.
 */
#ifndef _SELFTESTS_BHTORTURE_PIPES_H
#define _SELFTESTS_BHTORTURE_PIPES_H

#define PIPES_MAX	32	/* of a MiB each */

struct pipes {
	unsigned int count;
	int fd[PIPES_MAX][2];
};

void pipes_fill(struct pipes *pipes);
void pipes_close(struct pipes *pipes);

#endif /* _SELFTESTS_BHTORTURE_PIPES_H */
