/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hammer.c, personality.c, aim.c, prober.c: the threads that look buffers up, what
 * each kind of them does, and how they find the folio that is being moved.
 */
#ifndef _BHTORTURE_HAMMER_H
#define _BHTORTURE_HAMMER_H

#include <linux/cache.h>
#include <linux/types.h>

#include "compat.h"
#include "params.h"

struct torture;
struct watch_slot;

enum lookup {
	LOOKUP_ATOMIC,		/* __find_get_block() */
	LOOKUP_SLEEPING,	/* __find_get_block_nonatomic() */
};

/* Counted by each thread for itself, summed only when read. */
struct hammer_counters {
	u64 lookups;
	u64 null_lookups;
	u64 null_tolerated;
	u64 populated;		/* blocks that had to be brought back */
	u64 getblk_failed;	/* allocation refused, allowed for non-blocking */
	u64 getblk_slept;	/* non-blocking, but for the folio's lock */
	u64 nowait_slept;	/* in atomic context: never */
	u64 io_errors;		/* never mistaken for lost updates */
	u64 claimed_by_other;
	u64 writes;
	u64 checks;
	u64 syncs;
	u64 rereads;		/* blocks read back from the device */
	u64 exposures;
	u64 aimed;
	u64 references_held;	/* by the prober, during a migration */
	u64 references_refused;	/* to the prober, during a migration */
};

struct hammer_thread;

struct personality_ops {
	const char *name;
	void (*step)(struct hammer_thread *ht);
};

struct hammer_thread {
	struct torture *torture;
	struct task_struct *task;
	const struct personality_ops *ops;
	struct rnd_state random;
	bool aimed;		/* the block just picked is being moved */
	struct watch_slot *aim_slot; /* by this migration; NULL after the wait */
	unsigned long aim_index;
	bool aim_ahead;		/* or is likely to be moved next */
	bool ahead_hit;		/* the last such was */
	bool linger;		/* until then: linger.c */
	u64 begun_seen;		/* watch->begun at the last look */
	u64 block;		/* the block at hand, for reports */
	u64 steps;		/* progress, for `stuck` */
	u64 spell_end_ns;	/* until when the prober looks for migrations */
	unsigned int untimed;	/* lookups until one is timed again */
	u64 steps_seen;		/* monitor.c's */
	unsigned long seen_jiffies;
	bool stuck;
	bool pausing;		/* stands still because of hammer->pause */
	struct hammer_counters counters;
} ____cacheline_aligned_in_smp;

struct hammer {
	unsigned int threads;
	struct hammer_thread *thread;
	bool pause;		/* debugfs asks all threads to stand still */
};

u64 aim_pick(struct hammer_thread *ht);
void aim_wait(struct hammer_thread *ht);
bool aim_wait_over(struct hammer_thread *ht);

extern const struct personality_ops personalities[PERSONALITY_COUNT];

int hammer_start(struct torture *t);
void hammer_stop(struct torture *t);
int hammer_pause(struct torture *t, bool pause);
u32 hammer_random(struct hammer_thread *ht, u32 limit);
struct buffer_head *hammer_lookup(struct hammer_thread *ht, u64 block,
				  enum lookup lookup);
struct buffer_head *hammer_populate(struct hammer_thread *ht, u64 block);

void prober_step(struct hammer_thread *ht);

#endif /* _BHTORTURE_HAMMER_H */
