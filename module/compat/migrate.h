/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mm/migrate.c: the callback under test, and what the strategies need to move a folio.
 */
#ifndef _BHTORTURE_COMPAT_MIGRATE_H
#define _BHTORTURE_COMPAT_MIGRATE_H

#include <linux/fs.h>
#include <linux/migrate.h>
#include "compat/folio.h"

/* The name of the callback under test, for kprobes. */
#ifdef HAVE_MIGRATE_FOLIO
#define COMPAT_NOREFS_NAME	"buffer_migrate_folio_norefs"
#else
#define COMPAT_NOREFS_NAME	"buffer_migrate_page_norefs"
#endif

/*
 * What address_space_operations hand the migrate callback: folios from 6.0 on, pages
 * before. COMPAT_MIGRATE_CALLBACK() is the declaration of a callback, whose arguments
 * are mapping, dst_arg, src_arg and mode.
 */
#ifdef HAVE_MIGRATE_FOLIO
#define COMPAT_MIGRATE_CALLBACK(name)					\
	int name(struct address_space *mapping, struct folio *dst_arg,	\
		 struct folio *src_arg, enum migrate_mode mode)
#define compat_arg_folio(arg)		(arg)
#define COMPAT_MIGRATE_MEMBER		migrate_folio
#else
#define COMPAT_MIGRATE_CALLBACK(name)					\
	int name(struct address_space *mapping, struct page *dst_arg,	\
		 struct page *src_arg, enum migrate_mode mode)
#define compat_arg_folio(arg)		page_folio(arg)
#define COMPAT_MIGRATE_MEMBER		migratepage
#endif

#define compat_set_migrate(ops, function) \
	WRITE_ONCE((ops)->COMPAT_MIGRATE_MEMBER, function)
#define compat_restore_migrate(ops, former) \
	compat_set_migrate(ops, (former)->COMPAT_MIGRATE_MEMBER)

/* Without buffers: what migrate_folio() (6.0), migrate_page() (before) do. */
static inline int compat_migrate_plain(struct address_space *mapping,
				       struct folio *dst, struct folio *src,
				       enum migrate_mode mode)
{
#ifdef HAVE_MIGRATE_FOLIO
	return migrate_folio(mapping, dst, src, mode);
#else
	return migrate_page(mapping, &dst->page, &src->page, mode);
#endif
}

/*
 * MIGRATE_SYNC_NO_COPY (until 6.11) asks for everything but the copy; it is
 * used by device memory only, where our block device's folios never are.
 */
static inline bool compat_mode_copies(enum migrate_mode mode)
{
#ifdef HAVE_MIGRATE_SYNC_NO_COPY
	return mode != MIGRATE_SYNC_NO_COPY;
#else
	return true;
#endif
}

#if !defined(HAVE_FOLIO) && !defined(HAVE_ATTACH_PAGE_PRIVATE)
static inline void attach_page_private(struct page *page, void *data)
{
	get_page(page);
	set_page_private(page, (unsigned long)data);
	SetPagePrivate(page);
}

static inline void *detach_page_private(struct page *page)
{
	void *data = (void *)page_private(page);

	ClearPagePrivate(page);
	set_page_private(page, 0);
	put_page(page);
	return data;
}
#endif

/**
 * compat_move_mapping() - Put one folio in another's place, with its buffers.
 * @mapping: The page cache both belong to.
 * @dst: The new folio, locked.
 * @src: The old one, locked and isolated, its buffers locked.
 * @mode: The migrate mode.
 *
 * In step with __buffer_migrate_folio() of the kernel being built against: from
 * 6.12 on (commit 060913999d7a and its series) filemap_migrate_folio() also
 * copies contents and flags, before that compat_move_contents() does so last.
 *
 * Return: 0, or a negative errno with nothing moved.
 */
static inline int compat_move_mapping(struct address_space *mapping,
				      struct folio *dst, struct folio *src,
				      enum migrate_mode mode)
{
#if defined(HAVE_FOLIO_MIGRATE_COPY)
	int rc = folio_migrate_mapping(mapping, dst, src, 0);

	if (!rc)
		folio_attach_private(dst, folio_detach_private(src));
	return rc;
#elif defined(HAVE_MIGRATE_PAGE_MOVE_MAPPING)
	int rc;

#ifdef HAVE_MOVE_MAPPING_EXTRA_COUNT
	rc = migrate_page_move_mapping(mapping, &dst->page, &src->page, 0);
#else
	/* 5.0 - 5.2: the mode comes before extra_count. */
	rc = migrate_page_move_mapping(mapping, &dst->page, &src->page, mode, 0);
#endif
	if (!rc)
		attach_page_private(&dst->page,
				    detach_page_private(&src->page));
	return rc;
#else
	return filemap_migrate_folio(mapping, dst, src, mode);
#endif
}

/**
 * compat_move_contents() - Copy contents and flags, where compat_move_mapping()
 * has not done so.
 * @dst: The new folio.
 * @src: The old one.
 * @mode: The migrate mode.
 */
static inline void compat_move_contents(struct folio *dst, struct folio *src,
					enum migrate_mode mode)
{
#if defined(HAVE_FOLIO_MIGRATE_COPY)
	if (compat_mode_copies(mode))
		folio_migrate_copy(dst, src);
	else
		folio_migrate_flags(dst, src);
#elif defined(HAVE_MIGRATE_PAGE_MOVE_MAPPING)
	if (compat_mode_copies(mode))
		migrate_page_copy(&dst->page, &src->page);
	else
		migrate_page_states(&dst->page, &src->page);
#endif
}

#endif /* _BHTORTURE_COMPAT_MIGRATE_H */
