// SPDX-License-Identifier: GPL-2.0
// MUTANT lock-left-held: a migration that fails leaves private_lock held.
//
// eras: held
// files: mm/migrate.c
// oracles: kernel stuck
@@
identifier fn =~ "^__buffer_migrate_(folio|page)$";
identifier lock =~ "private_lock$";
expression M;
@@
 fn(...)
 {
 <...
-if (check_refs)
+if (check_refs && !rc)
	spin_unlock(&M->lock);
 ...>
 }
