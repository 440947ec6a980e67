// SPDX-License-Identifier: GPL-2.0
// MUTANT flag-leaked: a migration that fails leaves BH_Migrate set, so that atomic
// lookups of the folio answer NULL from then on.
//
// eras: flag
// files: mm/migrate.c
// oracles: null_atomic state_leak kernel
@@
expression S;
@@
 __buffer_migrate_folio(...)
 {
 <...
-if (check_refs)
+if (check_refs && !rc)
	clear_bit_unlock(BH_Migrate, S);
 ...>
 }
