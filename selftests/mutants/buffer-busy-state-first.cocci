// SPDX-License-Identifier: GPL-2.0
// MUTANT buffer-busy-state-first: buffer_busy() looks at the state and then at the count.
// Who dirties a buffer and releases it in between is overlooked: the buffer is freed, the
// folio loses its dirty bit, the write is lost. Nothing in the source forbids that order, and
// the compilers of all kernels here choose it; two loads lie side by side there, and
// 2 us apart here.
//
// eras: open held flag
// files: fs/buffer.c
// tests: controls
// only: *evict*
// oracles: media_loss lost_update stale_read
@@
@@
 #include <linux/blkdev.h>
+#include <linux/delay.h>

@@
expression bh;
@@
 buffer_busy(...)
 {
+	unsigned long state = READ_ONCE(bh->b_state);
+
+	udelay(2);
-	return atomic_read(&bh->b_count) | (bh->b_state & ((1 << BH_Dirty) | (1 << BH_Lock)));
+	return atomic_read(&bh->b_count) | (state & ((1 << BH_Dirty) | (1 << BH_Lock)));
 }
