/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Folios of several pages in the page cache of a block device, from 6.15 on.
 */
#ifndef _SELFTESTS_BHTORTURE_LARGE_FOLIO_H
#define _SELFTESTS_BHTORTURE_LARGE_FOLIO_H

#include <stddef.h>

int large_folio_read(const char *device, size_t bytes, unsigned int folio_bytes);
int large_folio_block_size(const char *device, int block_size);

#endif /* _SELFTESTS_BHTORTURE_LARGE_FOLIO_H */
