// SPDX-License-Identifier: GPL-2.0
// MUTANT checkpoint-busy-race: lock and dirty are looked at one after the other, not
// under the buffer's lock (before 46f881b5b175): a buffer that is just being written
// leaves the checkpoint list.
//
// eras: held flag
// files: fs/jbd2/checkpoint.c
// tests: crash_replay
// only: crash_replay.checkpoint
// oracles: crash_loss
@@
expression bh;
@@
 jbd2_journal_try_remove_checkpoint(...)
 {
 ...
-if (!trylock_buffer(bh))
-	return -EBUSY;
-if (buffer_dirty(bh)) {
-	unlock_buffer(bh);
-	return -EBUSY;
-}
-unlock_buffer(bh);
+if (buffer_locked(bh))
+	return -EBUSY;
+if (buffer_dirty(bh))
+	return -EBUSY;
 ...
 }
