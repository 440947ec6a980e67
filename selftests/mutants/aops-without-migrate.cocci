// SPDX-License-Identifier: GPL-2.0
// MUTANT aops-without-migrate: a filesystem forgot .migrate_folio, which 6.16 and later
// complain of (as gfs2 before 5c8f12cf1e64 and jfs).
//
// eras: flag
// elsewhere: harmless; folios without a callback are written, and lose their buffers
// files: fs/gfs2/meta_io.c fs/fat/inode.c fs/ext2/inode.c
// tests: filesystems
// only: filesystems.ext2_brd
// oracles: kernel
@@
identifier aops;
identifier fn =~ "^buffer_migrate_folio";
@@
 struct address_space_operations aops = {
-	.migrate_folio = fn,
 };
