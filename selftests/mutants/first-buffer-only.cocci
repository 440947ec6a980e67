// SPDX-License-Identifier: GPL-2.0
// MUTANT first-buffer-only: the reference check looks at the first buffer of the
// folio only. Shows with blocks smaller than a page.
//
// eras: held flag
// files: mm/migrate.c
// oracles: ref_moved lost_update stale_read torn stale_write
// pairs: checked x ref_taken, checked x lock_released, checked x returned
@@
identifier fn =~ "^__buffer_migrate_(folio|page)$";
@@
 fn(...)
 {
 <...
 if (atomic_read(&bh->b_count)) {
	busy = true;
	break;
 }
-bh = bh->b_this_page;
+bh = head;
 ...>
 }
