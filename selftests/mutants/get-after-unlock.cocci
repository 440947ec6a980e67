// SPDX-License-Identifier: GPL-2.0
// MUTANT get-after-unlock: the lookup takes its reference after dropping the lock,
// and the folio's reference with it: until that is gone, no migration begins.
//
// eras: held flag
// files: fs/buffer.c
// oracles: ref_moved lost_update stale_read torn stale_write
// pairs: checked x ref_taken, checked x lock_released, checked x returned
@@
identifier put =~ "^(put_page|folio_put)$";
expression P;
@@
 __find_get_block_slow(...)
 {
 <...
(
 ret = bh;
-get_bh(bh);
|
 put(P);
+if (ret)
+	get_bh(ret);
)
 ...>
 }
