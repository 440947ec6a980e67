// SPDX-License-Identifier: GPL-2.0
// MUTANT loop-reclaim-recursion: the loop device's allocations may recurse into the
// filesystems, the one on top of it included, which waits for the loop device.
//
// eras: held flag
// files: drivers/block/loop.c
// tests: reclaim_recursion
// oracles: reclaim_recursion
@ worker @
@@
-current->flags |= PF_LOCAL_THROTTLE | PF_MEMALLOC_NOIO;
+current->flags |= PF_LOCAL_THROTTLE;

@@
expression mapping, mask;
@@
-mapping_set_gfp_mask(mapping, mask & ~(__GFP_IO|__GFP_FS));
+mapping_set_gfp_mask(mapping, mask);
