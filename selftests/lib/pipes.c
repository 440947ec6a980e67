// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of the kernel's own, which does not move: what is in pipes.
 *
 * The page allocator puts such memory into pageblocks of its own, and takes what it needs
 * next from what has become free there.
 */
#include <fcntl.h>
#include <unistd.h>

#include "pipes.h"

#define PIPE_BYTES	(1024 * 1024)	/* fs.pipe-max-size */

static void fill(int fd)
{
	static const char zeroes[64 * 1024];

	while (write(fd, zeroes, sizeof(zeroes)) > 0)
		;
}

/**
 * pipes_fill() - Take as much as there is, where this thread's memory policy says.
 * @pipes: Zeroed; pipes_close() in any case.
 */
void pipes_fill(struct pipes *pipes)
{
	int *fd;

	while (pipes->count < PIPES_MAX) {
		fd = pipes->fd[pipes->count];
		if (pipe2(fd, O_NONBLOCK | O_CLOEXEC))
			return;
		pipes->count++;
		fcntl(fd[1], F_SETPIPE_SZ, PIPE_BYTES);
		fill(fd[1]);
	}
}

/**
 * pipes_close() - Give it back.
 * @pipes: Zeroed or filled.
 */
void pipes_close(struct pipes *pipes)
{
	while (pipes->count) {
		pipes->count--;
		close(pipes->fd[pipes->count][0]);
		close(pipes->fd[pipes->count][1]);
	}
}
