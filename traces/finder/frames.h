/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions whose begin and end matter to whoever follows a migration or a lookup from
 * outside (exact/): where each is entered, and each place where it may return.
 */
#ifndef _BHT_FINDER_FRAMES_H
#define _BHT_FINDER_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "finder/kernel.h"

/*
 * A place within a function: at the instruction that ends something, or behind the one
 * that begins it.
 */
struct frame_mark {
	uint64_t address;
	char fetch[48];			/* where the buffer is */
};

enum frame_role {
	FRAME_MIGRATION,	/* (mapping, dst, src, mode), returns 0 or an error */
	FRAME_LOOKUP,		/* (bdev, ...), returns a buffer or NULL */
	FRAME_SLEEPING,		/* the same, may wait for the folio lock */
	FRAME_SLOW,		/* the part of a lookup that asks the page cache */
	FRAME_PART,		/* another part of one */
	FRAME_CACHE,		/* (mapping, index, ...), returns a folio, NULL or an error */
	FRAME_MOVE,		/* of the mapping's entry: returns 0 or an error */
	FRAME_COPY,
	FRAME_FLAGS,
	FRAME_BUFFER,		/* a buffer is made to be of the new folio */
	FRAME_PUT,		/* (bh): a reference is given up */
	FRAME_SWITCH_FROM,	/* on the stack of the thread that stops running */
	FRAME_SWITCH_TO,	/* on that of the one that runs from now on */
	FRAME_BEGIN,		/* the module's outside_begin(): a torture begins */
	FRAME_END,		/* and ends */
	FRAME_VIOLATION,	/* the module reports one */
	FRAME_STAT_CLEARED,	/* the kernel forgets what /proc/lock_stat has counted */
	FRAME_STAT_READ,	/* and tells it */
	FRAME_ROLES,
};

extern const char *const frame_role_names[FRAME_ROLES];

struct frame {
	const char *name;
	enum frame_role role;
	const struct symbol *symbol;	/* NULL: not in this kernel, or inlined */
	uint64_t *returns;
	size_t count;
	struct frame_mark *marks;	/* a reference; or BH_Migrate is about to be cleared */
	size_t mark_count;
};

struct frames {
	struct frame *list;
	size_t count;
	int bh_count;			/* offset of b_count in struct buffer_head; 0: not seen */
};

void frames_find(struct frames *frames, const struct kernel *kernel);

#endif /* _BHT_FINDER_FRAMES_H */
