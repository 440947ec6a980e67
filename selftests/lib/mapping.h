/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The device, mapped.
 */
#ifndef _SELFTESTS_BHTORTURE_MAPPING_H
#define _SELFTESTS_BHTORTURE_MAPPING_H

#include "run.h"

struct mapping {
	int fd;
	char *start;
	size_t pages;
};

int mapping_open(struct mapping *mapping, const struct torture *t, size_t bytes,
		 bool writable, char *reason, size_t size);
size_t mapping_bytes(const struct mapping *mapping);
char *mapping_page(const struct mapping *mapping, size_t page);
void mapping_touch_page(const char *page);
void mapping_touch(const struct mapping *mapping);
void mapping_close(struct mapping *mapping);

#endif /* _SELFTESTS_BHTORTURE_MAPPING_H */
