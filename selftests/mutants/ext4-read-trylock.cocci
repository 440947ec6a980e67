// SPDX-License-Identifier: GPL-2.0
// MUTANT ext4-read-trylock: whoever finds a metadata buffer locked takes it for being
// read and reports -EIO when it is not up to date afterwards (before 0b73284c564d).
//
// eras: held flag
// files: fs/ext4/super.c
// tests: filesystems
// only: filesystems.ext4_1k_cold_brd
// oracles: cold_read kernel
@@
identifier bh, op_flags, wait;
@@
 ext4_read_bh_lock(struct buffer_head *bh, blk_opf_t op_flags, bool wait)
 {
-lock_buffer(bh);
+if (!trylock_buffer(bh)) {
+	if (!wait)
+		return 0;
+	wait_on_buffer(bh);
+	return buffer_uptodate(bh) ? 0 : -EIO;
+}
 ...
 }
