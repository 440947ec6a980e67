// SPDX-License-Identifier: GPL-2.0
// MUTANT norefs-own-reference: migration takes a reference on each buffer itself and
// then finds them referenced: norefs migration never succeeds (before 80409c65e2c6).
//
// eras: held flag
// files: mm/migrate.c
// oracles: never_moves
@@
identifier fn =~ "^__buffer_migrate_(folio|page)$";
expression mode;
@@
 fn(...)
 {
 <...
(
 if (!buffer_migrate_lock_buffers(head, mode))
	return -EAGAIN;
+bh = head;
+do {
+	get_bh(bh);
+	bh = bh->b_this_page;
+} while (bh != head);
|
 unlock_buffer(bh);
+put_bh(bh);
)
 ...>
 }
