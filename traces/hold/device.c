// SPDX-License-Identifier: GPL-2.0
/*
 * The private_lock of one block device's page cache. We ask the kernel to forget
 * pages beyond the device's end, and a probe shows the address of the mapping. The
 * lock is at a known offset from there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hold/device.h"
#include "hold/instance.h"
#include "hold/names.h"
#include "lib/tools.h"

#define EVENT		"mapping"
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
		if (!tracefs_kprobe_raw(HOLD_GROUP, EVENT, witnesses[i],
					"mapping=" FIRST_ARGUMENT ":x64"))
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
	struct tracefs_instance *instance = instance_get();
	char *ours = printed("common_pid == %d", getpid());
	int fd = open(device, O_RDONLY | O_CLOEXEC);
	unsigned long long mapping;
	struct stat status;
	char *seen, *at;

	if (fd < 0)
		die(EXIT_ENVIRONMENT, "cannot open --device %s: %s", device, strerror(errno));
	if (fstat(fd, &status) || !S_ISBLK(status.st_mode))
		die(EXIT_ENVIRONMENT, "bad --device '%s': not a block device", device);
	if (!define_probe())
		die(EXIT_ENVIRONMENT, "cannot tell the lock of %s: nothing to probe", device);
	if (tracefs_event_file_write(instance, HOLD_GROUP, EVENT, "filter", ours) < 0 ||
	    tracefs_event_enable(instance, HOLD_GROUP, EVENT))
		die(EXIT_ENVIRONMENT, "cannot tell the lock of %s: %s", device, strerror(errno));
	posix_fadvise(fd, BEYOND, 4096, POSIX_FADV_DONTNEED);
	tracefs_event_disable(instance, HOLD_GROUP, EVENT);
	close(fd);
	free(ours);
	seen = tracefs_instance_file_read(instance, "trace", NULL);
	at = seen ? strstr(seen, "mapping=0x") : NULL;
	if (!at || sscanf(at, "mapping=0x%llx", &mapping) != 1)
		die(EXIT_ENVIRONMENT, "cannot tell the lock of %s: its mapping did not show",
		    device);
	free(seen);
	tracefs_instance_file_clear(instance, "trace");
	tracefs_instance_file_append(NULL, "kprobe_events", "-:" HOLD_GROUP "/" EVENT);
	return mapping + functions->lock_offset;
}
