// SPDX-License-Identifier: GPL-2.0
// MUTANT long-hold: two milliseconds inside private_lock. Not a violation: what it
// must do is show in the report of hold times. By the clock: mdelay() counts loops,
// whose length was measured at boot, and under emulation is soon another one.
//
// eras: held flag
// files: mm/migrate.c
// oracles: none
// budget: hold.__buffer_migrate_*.moved.p50>1ms
@include@
@@
 #include <linux/migrate.h>
+#include <linux/timekeeping.h>

@@
identifier fn =~ "^__buffer_migrate_(folio|page)$";
identifier lock =~ "private_lock$";
expression M;
@@
 fn(...)
 {
 <...
 spin_lock(&M->lock);
+{
+	u64 until = ktime_get_mono_fast_ns() + 2 * NSEC_PER_MSEC;
+
+	while (ktime_get_mono_fast_ns() < until)
+		cpu_relax();
+}
 ...>
 }
