/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the journal of an ext4 is on its disk, and what it no longer needs.
 */
#ifndef _SELFTESTS_BHTORTURE_JOURNAL_H
#define _SELFTESTS_BHTORTURE_JOURNAL_H

#include <sys/types.h>

struct journal {
	int disk;		/* -1: none was found */
	char *piece;		/* what was read of it last */
	off_t begin;
	off_t end;
	unsigned int tail;	/* the oldest transaction that it needs */
};

int journal_find(struct journal *journal, const char *disk);
int journal_tail_moved(struct journal *journal);
void journal_close(struct journal *journal);

#endif /* _SELFTESTS_BHTORTURE_JOURNAL_H */
