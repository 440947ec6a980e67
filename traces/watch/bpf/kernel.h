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
	u64 referenced;		/* the first buffer with b_count != 0 */
	u64 state;		/* its b_state, or 0 */
};

/* An object's first bytes, read at once: a call for each field costs more. */
#define WORDS		16
struct words {
	u64 word[WORDS];
};

static __always_inline void read_words(struct words *words, u64 address, u32 bytes)
{
	if (bytes > sizeof(*words) ||
	    bpf_probe_read_kernel(words, bytes, (void *)address))
		__builtin_memset(words, 0, sizeof(*words));
}

/* WORD, HALF: a field of eight or four bytes. */
#define PLACE(words, type, field)						\
	((char *)(words)->word + bpf_core_field_offset(type, field))
#define WORD(words, type, field)	(*(u64 *)PLACE(words, type, field))
#define HALF(words, type, field)	(*(u32 *)PLACE(words, type, field))

/* What is asked of a folio. */
struct folio_fields {
	u64 index;
	u64 buffers;
	u32 nr_pages;
};

#define FOLIO_BYTES	64	/* of its first page */

/* Of a folio, or of a page where there are no folios. Pages have lost some fields. */
#define FOLIO_WORD(words, field)						\
	(bpf_core_field_exists(((struct folio *)0)->field) ?			\
	 WORD(words, struct folio, field) : WORD(words, struct page, field))

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

static __always_inline u32 folio_references(u64 folio)
{
	return FOLIO_FIELD(folio, _refcount.counter);
}

static __always_inline u32 folio_pages(u64 address, u64 flags)
{
	struct folio *folio = (void *)address;

	if (!bpf_core_type_exists(struct folio))
		return 1;
	if (!(flags & 1ULL << bpf_core_enum_value(enum pageflags, PG_head)))
		return 1;
	if (bpf_core_field_exists(folio->_nr_pages))
		return BPF_CORE_READ(folio, _nr_pages);
	if (bpf_core_field_exists(folio->_folio_nr_pages))
		return BPF_CORE_READ(folio, _folio_nr_pages);
	return 1U << (BPF_CORE_READ(folio, _flags_1) & 31);
}

static __always_inline void read_folio(struct folio_fields *fields, u64 folio)
{
	struct words words;

	read_words(&words, folio, FOLIO_BYTES);
	fields->index = FOLIO_WORD(&words, index);
	fields->buffers = FOLIO_WORD(&words, private);
	fields->nr_pages = folio_pages(folio, words.word[0]);
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
	u32 bytes = bpf_core_field_offset(struct buffer_head, b_count) + sizeof(atomic_t);
	u64 buffer = head;
	struct words words;
	int i;

	for (i = 0; i < BUFFERS_MAX && buffer; i++) {
		read_words(&words, buffer, bytes);
		if (HALF(&words, struct buffer_head, b_count)) {
			ring->referenced = buffer;
			ring->state = WORD(&words, struct buffer_head, b_state);
			return;
		}
		buffer = WORD(&words, struct buffer_head, b_this_page);
		if (buffer == head)
			return;
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
