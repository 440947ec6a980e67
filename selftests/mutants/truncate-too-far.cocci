// SPDX-License-Identifier: GPL-2.0
// MUTANT truncate-too-far: what is truncated in the middle of a folio is zeroed to the
// folio's end: the blocks behind are lost.
//
// eras: held flag
// files: mm/truncate.c
// oracles: lost_update
// tests: discard
@@
expression F, O;
@@
 truncate_inode_partial_folio(...)
 {
 <...
 folio_zero_range(F, O,
-	length
+	folio_size(F) - O
 );
 ...>
 }
