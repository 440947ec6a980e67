// SPDX-License-Identifier: GPL-2.0
// MUTANT stale-bh-pointer: the last buffer of a migrated folio keeps pointing at
// the folio that was vacated. When writeback writes it, end_buffer_async_write() looks
// for the buffers of a folio that has none: the kernel itself may be first.
//
// eras: held flag
// files: mm/migrate.c
// oracles: stale_write lost_update stale_read state_leak media_loss kernel
@@
identifier fn =~ "^__buffer_migrate_(folio|page)$";
expression F;
@@
 fn(...)
 {
 <...
(
-set_bh_page(bh, F, bh_offset(bh));
+if (bh->b_this_page != head)
+	set_bh_page(bh, F, bh_offset(bh));
|
-folio_set_bh(bh, F, bh_offset(bh));
+if (bh->b_this_page != head)
+	folio_set_bh(bh, F, bh_offset(bh));
)
 ...>
 }
