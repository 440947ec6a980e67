// SPDX-License-Identifier: GPL-2.0
// MUTANT large-copied-short: of a folio of several pages only the first half of them is
// copied. Folios of one page are as they should be.
//
// eras: flag
// elsewhere: 6.12 has the function, and no such folios; 6.1 has neither
// files: mm/util.c
// oracles: torn lost_update stale_read media_loss
// tests: move_pages
// only: move_pages.block_16384 move_pages.folio_65536
@@
identifier dst, src, nr;
@@
 int folio_mc_copy(struct folio *dst, struct folio *src)
 {
-	long nr = folio_nr_pages(src);
+	long nr = max(folio_nr_pages(src) / 2, 1L);
 ...
 }
