// SPDX-License-Identifier: GPL-2.0
/*
 * The private_lock of one block device's page cache: its mapping's address, seen
 * when we ask the kernel to forget pages beyond the device's end, plus the offset.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hold.h"

#define EVENT		HOLD_GROUP "/mapping"
#define EVENT_DIR	"instances/" HOLD_INSTANCE "/events/" EVENT
#define BEYOND		0x1000000000000000LL	/* no device is as large as that */

/* All are called by posix_fadvise(POSIX_FADV_DONTNEED), with the mapping first. */
static const char *const witnesses[] = {
	"__filemap_fdatawrite_range", "filemap_flush_range", "mapping_try_invalidate",
	"invalidate_mapping_pages",
};

static bool define_probe(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(witnesses); i++)
		if (!trace_append("kprobe_events", "p:" EVENT " %s mapping=%%di:x64",
				  witnesses[i]))
			return true;
	return false;
}

/**
 * lock_of_device() - The address of a block device's private_lock.
 * @device: Its path. Ends the program when it is no block device.
 * @functions: The functions, for the lock's offset.
 */
uint64_t lock_of_device(const char *device, const struct functions *functions)
{
	int fd = open(device, O_RDONLY | O_CLOEXEC);
	unsigned long long mapping;
	struct stat status;
	char *seen, *at;

	if (fd < 0)
		die("cannot open --device %s: %s", device, strerror(errno));
	if (fstat(fd, &status) || !S_ISBLK(status.st_mode))
		die("bad --device '%s': not a block device", device);
	if (!define_probe())
		die("cannot tell the lock of %s: nothing to probe", device);
	if (trace_put(EVENT_DIR "/filter", "common_pid == %d", getpid()) ||
	    trace_put(EVENT_DIR "/enable", "1"))
		die("cannot tell the lock of %s: %s", device, strerror(errno));
	posix_fadvise(fd, BEYOND, 4096, POSIX_FADV_DONTNEED);
	trace_put(EVENT_DIR "/enable", "0");
	close(fd);
	seen = trace_get("instances/" HOLD_INSTANCE "/trace");
	at = seen ? strstr(seen, "mapping=0x") : NULL;
	if (!at || sscanf(at, "mapping=0x%llx", &mapping) != 1)
		die("cannot tell the lock of %s: its mapping did not show", device);
	free(seen);
	trace_put("instances/" HOLD_INSTANCE "/trace", "%s", "");
	trace_append("kprobe_events", "-:" EVENT);
	return mapping + functions->lock_offset;
}
