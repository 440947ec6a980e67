/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads the kernel's objects, whatever version it is: pages or folios, inodes or
 * mappings of block devices. Reads only.
 */
#ifndef _BHT_WATCH_BPF_KERNEL_H
#define _BHT_WATCH_BPF_KERNEL_H

#define BUFFERS_MAX	256	/* of a folio that are looked at */
#define S_IFMT		0170000
#define S_IFBLK		0060000

/* What buffers of a folio tell. */
struct ring {
	u64 bytes;
	u64 referenced;		/* the first buffer with b_count != 0 */
	u64 state;		/* its b_state, or 0 */
};

/* Of a folio, or of a page where there are no folios. Pages have lost some fields. */
#define FOLIO_FIELD(address, field)						\
	(bpf_core_field_exists(((struct folio *)0)->field) ?			\
	 (u64)BPF_CORE_READ((struct folio *)(address), field) :		\
	 (u64)BPF_CORE_READ((struct page *)(address), field))

static __always_inline u64 folio_mapping(u64 folio)
{
	return FOLIO_FIELD(folio, mapping);
}

static __always_inline u64 folio_index(u64 folio)
{
	return FOLIO_FIELD(folio, index);
}

static __always_inline u64 folio_buffers(u64 folio)
{
	return FOLIO_FIELD(folio, private);
}

static __always_inline u32 folio_references(u64 folio)
{
	return FOLIO_FIELD(folio, _refcount.counter);
}

static __always_inline u32 folio_pages(u64 address)
{
	struct folio *folio = (void *)address;
	u64 flags = 0;

	if (!bpf_core_type_exists(struct folio))
		return 1;
	bpf_probe_read_kernel(&flags, sizeof(flags), folio);
	if (!(flags & 1ULL << bpf_core_enum_value(enum pageflags, PG_head)))
		return 1;
	if (bpf_core_field_exists(folio->_nr_pages))
		return BPF_CORE_READ(folio, _nr_pages);
	if (bpf_core_field_exists(folio->_folio_nr_pages))
		return BPF_CORE_READ(folio, _folio_nr_pages);
	return 1U << (BPF_CORE_READ(folio, _flags_1) & 31);
}

/* mapping_device: of a block device, or of the filesystem that the file is on. */
static __always_inline u32 mapping_device(u64 mapping, u32 *of_file)
{
	struct inode *inode = BPF_CORE_READ((struct address_space *)mapping, host);

	*of_file = (BPF_CORE_READ(inode, i_mode) & S_IFMT) != S_IFBLK;
	if (*of_file)
		return BPF_CORE_READ(inode, i_sb, s_dev);
	return BPF_CORE_READ(inode, i_rdev);
}

static __always_inline u64 device_mapping(u64 address)
{
	struct block_device *device = (void *)address;

	if (bpf_core_field_exists(device->bd_mapping))
		return (u64)BPF_CORE_READ(device, bd_mapping);
	return (u64)BPF_CORE_READ(device, bd_inode, i_mapping);
}

static __always_inline u64 buffer_folio(u64 address)
{
	struct buffer_head *buffer = (void *)address;

	if (bpf_core_field_exists(buffer->b_folio))
		return (u64)BPF_CORE_READ(buffer, b_folio);
	return (u64)BPF_CORE_READ(buffer, b_page);
}

/* buffer_associated: a list of metadata buffers has it, and may refer to it. */
static __always_inline bool buffer_associated(u64 address)
{
	struct buffer_head *buffer = (void *)address;

	if (bpf_core_field_exists(buffer->b_assoc_map))
		return BPF_CORE_READ(buffer, b_assoc_map);
	if (bpf_core_field_exists(buffer->b_mmb))
		return BPF_CORE_READ(buffer, b_mmb);
	return false;
}

static __always_inline u64 buffer_block(u64 buffer)
{
	return BPF_CORE_READ((struct buffer_head *)buffer, b_blocknr);
}

/* has_migrate_flag: atomic lookups return NULL during a migration. */
static __always_inline bool has_migrate_flag(void)
{
	return bpf_core_enum_value_exists(enum bh_state_bits, BH_Migrate);
}

static __always_inline bool state_journal(u64 state)
{
	/* BH_JBD, of jbd2 */
	return state & 1ULL << bpf_core_enum_value(enum bh_state_bits, BH_PrivateStart);
}

/* walk_ring: look at all buffers of a folio, of which HEAD is the first. */
static __always_inline void walk_ring(u64 head, struct ring *ring)
{
	struct buffer_head *buffer = (void *)head;
	u64 size = BPF_CORE_READ(buffer, b_size);
	int i;

	for (i = 0; i < BUFFERS_MAX && buffer; i++) {
		ring->bytes += size;
		if (!ring->referenced && BPF_CORE_READ(buffer, b_count.counter)) {
			ring->referenced = (u64)buffer;
			ring->state = BPF_CORE_READ(buffer, b_state);
		}
		buffer = BPF_CORE_READ(buffer, b_this_page);
		if ((u64)buffer == head)
			break;
	}
}

static __always_inline bool any_locked(u64 head)
{
	struct buffer_head *buffer = (void *)head;
	int i;

	for (i = 0; i < BUFFERS_MAX && buffer; i++) {
		if (BPF_CORE_READ(buffer, b_state) & 1ULL << BH_Lock)
			return true;
		buffer = BPF_CORE_READ(buffer, b_this_page);
		if ((u64)buffer == head)
			break;
	}
	return false;
}

#endif /* _BHT_WATCH_BPF_KERNEL_H */
