// SPDX-License-Identifier: GPL-2.0
// MUTANT gap-before-buffers: what keeps lookups out is dropped and taken again between
// the move of the mapping and the move of the buffers.
//
// eras: held flag
// files: mm/migrate.c
// oracles: ref_moved lost_update stale_read torn stale_write null_atomic
// pairs: buffers_moved x ref_taken, buffers_moved x lock_released, buffers_moved x returned
@held@
identifier fn =~ "^__buffer_migrate_(folio|page)$";
identifier lock =~ "private_lock$";
expression M;
@@
 fn(...)
 {
 <+...
 if (busy) {
	if (invalidated) { ... }
	spin_unlock(&M->lock);
	...
 }
 ...+>
 }

@depends on held@
identifier held.fn, held.lock, label;
expression held.M, E;
@@
 fn(...)
 {
 <...
(
 folio_attach_private(...);
+if (check_refs) {
+	spin_unlock(&M->lock);
+	spin_lock(&M->lock);
+}
|
 attach_page_private(...);
+if (check_refs) {
+	spin_unlock(&M->lock);
+	spin_lock(&M->lock);
+}
|
 rc = filemap_migrate_folio(...);
 if (E)
	goto label;
+if (check_refs) {
+	spin_unlock(&M->lock);
+	spin_lock(&M->lock);
+}
)
 ...>
 }

@depends on !held@
identifier label;
expression E;
@@
 __buffer_migrate_folio(...)
 {
 <...
 rc = filemap_migrate_folio(...);
 if (E)
	goto label;
+if (check_refs) {
+	clear_bit_unlock(BH_Migrate, &head->b_state);
+	set_bit(BH_Migrate, &head->b_state);
+}
 ...>
 }
