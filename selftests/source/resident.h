/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process that has the device's pages mapped.
 */
#ifndef _SELFTESTS_BHTORTURE_RESIDENT_H
#define _SELFTESTS_BHTORTURE_RESIDENT_H

#include "mapping.h"
#include "source.h"

/* What it writes to, to have memory of its own. */
#define RESIDENT_OWN_BYTES	4096

struct resident {
	struct mapping mapping;	/* at the same addresses there and here */
	pid_t pid;
};

int resident_open(struct resident *resident, struct source *source, bool writable,
		  void (*live)(const struct resident *resident, const void *argument),
		  const void *argument);
void resident_stay(const struct resident *resident, const void *unused);
int resident_node(const struct resident *resident);
void resident_close(struct resident *resident);

#endif /* _SELFTESTS_BHTORTURE_RESIDENT_H */
