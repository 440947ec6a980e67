/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The block device under torture: one that nobody will miss.
 *
 * Whoever makes a device sets its put(), which undoes that: device_put() needs to
 * know no kind.
 */
#ifndef _SELFTESTS_BHTORTURE_DEVICE_H
#define _SELFTESTS_BHTORTURE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

enum device_kind {
	DEVICE_NONE,
	DEVICE_BY_HAND,
	DEVICE_BRD,
	DEVICE_LOOP,
	DEVICE_NULL_BLK,
	DEVICE_NULL_BLK_BAD,	/* parts of which can be made to fail */
	DEVICE_NULL_BLK_SLOW,	/* takes DEVICE_SLOW_MS for each request */
	DEVICE_NULL_BLK_LATE,	/* takes DEVICE_LATE_MS */
	DEVICE_VIRTIO,
};

struct torture_device {
	enum device_kind kind;
	char path[256];
	int loop_fd;
	int file_fd;		/* behind a loop device, -1 otherwise */
	void (*put)(struct torture_device *device);	/* NULL: nothing to undo */
};

#define DEVICE_SLOW_MS	2500
#define DEVICE_LATE_MS	200

#define DEVICE_NOTHING	((struct torture_device){ .loop_fd = -1, .file_fd = -1 })

/* device.c: one of any kind */
int device_take(struct torture_device *device, const char *path, char *reason,
		size_t size);
int device_get(struct torture_device *device, enum device_kind kind, unsigned int kib,
	       char *reason, size_t size);
void device_put(struct torture_device *device);
int device_zero(const char *path, unsigned long long bytes);

/* device_refuse.c: what is left alone */
int device_refuse_unless_block(const char *path, char *reason, size_t size);
int device_refuse_unless_empty(const char *path, char *reason, size_t size);

/* device_brd.c: a RAM disk */
int device_get_brd(struct torture_device *device, unsigned int kib);

/* device_loop.c: a loop device */
int device_get_loop(struct torture_device *device, unsigned int kib);
int device_loop_setup(struct torture_device *device, int file);

/* device_null_blk.c: in memory, with a request queue */
int device_get_null_blk(struct torture_device *device, unsigned int kib,
			enum device_kind kind);
int device_null_blk_spoil(unsigned long first, unsigned long last);
int device_null_blk_heal(unsigned long first, unsigned long last);

/* device_virtio.c: a disk of the virtual machine */
int device_get_virtio(struct torture_device *device);

#endif /* _SELFTESTS_BHTORTURE_DEVICE_H */
