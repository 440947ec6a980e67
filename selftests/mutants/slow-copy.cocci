// SPDX-License-Identifier: GPL-2.0
// MUTANT slow-copy: the copy in the migration takes 20 % longer: a fifth of the folio
// is read once more. Not a violation, and no oracle's: what it must do is exceed a budget
// of instructions, for which `bht-bisect --budget` looks.
//
// eras: held flag
// files: mm/migrate.c
// oracles: none
// bisect: hold.p90 where the copy is made under private_lock, else latency.migration.moved.p90
@@
identifier fn =~ "^(__buffer_migrate_(folio|page)|__migrate_folio)$";
expression D, S, E;
@@
 fn(...)
 {
 <+...
(
 folio_migrate_copy(D, S);
+{
+	size_t at;
+
+	for (at = 0; at < folio_size(S) / 5; at += 32)
+		READ_ONCE(*(unsigned long *)(folio_address(S) + at));
+}
|
 migrate_page_copy(D, S);
+{
+	size_t at;
+
+	for (at = 0; at < PAGE_SIZE / 5; at += 32)
+		READ_ONCE(*(unsigned long *)(page_address(S) + at));
+}
|
 E = folio_mc_copy(D, S);
+{
+	size_t at;
+
+	for (at = 0; at < folio_size(S) / 5; at += 32)
+		READ_ONCE(*(unsigned long *)(folio_address(S) + at));
+}
)
 ...+>
 }
