/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Block devices: how they are opened, and what is read of one.
 */
#ifndef _BHTORTURE_COMPAT_DEVICE_H
#define _BHTORTURE_COMPAT_DEVICE_H

#include <linux/blkdev.h>
#include <linux/fs.h>

/*
 * Opening a block device. With a holder: for writing, exclusively. Without: for
 * reading, beside its users.
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

#endif /* _BHTORTURE_COMPAT_DEVICE_H */
