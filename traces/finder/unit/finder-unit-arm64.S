/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Code of arm64, as compilers write it, for finder-unit-arm64.c. The lock is 128 bytes into
 * what the first argument points to; a function's name says how it treats it.
 */
	.arch armv8.1-a
	.text

_raw_spin_lock:
	ret
_raw_spin_unlock:
	ret
queued_spin_lock_slowpath:
	ret

/* By calls; the lock's address is in a register that calls preserve. */
__buffer_migrate_folio:
	stp	x29, x30, [sp, #-32]!
	mov	x29, sp
	str	x19, [sp, #16]
	add	x19, x0, #128
	mov	x0, x19
	bl	_raw_spin_lock
	nop
	mov	x0, x19
	bl	_raw_spin_unlock
	ldr	x19, [sp, #16]
	ldp	x29, x30, [sp], #32
	ret

/* Taken by a call, dropped by a store; its address is on the stack meanwhile. */
__find_get_block_slow:
	stp	x29, x30, [sp, #-48]!
	add	x0, x0, #128
	stp	x0, x1, [sp, #16]
	bl	_raw_spin_lock
	mov	w3, #1
	ldr	x1, [sp, #16]
	strb	wzr, [x1]
	stlrb	wzr, [x1]
	ldp	x29, x30, [sp], #48
	ret

/* Both inlined; whoever has to wait does it in a function. */
try_to_free_buffers:
	stp	x29, x30, [sp, #-32]!
	stp	x19, x20, [sp, #16]
	add	x19, x0, #128
	mov	w1, #1
	mov	w0, wzr
	casa	w0, w1, [x19]
	cbnz	w0, 2f
1:	nop
	stlrb	wzr, [x19]
	ldp	x19, x20, [sp, #16]
	ldp	x29, x30, [sp], #32
	ret
2:	mov	w1, w0
	mov	x0, x19
	bl	queued_spin_lock_slowpath
	b	1b

/* The same, where the kernel has left a jump, and compares. */
grow_buffers:
	stp	x29, x30, [sp, #-32]!
	str	x19, [sp, #16]
	add	x19, x0, #128
	mov	w1, #1
	mov	w2, wzr
	casa	w2, w1, [x19]
	b	1f
	nop
1:	cmp	w2, #0
	b.ne	2f
3:	mov	w0, #0
	stlrb	w0, [x19]
	ldr	x19, [sp, #16]
	ldp	x29, x30, [sp], #32
	ret
2:	mov	w1, w2
	mov	x0, x19
	bl	queued_spin_lock_slowpath
	b	3b

/* It waits and goes elsewhere. */
grow_dev_folio:
	stp	x29, x30, [sp, #-16]!
	add	x3, x0, #128
	mov	w1, #1
	mov	w2, wzr
	casa	w2, w1, [x3]
	cbnz	w2, 1f
	stlrb	wzr, [x3]
2:	ldp	x29, x30, [sp], #16
	ret
1:	mov	w1, w2
	mov	x0, x3
	bl	queued_spin_lock_slowpath
	b	2b

/* A loop, for CPUs that have no better. */
bdev_getblk:
	add	x3, x0, #128
	mov	w1, #1
1:	ldaxr	w2, [x3]
	cbnz	w2, 2f
	stxr	w4, w1, [x3]
	cbnz	w4, 1b
2:	stlrb	wzr, [x3]
	ret

/* Two paths with two locks lead to one call. */
create_empty_buffers:
	stp	x29, x30, [sp, #-32]!
	str	x19, [sp, #16]
	add	x19, x0, #128
	cbz	w1, 1f
	add	x19, x2, #128
1:	mov	x0, x19
	bl	_raw_spin_lock
	mov	x0, x19
	bl	_raw_spin_unlock
	ldr	x19, [sp, #16]
	ldp	x29, x30, [sp], #32
	ret

/* One of two is chosen without a jump. */
mark_buffer_dirty_inode:
	stp	x29, x30, [sp, #-32]!
	str	x19, [sp, #16]
	cmp	w1, #0
	csel	x0, x0, x2, eq
	add	x19, x0, #64
	mov	x0, x19
	bl	_raw_spin_lock
	mov	x0, x19
	bl	_raw_spin_unlock
	ldr	x19, [sp, #16]
	ldp	x29, x30, [sp], #32
	ret

/* Dropped by a jump, at the end; a reference is taken before. */
__find_get_block:
	stp	x29, x30, [sp, #-32]!
	str	x19, [sp, #16]
	add	x19, x0, #128
	mov	x0, x19
	bl	_raw_spin_lock
	mov	w2, #1
	add	x1, x19, #96
	stadd	w2, [x1]
	mov	x0, x19
	ldr	x19, [sp, #16]
	ldp	x29, x30, [sp], #32
	b	_raw_spin_unlock

/* A reference to one of two buffers; the pointer to the count is made from that to the buffer. */
lookup_bh_lru:
	ldr	x0, [x0, #8]
	cbz	x1, 1f
	ldr	x0, [x0, #16]
1:	add	x1, x0, #96
	mov	w2, #1
	stadd	w2, [x1]
	ret

/* A page's flag, and another bit of a buffer's state: neither is BH_Migrate, which comes last. */
buffer_migrate_page_norefs:
	ldr	x3, [x1, #40]
	mov	x4, #0x2000
	stclr	x4, [x1]
	mov	x4, #4
	stclr	x4, [x3]
	mov	x4, #0x10000
	stclrl	x4, [x3]
	mov	w0, #0
	ret

/* Returns as another thread. */
cpu_switch_to:
	mov	x8, sp
	str	x8, [x0]
	ldr	x9, [x1]
	mov	sp, x9
	ret

end_of_the_last:
	ret
