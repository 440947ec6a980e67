// SPDX-License-Identifier: GPL-2.0
// MUTANT dirty-lost: the dirty state does not travel to the new folio, so that its
// contents never reach the device.
//
// eras: held flag
// files: mm/migrate.c
// oracles: media_loss lost_update
@@
@@
 __buffer_migrate_folio(...)
 {
 <...
+if (!rc)
+	folio_clear_dirty(dst);
 return rc;
 ...>
 }

@@
@@
 __buffer_migrate_page(...)
 {
 <...
+if (!rc)
+	ClearPageDirty(newpage);
 return rc;
 ...>
 }
