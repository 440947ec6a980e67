// SPDX-License-Identifier: GPL-2.0
// MUTANT buffer-left-locked: a migration that fails leaves one buffer locked.
//
// eras: held flag
// files: mm/migrate.c
// oracles: stuck state_leak kernel
@@
identifier fn =~ "^__buffer_migrate_(folio|page)$";
@@
 fn(...)
 {
 <...
-unlock_buffer(bh);
+if (!rc || bh != head)
+	unlock_buffer(bh);
 ...>
 }
