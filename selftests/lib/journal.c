// SPDX-License-Identifier: GPL-2.0
/*
 * Where the journal of an ext4 is on its disk, and what it no longer needs.
 *
 * All is read from the disk itself, past the page cache: what a power cut would leave.
 * When the journal's superblock there says that the oldest transactions are no longer
 * needed, all that they changed has to be in its place: the moment at which whoever took a
 * buffer for written too early is caught.
 */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <linux/types.h>

#include "journal.h"

#define PIECE		(256 * 1024)
#define ALIGNMENT	4096
#define SECTOR		512
#define BLOCK_LEAST	1024	/* of ext4 */

/* The begin of journal_superblock_t in <linux/jbd2.h>; all are big-endian. */
struct superblock {
	__be32 magic;
	__be32 type;
	__be32 unused;
	__be32 block_size;
	__be32 blocks;
	__be32 first;
	__be32 sequence;	/* of the oldest transaction that is needed */
	__be32 start;		/* where that is, 0: none is */
};

#define MAGIC		0xc03b3998
#define SUPERBLOCK_V2	4

static int search(struct journal *journal)
{
	const struct superblock *found;
	ssize_t length, at;
	off_t offset = 0;

	while ((length = pread(journal->disk, journal->piece, PIECE, offset)) > 0) {
		for (at = 0; at < length; at += BLOCK_LEAST) {
			found = (const void *)(journal->piece + at);
			if (be32toh(found->magic) != MAGIC ||
			    be32toh(found->type) != SUPERBLOCK_V2)
				continue;
			journal->begin = offset + at;
			journal->end = journal->begin +
				       (off_t)be32toh(found->blocks) * be32toh(found->block_size);
			journal->tail = be32toh(found->sequence);
			return 0;
		}
		offset += length;
	}
	errno = length ? errno : ENOENT;
	return -1;
}

/**
 * journal_find() - Where is the journal?
 * @journal: Gets the answer; journal_close() in any case.
 * @disk: With a filesystem that has been made on it, in a few extents of which the
 *	journal is one.
 *
 * Return: 0, or -1 with errno.
 */
int journal_find(struct journal *journal, const char *disk)
{
	journal->piece = aligned_alloc(ALIGNMENT, PIECE);
	journal->disk = open(disk, O_RDONLY | O_DIRECT | O_CLOEXEC);
	return journal->disk < 0 || !journal->piece ? -1 : search(journal);
}

/**
 * journal_tail_moved() - Has the journal forgotten transactions since the last call?
 * @journal: Found.
 *
 * Return: 1 if so, 0 if not, -1 with errno.
 */
int journal_tail_moved(struct journal *journal)
{
	const struct superblock *now = (const void *)journal->piece;
	unsigned int before = journal->tail;

	if (pread(journal->disk, journal->piece, SECTOR, journal->begin) != SECTOR)
		return -1;
	journal->tail = be32toh(now->sequence);
	return journal->tail != before;
}

/**
 * journal_close() - Forget it; safe in any half-built state.
 * @journal: With a disk of -1, or found.
 */
void journal_close(struct journal *journal)
{
	if (journal->disk >= 0)
		close(journal->disk);
	free(journal->piece);
	journal->disk = -1;
	journal->piece = NULL;
}
