/* SPDX-License-Identifier: GPL-2.0 */
/*
 * strategy.c: who moves a folio with buffers.
 */
#ifndef _BHTORTURE_TARGET_STRATEGY_H
#define _BHTORTURE_TARGET_STRATEGY_H

#include <linux/migrate_mode.h>
#include <linux/types.h>

struct address_space;
struct folio;
struct torture;

/* One of two vectors through which calls go up: the target's mapping calls them. */
struct strategy_ops {
	const char *name;
	/* NULL: the kernel under test, untouched. */
	int (*move)(struct address_space *mapping, struct folio *dst,
		    struct folio *src, enum migrate_mode mode);
};

const struct strategy_ops *strategy_find(const char *name);
void strategy_names(char *buffer, size_t size);
int strategy_install(struct torture *t);
void strategy_remove(struct torture *t);

#endif /* _BHTORTURE_TARGET_STRATEGY_H */
