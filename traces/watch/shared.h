/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the part in the kernel and the program share: the layout of maps and events.
 * Included by both; has no function. Sizes are fixed: nothing grows with the load.
 */
#ifndef _BHT_WATCH_SHARED_H
#define _BHT_WATCH_SHARED_H

#include <linux/types.h>

/* Why a migration did not move its folio. */
enum refusal {
	REFUSED_FOLIO,		/* somebody refers to the folio itself */
	REFUSED_LOCKED,		/* a buffer is locked: I/O under way */
	REFUSED_BUFFER,		/* a buffer is referenced, also without the LRUs */
	REFUSED_JOURNAL,	/* likewise, and the journal has it (BH_JBD) */
	REFUSED_LRU,		/* referenced in the check, but no more when it returns */
	REFUSED_MOVE,		/* after the check: the folio could not be replaced */
	REFUSED_OTHER,		/* none of these was seen, or another error */
	REFUSALS,
};

/* What is timed; names are in totals.c. Three lookups, then three sleeping ones. */
enum watch_kind {
	KIND_LOOKUP,
	KIND_LOOKUP_MIGRATING,		/* the block's folio migrated meanwhile */
	KIND_LOOKUP_DEVICE_MIGRATING,	/* another folio of the device did */
	KIND_SLEEPING,
	KIND_SLEEPING_MIGRATING,
	KIND_SLEEPING_DEVICE_MIGRATING,
	KIND_CALLBACK,			/* the norefs callback, folio moved */
	KIND_CALLBACK_REFUSED,
	KINDS,
};

/* As the module's histogram, see module/report/histogram.h: bins of bht-report. */
#define HISTOGRAM_STEPS_LOG2	4
#define HISTOGRAM_STEPS		16
#define HISTOGRAM_BINS		((36 - HISTOGRAM_STEPS_LOG2) * HISTOGRAM_STEPS)

struct histogram {
	__u64 count;
	__u64 total_ns;
	__u64 max_ns;
	__u64 bins[HISTOGRAM_BINS];
};

/* Whose folios moved or did not, by whom. */
struct count_key {
	__u32 device;		/* the kernel's dev_t */
	__u32 reason;		/* enum migrate_reason of that kernel, or REASON_UNKNOWN */
	__s32 stack;		/* negative: not known */
	__u32 of_file;		/* the mapping is a file's, not the device's */
};

/* Which of two functions is called later, and looks at the buffers; the other is not needed. */
enum last_moment {
	LAST_UNKNOWN,
	LAST_FLAGS,		/* until 6.10 */
	LAST_BUFFER,
};

#define REASON_UNKNOWN	255

struct counts {
	__u64 moved;
	__u64 pages;		/* in these */
	__u64 lru_dropped;	/* of these: the LRUs had to be dropped */
	__u64 without_buffers;	/* moved as well, but not counted in moved */
	__u64 refused[REFUSALS];
};

/* Who looked a block up, and got NULL for one that is cached. */
struct null_key {
	__u32 device;
	__s32 stack;
};

/* Counted once per CPU. */
struct scalars {
	__u64 lookups;
	__u64 false_nulls;		/* atomic, and BH_Migrate of the folio was set */
	__u64 null_sleeping;		/* a sleeping lookup during a migration got NULL */
	__u64 met_check, met_late;	/* moments of migrations that were seen */
	__u64 judged, not_judged;	/* moved migrations with and without a late moment */
	__u64 window_lookups;		/* lookups that overlap with a window */
	__u64 untaken;			/* referenced by a list of associated buffers */
	__u64 uncounted;		/* no room in a map */
	__u64 lost;			/* a call whose return was not matched */
	__u64 events_lost;		/* no room for an event */
};

enum event_kind {
	EVENT_AWAKE,		/* a migration after a while without */
	EVENT_RACE,
	EVENT_TAKER,		/* who took the reference of a race, seen late */
	EVENT_REF_MOVED,	/* and how it was released */
	EVENT_STALL,
};

/* How a race was seen. */
#define SEEN_COUNT	1	/* b_count was not 0 before the release */
#define SEEN_ORDER	2	/* a lookup began after the check and ended before the release */

struct event {
	__u32 kind;		/* enum event_kind */
	__u32 seen;		/* SEEN_... */
	__u64 id;		/* of the race: when its callback began */
	__u32 device;
	__u32 reason;
	__u64 index;		/* of the folio */
	__u64 block;		/* of the buffer */
	__u64 begin_ns, check_ns, late_ns, end_ns;	/* of the migration */
	__u64 lookup_begin_ns, lookup_end_ns;		/* 0: not seen */
	__s32 migration_stack, lookup_stack;
	__u32 migration_pid, lookup_pid;
	__u32 same_folio, sleeping;
	char migration_comm[16], lookup_comm[16];
};

#define STACK_DEPTH	40
#define STACKS_MAX	4096

#endif /* _BHT_WATCH_SHARED_H */
