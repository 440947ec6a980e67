// SPDX-License-Identifier: GPL-2.0
// MUTANT set-blocksize-unlocked: the block size (and, from 6.15, the least folio order)
// changes under readers (before c0e473a0d226).
//
// eras: held flag
// files: block/bdev.c
// tests: set_blocksize
// oracles: kernel lost_update
@@
expression I, M, B;
@@
 set_blocksize(...)
 {
 <...
-inode_lock(I);
-filemap_invalidate_lock(M);
 sync_blockdev(B);
-kill_bdev(B);
 ... when any
-filemap_invalidate_unlock(M);
-inode_unlock(I);
+kill_bdev(B);
 ...>
 }
