// SPDX-License-Identifier: GPL-2.0
/*
 * Unit tests: which devices are refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "unit.h"

#define IMAGE_BYTES	(4 * 1024 * 1024)

static void check_image(const char *what, off_t offset, const void *magic,
			size_t size, const char *wanted)
{
	char path[] = "/tmp/bhtorture-unit.XXXXXX";
	char reason[TORTURE_REASON_MAX] = "";
	int fd = mkstemp(path);
	int rc;

	if (fd < 0 || ftruncate(fd, IMAGE_BYTES) ||
	    pwrite(fd, magic, size, offset) != (ssize_t)size) {
		check(false, what, "no image could be made in /tmp");
		return;
	}
	close(fd);
	rc = device_refuse_unless_empty(path, reason, sizeof(reason));
	check(wanted ? rc && strstr(reason, wanted) : !rc, what, reason);
	unlink(path);
}

void test_device(void)
{
	static const unsigned char ext2[] = { 0x53, 0xef };
	static const unsigned char luks[] = "LUKS\xba\xbe\0\1";
	/* One Linux partition of 2048 sectors from sector 2048 on. */
	static const unsigned char dos[66] = {
		[0] = 0, [4] = 0x83, [9] = 8, [13] = 8, [64] = 0x55, 0xaa
	};
	struct torture_device device;
	char reason[TORTURE_REASON_MAX] = "";

	check(device_take(&device, "/dev/null", reason, sizeof(reason)) == -1 &&
	      strstr(reason, "/dev/null refused: not a block device"),
	      "a character device is refused", reason);
	check(device_take(&device, "/dev/nonexistent", reason, sizeof(reason)) == -1 &&
	      strstr(reason, "/dev/nonexistent refused: No such file"),
	      "a missing device is refused", reason);
	check(device_take(&device, "/proc/self/exe", reason, sizeof(reason)) == -1 &&
	      strstr(reason, "refused: not a block device"),
	      "a plain file is refused", reason);

	check_image("an image of zeroes holds nothing", 0, "", 0, NULL);
	check_image("text that nobody knows holds nothing", 0, "hello", 5, NULL);
	check_image("an ext2 signature is refused", 1024 + 56, ext2,
		    sizeof(ext2), "ext");
	check_image("a LUKS header is refused", 0, luks, 8, "crypto_LUKS");
	check_image("a partition table is refused", 446, dos, sizeof(dos),
		    "dos partition table");
}
