// SPDX-License-Identifier: GPL-2.0
// MUTANT flag-not-set: norefs migration forgets to set BH_Migrate, so that nothing
// keeps atomic lookups out once the reference check is over.
//
// eras: flag
// files: mm/migrate.c
// oracles: ref_moved lost_update stale_read torn stale_write null_atomic
// pairs: checked x ref_taken, checked x lock_released, checked x returned
@@
expression E, S;
@@
 __buffer_migrate_folio(...)
 {
 <...
-E = test_and_set_bit_lock(BH_Migrate, S);
+E = false;
 ...>
 }
