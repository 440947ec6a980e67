// SPDX-License-Identifier: GPL-2.0
// MUTANT lock-taken-late: the reference check is made before lookups are kept out, not
// after. Where BH_Migrate does that, it is set only when the check is over.
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
 ...+>
 }

@depends on held@
identifier held.fn, held.lock;
expression held.M;
@@
 fn(...)
 {
 <...
(
-spin_lock(&M->lock);
|
+spin_lock(&M->lock);
 if (busy) {
	if (invalidated) { ... }
	spin_unlock(&M->lock);
	...
 }
)
 ...>
 }

@depends on !held@
@@
 __buffer_migrate_folio(...)
 {
 <...
(
-migrating = test_and_set_bit_lock(BH_Migrate, &head->b_state);
+migrating = false;
|
 if (busy) {
	if (invalidated) { ... }
	...
 }
+set_bit(BH_Migrate, &head->b_state);
)
 ...>
 }
