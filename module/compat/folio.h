/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Folios and the page cache. struct folio came in 5.16.
 */
#ifndef _BHTORTURE_COMPAT_FOLIO_H
#define _BHTORTURE_COMPAT_FOLIO_H

#include <linux/mm.h>
#include <linux/pagemap.h>
#ifdef HAVE_FOLIO_BATCH_H
#include <linux/folio_batch.h>
#else
#include <linux/pagevec.h>
#endif

/*
 * Before 5.16 there is no struct folio: the page is the folio. Newer kernels
 * overlay the two in the same way.
 */
#ifndef HAVE_FOLIO
struct folio {
	struct page page;
};

static inline struct folio *page_folio(struct page *page)
{
	return (struct folio *)compound_head(page);
}

static inline void folio_lock(struct folio *folio)
{
	lock_page(&folio->page);
}

static inline bool folio_trylock(struct folio *folio)
{
	return trylock_page(&folio->page);
}

static inline void folio_unlock(struct folio *folio)
{
	unlock_page(&folio->page);
}

static inline void folio_get(struct folio *folio)
{
	get_page(&folio->page);
}

static inline void folio_put(struct folio *folio)
{
	put_page(&folio->page);
}

static inline int folio_ref_count(struct folio *folio)
{
	return page_ref_count(&folio->page);
}

static inline bool folio_test_private(struct folio *folio)
{
	return PagePrivate(&folio->page);
}

static inline bool folio_test_dirty(struct folio *folio)
{
	return PageDirty(&folio->page);
}

static inline bool folio_test_uptodate(struct folio *folio)
{
	return PageUptodate(&folio->page);
}

static inline bool folio_test_writeback(struct folio *folio)
{
	return PageWriteback(&folio->page);
}

static inline long folio_nr_pages(struct folio *folio)
{
	return 1L << compound_order(&folio->page);
}

static inline size_t folio_size(struct folio *folio)
{
	return PAGE_SIZE << compound_order(&folio->page);
}

static inline unsigned long folio_pfn(struct folio *folio)
{
	return page_to_pfn(&folio->page);
}

static inline struct buffer_head *folio_buffers(struct folio *folio)
{
	return folio_test_private(folio) ? page_buffers(&folio->page) : NULL;
}

#define compat_fields(folio)	(&(folio)->page)
#else
#define compat_fields(folio)	(folio)
#endif /* !HAVE_FOLIO */

/**
 * compat_folio_index() - Index of a page cache folio in its mapping.
 * @folio: A folio that is not in the swap cache.
 */
static inline pgoff_t compat_folio_index(struct folio *folio)
{
	return compat_fields(folio)->index;
}

/**
 * compat_folio_mapping() - The address_space a page cache folio belongs to.
 * @folio: A locked folio, or one whose answer may be stale.
 */
static inline struct address_space *compat_folio_mapping(struct folio *folio)
{
	return READ_ONCE(compat_fields(folio)->mapping);
}

/**
 * compat_get_folio() - Look a folio up in the page cache.
 * @mapping: Where to look.
 * @index: Which page of it.
 *
 * Return: the folio with a reference, or NULL. (From 6.4 on filemap_get_folio()
 * itself returns an error pointer.)
 */
static inline struct folio *compat_get_folio(struct address_space *mapping,
					     pgoff_t index)
{
	struct page *page = pagecache_get_page(mapping, index, 0, 0);

	return page ? page_folio(page) : NULL;
}

/* A handful of cached folios, see compat_get_folios(). */
struct compat_folios {
#ifdef HAVE_FILEMAP_GET_FOLIOS
	struct folio_batch batch;
#else
	struct pagevec batch;
#endif
};

/**
 * compat_get_folios() - The next cached folios of a mapping.
 * @mapping: Where to look.
 * @index: From which page on; moves behind the last folio found.
 * @folios: Gets them, with a reference each. Pages that are not cached cost nothing.
 *
 * Return: how many, 0 at the end.
 */
static inline unsigned int compat_get_folios(struct address_space *mapping,
					     pgoff_t *index,
					     struct compat_folios *folios)
{
#ifdef HAVE_FILEMAP_GET_FOLIOS
	folio_batch_init(&folios->batch);
	return filemap_get_folios(mapping, index, (pgoff_t)-1, &folios->batch);
#else
	pagevec_init(&folios->batch);
	return pagevec_lookup(&folios->batch, mapping, index);
#endif
}

static inline struct folio *compat_folios_get(struct compat_folios *folios,
					      unsigned int i)
{
#ifdef HAVE_FILEMAP_GET_FOLIOS
	return folios->batch.folios[i];
#else
	return page_folio(folios->batch.pages[i]);
#endif
}

/**
 * compat_folio_address() - Kernel address of a block device folio's contents.
 * @folio: A folio of the page cache of a block device: never highmem, because
 * buffers have an address at all times (b_data).
 */
static inline void *compat_folio_address(struct folio *folio)
{
	return page_address(&folio->page);
}

static inline int compat_folio_mapcount(struct folio *folio)
{
#ifdef HAVE_FOLIO_MAPCOUNT
	return folio_mapcount(folio);
#else
	return page_mapcount(&folio->page);
#endif
}

#endif /* _BHTORTURE_COMPAT_FOLIO_H */
