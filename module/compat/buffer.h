/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buffers: their folio, how they are looked up and made, and BH_Migrate (6.16).
 */
#ifndef _BHTORTURE_COMPAT_BUFFER_H
#define _BHTORTURE_COMPAT_BUFFER_H

#include <linux/buffer_head.h>
#include <linux/fs.h>
#include "compat/folio.h"

/* private_lock was renamed in 6.8 (commit 600f111ef51d). */
#ifdef HAVE_I_PRIVATE_LOCK
#define COMPAT_PRIVATE_LOCK	i_private_lock
#else
#define COMPAT_PRIVATE_LOCK	private_lock
#endif
#define mapping_private_lock(mapping)	(&(mapping)->COMPAT_PRIVATE_LOCK)

/**
 * compat_buffer_folio() - The folio that a buffer lies in at this moment.
 * @bh: A referenced buffer of a block device. Before b_folio (6.2) these have
 * pages of their own, never a part of a large folio, so that the page is it.
 */
static inline struct folio *compat_buffer_folio(struct buffer_head *bh)
{
#ifdef HAVE_B_FOLIO
	return READ_ONCE(bh->b_folio);
#else
	return (struct folio *)READ_ONCE(bh->b_page);
#endif
}

/*
 * bdev_getblk() (6.7) passes the caller's gfp on; __getblk_gfp() before it
 * allocates with __GFP_NOFAIL whatever it is told.
 */
#ifdef HAVE_BDEV_GETBLK
#define COMPAT_HAS_NOWAIT_GETBLK	1
#else
#define COMPAT_HAS_NOWAIT_GETBLK	0
#endif

static inline void compat_set_bh(struct buffer_head *bh, struct folio *folio,
				 unsigned long offset)
{
#ifdef HAVE_FOLIO_SET_BH
	folio_set_bh(bh, folio, offset);
#else
	set_bh_page(bh, &folio->page, offset);
#endif
}

/**
 * compat_getblk() - Find or make the buffer of a block; may sleep.
 * @bdev: The block device.
 * @block: Block number in units of @size.
 * @size: The device's block size in bytes.
 * @gfp: Allocation flags; __GFP_MOVABLE for buffers that may migrate.
 */
static inline struct buffer_head *compat_getblk(struct block_device *bdev,
						sector_t block, unsigned int size,
						gfp_t gfp)
{
#ifdef HAVE_BDEV_GETBLK
	return bdev_getblk(bdev, block, size, gfp);
#else
	return __getblk_gfp(bdev, block, size, gfp);
#endif
}

/* Drop a clean, locked folio's buffers; true when none are left. */
static inline bool compat_release_buffers(struct folio *folio)
{
#ifdef HAVE_FILEMAP_RELEASE_FOLIO
	return filemap_release_folio(folio, GFP_KERNEL);
#else
	return try_to_release_page(&folio->page, GFP_KERNEL);
#endif
}

#ifdef HAVE_BH_MIGRATE
#define COMPAT_HAS_MIGRATE_FLAG		1
#define COMPAT_MIGRATE_BIT		BH_Migrate
#define compat_buffer_migrating(head)	test_bit(BH_Migrate, &(head)->b_state)
#else
#define COMPAT_HAS_MIGRATE_FLAG		0
#define COMPAT_MIGRATE_BIT		0
#define compat_buffer_migrating(head)	false
#endif

#ifdef HAVE_FIND_GET_BLOCK_NONATOMIC
#define COMPAT_HAS_SLEEPING_LOOKUP	1
#define compat_find_get_block_sleeping	__find_get_block_nonatomic
#else
#define COMPAT_HAS_SLEEPING_LOOKUP	0
#define compat_find_get_block_sleeping	__find_get_block
#endif

#endif /* _BHTORTURE_COMPAT_BUFFER_H */
