// SPDX-License-Identifier: GPL-2.0
// MUTANT flag-cleared-early: BH_Migrate is cleared before the folio moves, not after.
//
// eras: flag
// files: mm/migrate.c
// oracles: ref_moved lost_update stale_read torn stale_write null_atomic
// pairs: checked x ref_taken, checked x lock_released, checked x returned
@flagged@
expression S;
@@
 test_and_set_bit_lock(BH_Migrate, S)

@depends on flagged@
identifier rc;
@@
 __buffer_migrate_folio(...)
 {
 <...
+if (check_refs)
+	clear_bit_unlock(BH_Migrate, &head->b_state);
 rc = filemap_migrate_folio(...);
 ...>
 }
