// SPDX-License-Identifier: GPL-2.0
// MUTANT jbd2-plain-reads: a buffer's journal_head is read without its lock and without
// saying so (before af98b0157adf). For the kcsan flavour.
//
// eras: held flag
// files: fs/jbd2/transaction.c
// flavour: kcsan
// tests: watch_ext4
// only: watch_ext4.commits
// oracles: kernel
// names: jbd2_journal_dirty_metadata
@@
expression E;
@@
 jbd2_journal_dirty_metadata(...)
 {
 <...
-data_race(E)
+E
 ...>
 }
