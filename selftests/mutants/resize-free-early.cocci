// SPDX-License-Identifier: GPL-2.0
// MUTANT resize-free-early: what online resizing replaces is freed at once, under
// its readers, instead of after a grace period (as before 1d0c3924a92e).
//
// eras: held flag
// files: fs/ext4/resize.c
// flavour: debug
// tests: online_resize
// oracles: kernel
@@
identifier ptr, to_free;
expression allocated;
@@
 ext4_kvfree_array_rcu(void *to_free)
 {
-struct ext4_rcu_ptr *ptr = allocated;
+struct ext4_rcu_ptr *ptr = NULL;
+
+kvfree(to_free);
+return;
 ...
 }
