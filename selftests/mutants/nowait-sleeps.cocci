// SPDX-License-Identifier: GPL-2.0
// MUTANT nowait-sleeps: a lookup that must not block waits for the folio's lock,
// which a migration holds.
//
// eras: held flag
// files: fs/buffer.c
// flavour: debug
// tests: nowait_lookup
// oracles: kernel
@@
symbol page, folio, out;
@@
 __find_get_block_slow(...)
 {
 <...
(
 if (!page)
	goto out;
+lock_page(page);
+unlock_page(page);
|
 if (IS_ERR(folio))
	goto out;
+folio_lock(folio);
+folio_unlock(folio);
)
 ...>
 }
