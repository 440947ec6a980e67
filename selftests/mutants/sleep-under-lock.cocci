// SPDX-License-Identifier: GPL-2.0
// MUTANT sleep-under-lock: code that may sleep runs inside private_lock, as
// folio_mc_copy() of large folios did in 6.10 - 6.15. For the debug flavour.
//
// eras: held flag
// files: mm/migrate.c
// flavour: debug
// oracles: kernel
@@
identifier fn =~ "^__buffer_migrate_(folio|page)$";
identifier lock =~ "private_lock$";
expression M;
@@
 fn(...)
 {
 <...
 spin_lock(&M->lock);
+might_sleep();
 ...>
 }
