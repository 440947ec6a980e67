// SPDX-License-Identifier: GPL-2.0
// MUTANT long-hold: two milliseconds inside private_lock. Not a violation: what it
// must do is show in the report of hold times.
//
// eras: held flag
// files: mm/migrate.c
// oracles: none
@include@
@@
 #include <linux/migrate.h>
+#include <linux/delay.h>

@@
identifier fn =~ "^__buffer_migrate_(folio|page)$";
identifier lock =~ "private_lock$";
expression M;
@@
 fn(...)
 {
 <...
 spin_lock(&M->lock);
+mdelay(2);
 ...>
 }
