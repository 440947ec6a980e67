// SPDX-License-Identifier: GPL-2.0
// MUTANT recheck-skipped: after invalidate_bh_lrus() the buffers are taken for
// unreferenced without a second look.
//
// eras: held flag
// files: mm/migrate.c
// oracles: ref_moved lost_update stale_read torn stale_write
// pairs: checked x ref_taken, checked x lock_released, checked x returned
@held@
identifier lock =~ "private_lock$";
identifier recheck;
expression M;
@@
 spin_unlock(&M->lock);
 invalidate_bh_lrus();
-invalidated = true;
-goto recheck;
+spin_lock(&M->lock);

@depends on !held@
identifier recheck;
@@
 invalidate_bh_lrus();
-invalidated = true;
-goto recheck;
