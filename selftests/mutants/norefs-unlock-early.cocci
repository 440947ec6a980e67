// SPDX-License-Identifier: GPL-2.0
// MUTANT norefs-unlock-early: the historic race of 5.0 - 5.2 (89cb0888ca14, fixed
// by ebdf4de5642f): private_lock is dropped between reference check and move.
//
// eras: held
// files: mm/migrate.c
// oracles: ref_moved lost_update stale_read torn stale_write null_atomic
// pairs: checked x ref_taken, checked x lock_released, checked x returned
@@
identifier fn =~ "^__buffer_migrate_(folio|page)$";
identifier lock =~ "private_lock$";
expression M;
@@
 fn(...)
 {
 <...
(
+spin_unlock(&M->lock);
 if (busy) {
	if (invalidated) { ... }
-	spin_unlock(&M->lock);
	...
 }
|
- if (check_refs)
-	spin_unlock(&M->lock);
)
 ...>
 }
