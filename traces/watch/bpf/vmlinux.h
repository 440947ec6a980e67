/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's types, as far as they are used: libbpf finds where the fields are in the
 * kernel that runs. So no BTF is needed where this is compiled. Names after three
 * underscores are of other versions.
 */
#ifndef _BHT_WATCH_BPF_VMLINUX_H
#define _BHT_WATCH_BPF_VMLINUX_H
#define __VMLINUX_H__	/* for libbpf: names of registers are the kernel's */

#include <linux/types.h>

typedef _Bool bool;
#define true	1
#define false	0
#define NULL	((void *)0)

typedef __u8 u8;
typedef __u32 u32;
typedef __s32 s32;
typedef __u64 u64;
typedef __s64 s64;

enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_HASH = 5,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_STACK_TRACE = 7,
	BPF_MAP_TYPE_RINGBUF = 27,
};

enum { BPF_ANY = 0, BPF_NOEXIST = 1 };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	int counter;
} atomic_t;

struct address_space;

struct super_block {
	u32 s_dev;
};

struct inode {
	unsigned short i_mode;
	u32 i_rdev;
	struct super_block *i_sb;
	struct address_space *i_mapping;
};

struct address_space {
	struct inode *host;
};

struct block_device {
	struct inode *bd_inode;			/* until 6.9 */
	struct address_space *bd_mapping;	/* from 6.10 on */
};

/* Until 5.15 there are no folios. */
struct page {
	struct address_space *mapping;
	unsigned long index;
	unsigned long private;
	atomic_t _refcount;
};

/* Since 5.16. Flags are its first word; its order is in the second page's. */
struct folio {
	struct address_space *mapping;
	unsigned long index;
	void *private;
	atomic_t _refcount;
	unsigned long _flags_1;
	u32 _folio_nr_pages;		/* until 6.14 */
	u32 _nr_pages;			/* since 6.15 */
};

enum pageflags {
	PG_head = 6,
};

struct buffer_head {
	unsigned long b_state;
	struct buffer_head *b_this_page;
	struct page *b_page;
	struct folio *b_folio;		/* since 6.3, the same place */
	u64 b_blocknr;
	u64 b_size;
	atomic_t b_count;
	void *b_assoc_map;		/* until 7.0 or so */
	void *b_mmb;			/* after it */
};

enum bh_state_bits {
	BH_Lock = 2,
	BH_Migrate = 20,		/* since 6.16 */
	BH_PrivateStart = 21,
};

/* Arguments of kprobes. */
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8;
	unsigned long ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};

struct user_pt_regs {
	u64 regs[31];
	u64 sp, pc, pstate;
};

#pragma clang attribute pop

#endif /* _BHT_WATCH_BPF_VMLINUX_H */
