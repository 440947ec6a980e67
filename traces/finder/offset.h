/* SPDX-License-Identifier: GPL-2.0 */
/* Where private_lock is within struct address_space, from a kernel's BTF. */
#ifndef _BHT_FINDER_OFFSET_H
#define _BHT_FINDER_OFFSET_H

int offset_from_btf(const char *path);

#endif /* _BHT_FINDER_OFFSET_H */
