// SPDX-License-Identifier: GPL-2.0
// 5.10 dressed as 5.0 - 5.2, of which there are no packages: what the module needs
// and what has changed in between is as it was then, the race included. For
// vm-open-era-all.
//
// - migrate_page_move_mapping() takes the mode before extra_count, until 5.3
// - there is neither attach_page_private() nor detach_page_private(), until 5.8
// - private_lock is dropped before the move (89cb0888ca14, 5.0), until 5.3
//   (ebdf4de5642f)
//
// files: include/linux/migrate.h include/linux/pagemap.h mm/migrate.c fs/buffer.c fs/aio.c fs/iomap/buffered-io.c
@@
identifier mapping, newpage, page, extra;
type T;
@@
 T migrate_page_move_mapping(struct address_space *mapping,
	struct page *newpage, struct page *page,
+	enum migrate_mode mode,
	int extra)
 { ... }

@@
identifier mapping, newpage, page, extra;
type T;
@@
 T migrate_page_move_mapping(struct address_space *mapping,
	struct page *newpage, struct page *page,
+	enum migrate_mode mode,
	int extra);

@@
expression mapping, newpage, page, extra;
@@
 migrate_page_move_mapping(mapping, newpage, page,
+	MIGRATE_SYNC,
	extra)

@@
identifier page, data;
@@
-void attach_page_private(struct page *page, void *data)
+void attach_page_private_5_8(struct page *page, void *data)
 { ... }

@@
identifier page;
@@
-void *detach_page_private(struct page *page)
+void *detach_page_private_5_8(struct page *page)
 { ... }

@@
expression page, data;
@@
-attach_page_private(page, data)
+attach_page_private_5_8(page, data)

@@
expression page;
@@
-detach_page_private(page)
+detach_page_private_5_8(page)

@@
identifier fn =~ "^__buffer_migrate_page$";
expression M;
@@
 fn(...)
 {
 <...
(
+spin_unlock(&M->private_lock);
 if (busy) {
	if (invalidated) { ... }
-	spin_unlock(&M->private_lock);
	...
 }
|
- if (check_refs)
-	spin_unlock(&M->private_lock);
)
 ...>
 }
