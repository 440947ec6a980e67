/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The requests that a block device has been given and has not answered yet.
 */
#ifndef _BHTORTURE_COMPAT_REQUEST_H
#define _BHTORTURE_COMPAT_REQUEST_H

#include <linux/blk-mq.h>
#include <linux/blkdev.h>
#include <linux/ktime.h>
#include <linux/percpu-refcount.h>

#ifdef HAVE_PART_STAT_H
#include <linux/part_stat.h>
#endif

struct compat_requests {
	struct request_queue *queue;
	unsigned int count;
	u64 oldest_ns;		/* when the device was given it; U64_MAX: unknown */
};

static inline bool compat_count_request(struct request *request,
					struct compat_requests *requests)
{
	if (request->q != requests->queue)
		return true;	/* its tags are shared with another device */
	requests->count++;
	if (request->start_time_ns)
		requests->oldest_ns = min(requests->oldest_ns,
					  request->start_time_ns);
	return true;
}

/* `reserved` went in 6.0 (commit 2dd6532e9591). */
#ifdef HAVE_BUSY_TAG_RESERVED
static inline bool compat_busy_tag(struct request *request, void *data, bool reserved)
#else
static inline bool compat_busy_tag(struct request *request, void *data)
#endif
{
	return compat_count_request(request, data);
}

/* Those that work on bios, without a queue of requests, count these for iostat. */
static inline unsigned int compat_bios_in_flight(struct block_device *bdev)
{
#ifdef HAVE_BD_STATS
	return part_stat_local_read(bdev, in_flight[READ]) +
	       part_stat_local_read(bdev, in_flight[WRITE]);
#else
	return part_stat_local_read(bdev->bd_part, in_flight[READ]) +
	       part_stat_local_read(bdev->bd_part, in_flight[WRITE]);
#endif
}

/**
 * compat_requests_in_flight() - What has the device not answered yet?
 * @bdev: The device, open.
 *
 * Context: task.
 */
static inline struct compat_requests
compat_requests_in_flight(struct block_device *bdev)
{
	struct request_queue *queue = bdev_get_queue(bdev);
	struct compat_requests requests = {
		.queue = queue,
		.oldest_ns = U64_MAX,
	};

	if (!queue->mq_ops) {
		requests.count = compat_bios_in_flight(bdev);
		return requests;
	}
	/* Keeps the driver from taking its tags away. Frozen, it answers nobody. */
	if (!percpu_ref_tryget_live(&queue->q_usage_counter)) {
		requests.count = 1;
		return requests;
	}
	blk_mq_tagset_busy_iter(queue->tag_set, compat_busy_tag, &requests);
	percpu_ref_put(&queue->q_usage_counter);
	return requests;
}

#endif /* _BHTORTURE_COMPAT_REQUEST_H */
