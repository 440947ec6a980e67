// SPDX-License-Identifier: GPL-2.0
// MUTANT gap-before-move: what keeps lookups out is dropped and taken again between
// the reference check and the move of the mapping.
//
// eras: held flag
// files: mm/migrate.c
// oracles: ref_moved lost_update stale_read torn stale_write null_atomic
// pairs: checked x ref_taken, checked x lock_released, checked x returned
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
+spin_unlock(&M->lock);
+spin_lock(&M->lock);
 ...+>
 }

@depends on !held@
@@
 __buffer_migrate_folio(...)
 {
 <...
 if (busy) {
	if (invalidated) { ... }
	...
 }
+clear_bit_unlock(BH_Migrate, &head->b_state);
+set_bit(BH_Migrate, &head->b_state);
 ...>
 }
