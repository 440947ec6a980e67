/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The one home of everything that depends on the kernel's version.
 *
 * The rest of the module is written for today's folio interfaces; this header
 * provides them on kernels from 5.0 on. HAVE_* comes from the feature tests
 * in Kbuild, which ask the headers being built against, never a version number.
 */
#ifndef _BHTORTURE_COMPAT_H
#define _BHTORTURE_COMPAT_H

#include <linux/blkdev.h>
#include <linux/buffer_head.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/hrtimer.h>
#include <linux/kprobes.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/random.h>
#include <linux/shrinker.h>
#include <linux/timer.h>
#ifdef HAVE_PRANDOM_H
#include <linux/prandom.h>
#endif

/*
 * Before 5.16 there is no struct folio: the page is the folio. Newer kernels
 * overlay the two in the same way.
 */
#ifndef HAVE_FOLIO
struct folio {
	struct page page;
};

static inline struct folio *page_folio(struct page *page)
{
	return (struct folio *)compound_head(page);
}

static inline void folio_lock(struct folio *folio)
{
	lock_page(&folio->page);
}

static inline bool folio_trylock(struct folio *folio)
{
	return trylock_page(&folio->page);
}

static inline void folio_unlock(struct folio *folio)
{
	unlock_page(&folio->page);
}

static inline void folio_get(struct folio *folio)
{
	get_page(&folio->page);
}

static inline void folio_put(struct folio *folio)
{
	put_page(&folio->page);
}

static inline int folio_ref_count(struct folio *folio)
{
	return page_ref_count(&folio->page);
}

static inline bool folio_test_private(struct folio *folio)
{
	return PagePrivate(&folio->page);
}

static inline bool folio_test_dirty(struct folio *folio)
{
	return PageDirty(&folio->page);
}

static inline long folio_nr_pages(struct folio *folio)
{
	return 1L << compound_order(&folio->page);
}

static inline size_t folio_size(struct folio *folio)
{
	return PAGE_SIZE << compound_order(&folio->page);
}

static inline pgoff_t folio_index(struct folio *folio)
{
	return page_index(&folio->page);
}

static inline unsigned long folio_pfn(struct folio *folio)
{
	return page_to_pfn(&folio->page);
}

static inline struct buffer_head *folio_buffers(struct folio *folio)
{
	return folio_test_private(folio) ? page_buffers(&folio->page) : NULL;
}

#define compat_fields(folio)	(&(folio)->page)
#else
#define compat_fields(folio)	(folio)
#endif /* !HAVE_FOLIO */

/**
 * compat_folio_index() - Index of a page cache folio in its mapping.
 * @folio: A folio that is not in the swap cache.
 */
static inline pgoff_t compat_folio_index(struct folio *folio)
{
	return compat_fields(folio)->index;
}

/**
 * compat_folio_mapping() - The address_space a page cache folio belongs to.
 * @folio: A locked folio, or one whose answer may be stale.
 */
static inline struct address_space *compat_folio_mapping(struct folio *folio)
{
	return READ_ONCE(compat_fields(folio)->mapping);
}

/**
 * compat_get_folio() - Look a folio up in the page cache.
 * @mapping: Where to look.
 * @index: Which page of it.
 *
 * Return: the folio with a reference, or NULL. (From 6.4 on filemap_get_folio()
 * itself returns an error pointer.)
 */
static inline struct folio *compat_get_folio(struct address_space *mapping,
					     pgoff_t index)
{
	struct page *page = pagecache_get_page(mapping, index, 0, 0);

	return page ? page_folio(page) : NULL;
}

/**
 * compat_folio_address() - Kernel address of a block device folio's contents.
 * @folio: A folio of the page cache of a block device: never highmem, because
 * buffers have an address at all times (b_data).
 */
static inline void *compat_folio_address(struct folio *folio)
{
	return page_address(&folio->page);
}

/* private_lock was renamed in 6.8 (commit 600f111ef51d). */
#ifdef HAVE_I_PRIVATE_LOCK
#define mapping_private_lock(mapping)	(&(mapping)->i_private_lock)
#else
#define mapping_private_lock(mapping)	(&(mapping)->private_lock)
#endif

/* As spin_trylock(), but a macro throughout: sparse sees that it may fail. */
#ifdef CONFIG_PREEMPT_RT
#define compat_spin_trylock(lock)	spin_trylock(lock)
#else
#define compat_spin_trylock(lock)	raw_spin_trylock(spinlock_check(lock))
#endif

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

/*
 * --- Opening a block device: with a holder to write, for ourselves alone;
 * without to read, beside whoever uses it ---
 */

#if defined(HAVE_BDEV_FILE_OPEN)
struct compat_bdev {
	struct file *file;
};

static inline int compat_bdev_open(struct compat_bdev *handle, const char *path,
				   void *holder)
{
	blk_mode_t mode = BLK_OPEN_READ | (holder ? BLK_OPEN_WRITE : 0);

	handle->file = bdev_file_open_by_path(path, mode, holder, NULL);
	return PTR_ERR_OR_ZERO(handle->file);
}

static inline struct block_device *compat_bdev(struct compat_bdev *handle)
{
	return file_bdev(handle->file);
}

static inline void compat_bdev_close(struct compat_bdev *handle)
{
	bdev_fput(handle->file);
}
#elif defined(HAVE_BDEV_OPEN)
struct compat_bdev {
	struct bdev_handle *handle;
};

static inline int compat_bdev_open(struct compat_bdev *handle, const char *path,
				   void *holder)
{
	blk_mode_t mode = BLK_OPEN_READ | (holder ? BLK_OPEN_WRITE : 0);

	handle->handle = bdev_open_by_path(path, mode, holder, NULL);
	return PTR_ERR_OR_ZERO(handle->handle);
}

static inline struct block_device *compat_bdev(struct compat_bdev *handle)
{
	return handle->handle->bdev;
}

static inline void compat_bdev_close(struct compat_bdev *handle)
{
	bdev_release(handle->handle);
}
#else
struct compat_bdev {
	struct block_device *bdev;
	void *holder;
	fmode_t mode;
};

static inline int compat_bdev_open(struct compat_bdev *handle, const char *path,
				   void *holder)
{
#ifdef HAVE_BLK_HOLDER_OPS
	blk_mode_t mode = BLK_OPEN_READ | (holder ? BLK_OPEN_WRITE : 0);

	handle->bdev = blkdev_get_by_path(path, mode, holder, NULL);
#else
	handle->mode = FMODE_READ | (holder ? FMODE_WRITE | FMODE_EXCL : 0);
	handle->bdev = blkdev_get_by_path(path, handle->mode, holder);
#endif
	handle->holder = holder;
	return PTR_ERR_OR_ZERO(handle->bdev);
}

static inline struct block_device *compat_bdev(struct compat_bdev *handle)
{
	return handle->bdev;
}

static inline void compat_bdev_close(struct compat_bdev *handle)
{
#ifdef HAVE_BLK_HOLDER_OPS
	blkdev_put(handle->bdev, handle->holder);
#else
	blkdev_put(handle->bdev, handle->mode);
#endif
}
#endif

static inline struct address_space *compat_bdev_mapping(struct block_device *bdev)
{
#ifdef HAVE_BD_MAPPING
	return bdev->bd_mapping;
#else
	return bdev->bd_inode->i_mapping;
#endif
}

static inline int compat_set_blocksize(struct compat_bdev *handle, int size)
{
#ifdef HAVE_SET_BLOCKSIZE_FILE
	return set_blocksize(handle->file, size);
#else
	return set_blocksize(compat_bdev(handle), size);
#endif
}

static inline loff_t compat_bdev_bytes(struct block_device *bdev)
{
#ifdef HAVE_BDEV_NR_BYTES
	return bdev_nr_bytes(bdev);
#else
	return i_size_read(bdev->bd_inode);
#endif
}

/* --- What the strategies need of mm/migrate.c --- */

/* The name of the callback under test, for kprobes. */
#ifdef HAVE_MIGRATE_FOLIO
#define COMPAT_NOREFS_NAME	"buffer_migrate_folio_norefs"
#else
#define COMPAT_NOREFS_NAME	"buffer_migrate_page_norefs"
#endif

/*
 * The function that __buffer_migrate_folio() calls between its reference check
 * and the move. Its first three arguments are mapping, destination, source.
 */
#if defined(HAVE_MIGRATE_PAGE_MOVE_MAPPING)
#define COMPAT_MOVE_NAME	"migrate_page_move_mapping"
#elif defined(HAVE_FOLIO_MIGRATE_COPY)
#define COMPAT_MOVE_NAME	"folio_migrate_mapping"
#else
#define COMPAT_MOVE_NAME	"filemap_migrate_folio"
#endif

/*
 * What address_space_operations hand the migrate callback: folios from 6.0 on,
 * pages before. A callback takes two `struct compat_migrate_arg *`.
 */
#ifdef HAVE_MIGRATE_FOLIO
#define compat_migrate_arg		folio
#define compat_arg_folio(arg)		(arg)
#define compat_set_migrate(ops, function) ((ops)->migrate_folio = (function))
#else
#define compat_migrate_arg		page
#define compat_arg_folio(arg)		page_folio(arg)
#define compat_set_migrate(ops, function) ((ops)->migratepage = (function))
#endif

/* Without buffers: what migrate_folio() (6.0), migrate_page() (before) do. */
static inline int compat_migrate_plain(struct address_space *mapping,
				       struct folio *dst, struct folio *src,
				       enum migrate_mode mode)
{
#ifdef HAVE_MIGRATE_FOLIO
	return migrate_folio(mapping, dst, src, mode);
#else
	return migrate_page(mapping, &dst->page, &src->page, mode);
#endif
}

/*
 * MIGRATE_SYNC_NO_COPY (until 6.11) asks for everything but the copy; it is
 * used by device memory only, where our block device's folios never are.
 */
static inline bool compat_mode_copies(enum migrate_mode mode)
{
#ifdef HAVE_MIGRATE_SYNC_NO_COPY
	return mode != MIGRATE_SYNC_NO_COPY;
#else
	return true;
#endif
}

#if !defined(HAVE_FOLIO) && !defined(HAVE_ATTACH_PAGE_PRIVATE)
static inline void attach_page_private(struct page *page, void *data)
{
	get_page(page);
	set_page_private(page, (unsigned long)data);
	SetPagePrivate(page);
}

static inline void *detach_page_private(struct page *page)
{
	void *data = (void *)page_private(page);

	ClearPagePrivate(page);
	set_page_private(page, 0);
	put_page(page);
	return data;
}
#endif

/**
 * compat_move_mapping() - Put one folio in another's place, with its buffers.
 * @mapping: The page cache both belong to.
 * @dst: The new folio, locked.
 * @src: The old one, locked and isolated, its buffers locked.
 * @mode: The migrate mode.
 *
 * In step with __buffer_migrate_folio() of the kernel being built against: from
 * 6.12 on (commit 060913999d7a and its series) filemap_migrate_folio() also
 * copies contents and flags, before that compat_move_contents() does so last.
 *
 * Return: 0, or a negative errno with nothing moved.
 */
static inline int compat_move_mapping(struct address_space *mapping,
				      struct folio *dst, struct folio *src,
				      enum migrate_mode mode)
{
#if defined(HAVE_FOLIO_MIGRATE_COPY)
	int rc = folio_migrate_mapping(mapping, dst, src, 0);

	if (!rc)
		folio_attach_private(dst, folio_detach_private(src));
	return rc;
#elif defined(HAVE_MIGRATE_PAGE_MOVE_MAPPING)
	int rc;

#ifdef HAVE_MOVE_MAPPING_EXTRA_COUNT
	rc = migrate_page_move_mapping(mapping, &dst->page, &src->page, 0);
#else
	/* 5.0 - 5.2: the mode comes before extra_count. */
	rc = migrate_page_move_mapping(mapping, &dst->page, &src->page, mode, 0);
#endif
	if (!rc)
		attach_page_private(&dst->page,
				    detach_page_private(&src->page));
	return rc;
#else
	return filemap_migrate_folio(mapping, dst, src, mode);
#endif
}

/**
 * compat_move_contents() - Copy contents and flags, where compat_move_mapping()
 * has not done so.
 * @dst: The new folio.
 * @src: The old one.
 * @mode: The migrate mode.
 */
static inline void compat_move_contents(struct folio *dst, struct folio *src,
					enum migrate_mode mode)
{
#if defined(HAVE_FOLIO_MIGRATE_COPY)
	if (compat_mode_copies(mode))
		folio_migrate_copy(dst, src);
	else
		folio_migrate_flags(dst, src);
#elif defined(HAVE_MIGRATE_PAGE_MOVE_MAPPING)
	if (compat_mode_copies(mode))
		migrate_page_copy(&dst->page, &src->page);
	else
		migrate_page_states(&dst->page, &src->page);
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

/* --- Memory pressure --- */

typedef unsigned long (*shrinker_callback)(struct shrinker *,
					   struct shrink_control *);

/*
 * A shrinker with a count and a scan callback: registered in place before 6.7,
 * allocated since (commit c42d50aefd17); named since 6.0.
 */
#ifdef HAVE_SHRINKER_ALLOC
struct compat_shrinker {
	struct shrinker *shrinker;
	void *data;
};

#define compat_shrinker_data(s)	((s)->private_data)

static inline int compat_shrinker_start(struct compat_shrinker *shrinker,
					shrinker_callback count,
					shrinker_callback scan)
{
	shrinker->shrinker = shrinker_alloc(0, "bhtorture-quarantine");
	if (!shrinker->shrinker)
		return -ENOMEM;
	shrinker->shrinker->count_objects = count;
	shrinker->shrinker->scan_objects = scan;
	shrinker->shrinker->private_data = shrinker->data;
	shrinker_register(shrinker->shrinker);
	return 0;
}

static inline void compat_shrinker_stop(struct compat_shrinker *shrinker)
{
	shrinker_free(shrinker->shrinker);
	shrinker->shrinker = NULL;
}
#else
struct compat_shrinker {
	struct shrinker shrinker;
	void *data;
};

#define compat_shrinker_data(s)						\
	(container_of(s, struct compat_shrinker, shrinker)->data)

static inline int compat_shrinker_start(struct compat_shrinker *shrinker,
					shrinker_callback count,
					shrinker_callback scan)
{
	shrinker->shrinker.count_objects = count;
	shrinker->shrinker.scan_objects = scan;
	shrinker->shrinker.seeks = DEFAULT_SEEKS;
#ifdef HAVE_SHRINKER_NAME
	return register_shrinker(&shrinker->shrinker, "bhtorture-quarantine");
#else
	return register_shrinker(&shrinker->shrinker);
#endif
}

static inline void compat_shrinker_stop(struct compat_shrinker *shrinker)
{
	unregister_shrinker(&shrinker->shrinker);
}
#endif

#ifndef HAVE_TIMER_DELETE_SYNC
#define timer_delete_sync(timer)	del_timer_sync(timer)
#endif

/* Until 5.3 every timer fires in hard interrupt context. */
#ifdef HAVE_HRTIMER_MODE_HARD
#define COMPAT_HRTIMER_MODE_REL_PINNED_HARD	HRTIMER_MODE_REL_PINNED_HARD
#else
#define COMPAT_HRTIMER_MODE_REL_PINNED_HARD	HRTIMER_MODE_REL_PINNED
#endif

static inline void
compat_hrtimer_setup(struct hrtimer *timer,
		     enum hrtimer_restart (*function)(struct hrtimer *timer),
		     enum hrtimer_mode mode)
{
#ifdef HAVE_HRTIMER_SETUP
	hrtimer_setup(timer, function, CLOCK_MONOTONIC, mode);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, mode);
	timer->function = function;
#endif
}

static inline bool compat_task_runnable(struct task_struct *task)
{
#ifdef HAVE_TASK_IS_RUNNING
	return task_is_running(task);
#else
	return !READ_ONCE(task->state);
#endif
}

static inline int compat_folio_mapcount(struct folio *folio)
{
#ifdef HAVE_FOLIO_MAPCOUNT
	return folio_mapcount(folio);
#else
	return page_mapcount(&folio->page);
#endif
}

/*
 * The era of this kernel's norefs migration as far as the headers can tell;
 * steering.c looks at the running kernel to tell `open` from `held`.
 */
#ifdef HAVE_BH_MIGRATE
#define COMPAT_HAS_MIGRATE_FLAG		1
#define compat_buffer_migrating(head)	test_bit(BH_Migrate, &(head)->b_state)
#else
#define COMPAT_HAS_MIGRATE_FLAG		0
#define compat_buffer_migrating(head)	false
#endif

/* 5.0 - 5.2 are told by the mode argument that 5.3 took away. */
#if defined(HAVE_MIGRATE_PAGE_MOVE_MAPPING) && \
	!defined(HAVE_MOVE_MAPPING_EXTRA_COUNT)
#define COMPAT_HOLDS_LOCK		0
#else
#define COMPAT_HOLDS_LOCK		1
#endif

#ifdef HAVE_FIND_GET_BLOCK_NONATOMIC
#define COMPAT_HAS_SLEEPING_LOOKUP	1
#define compat_find_get_block_sleeping	__find_get_block_nonatomic
#else
#define COMPAT_HAS_SLEEPING_LOOKUP	0
#define compat_find_get_block_sleeping	__find_get_block
#endif

#endif /* _BHTORTURE_COMPAT_H */
