// SPDX-License-Identifier: GPL-2.0
// MUTANT flag-not-tested: the lookup does not look at BH_Migrate.
//
// eras: flag
// files: fs/buffer.c
// oracles: ref_moved lost_update stale_read torn stale_write null_atomic
// pairs: checked x ref_taken, checked x lock_released, checked x returned
@@
expression S;
@@
 __find_get_block_slow(...)
 {
 <...
-if (test_bit_acquire(BH_Migrate, S)) { ... }
 ...>
 }
