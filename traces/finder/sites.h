/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where each function takes and drops private_lock. This is what users of the finder
 * call:
 *
 *   struct kernel: symbols.c (names), offset.c (BTF), read_code()
 *     -> functions.c  which functions there are
 *     -> flow.c, step.c  which values are where, in the code of each
 *     -> sites.c  the instructions that take and drop the lock
 */
#ifndef _BHT_FINDER_SITES_H
#define _BHT_FINDER_SITES_H

#include <stdbool.h>

#include "finder/functions.h"

void sites_find(struct functions *functions, const struct kernel *kernel, bool late);

#endif /* _BHT_FINDER_SITES_H */
