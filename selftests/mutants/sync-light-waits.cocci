// SPDX-License-Identifier: GPL-2.0
// MUTANT sync-light-waits: direct compaction waits for reads in flight (before
// 4bb6dc79d987).
//
// eras: flag
// files: mm/migrate.c
// elsewhere: 6.12 waits then as well; 6.1 waits anyway
// tests: stall
// only: stall.direct_null_blk
// oracles: stall
@@
@@
 buffer_migrate_lock_buffers(...)
 {
 <...
-if (mode == MIGRATE_SYNC_LIGHT && !buffer_uptodate(bh))
-	goto unlock;
 ...>
 }

@@
@@
 migrate_folio_unmap(...)
 {
 <...
-if (mode == MIGRATE_SYNC_LIGHT && !folio_test_uptodate(src))
-	goto out;
 ...>
 }
