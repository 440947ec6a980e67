/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One thread of the hammer, and all of them, as every part sees them.
 *
 * A leaf: it has the data and calls nobody. What starts and stops the threads is
 * hammer/threads.c, what they do is hammer/personality.c.
 */
#ifndef _BHTORTURE_THREAD_H
#define _BHTORTURE_THREAD_H

#include <linux/cache.h>
#include <linux/types.h>

#include "compat.h"

struct personality_ops;
struct slot;
struct torture;

/* By which of the kernel's functions a thread looks a block up. */
enum lookup {
	LOOKUP_ATOMIC,		/* __find_get_block() */
	LOOKUP_SLEEPING,	/* __find_get_block_nonatomic() */
};

/*
 * Each thread counts for itself, without a lock. The counters are summed only when read.
 * All are u64.
 */
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
	u64 aims_met;		/* of these: their folio migrated when it was time */
	u64 holds;		/* references held on purpose */
	u64 references_judged;	/* ref_moved */
	u64 nulls_judged;	/* null_atomic: a NULL would have been a violation */
	u64 sleeps_judged;	/* null_sleeping, the same */
	u64 nulls_unjudged;	/* null_atomic, because not all was seen */
	u64 sleeps_unjudged;	/* null_sleeping, the same */
	u64 references_held;	/* by the prober, during a migration */
	u64 references_refused;	/* to the prober, during a migration */
};

/* stuck.c: what is known of one that should make progress. */
struct progress {
	u64 made;		/* at the last look: steps, or when the migration began */
	u64 cpu_ns;		/* at the last look: of its task, ever */
	u64 still_ns;		/* counted since it made progress */
	u64 used_ns;		/* of these: on a CPU */
	u64 starved_ns;		/* runnable without a CPU, since it had one */
	u64 device_ns;		/* asleep while the device was slow */
	bool reported;
};

struct hammer_thread {
	struct torture *torture;
	struct task_struct *task;
	const struct personality_ops *ops;
	struct rnd_state random;
	u64 block;		/* the block at hand, for reports */
	u64 steps;		/* progress, for `stuck` */
	bool pausing;		/* stands still because of hammer->pause */
	bool resting;		/* the same or a stutter: it is not stuck */

	/* aim.c: which migration the block at hand was chosen for. */
	bool aimed;		/* at a folio; else it is any block */
	struct slot *aim_slot;	/* the folio's migration; NULL after the wait */
	unsigned long aim_index; /* a page of the folio */
	bool aim_ahead;		/* its migration is expected, and not seen yet */
	bool ahead_hit;		/* the last migration expected so did come next */
	bool lingers;		/* the lookup is to linger, see linger.c */
	bool lingered;		/* it has, until its folio was about to be moved */
	u64 begun_seen;		/* slots->begun at the last look */

	/* lookup.c */
	unsigned int untimed;	/* lookups until one is timed again */

	/* prober.c */
	u64 spell_end_ns;	/* until when it looks for migrations */

	struct progress progress;

	struct hammer_counters counters;
} ____cacheline_aligned_in_smp;

struct hammer {
	unsigned int threads;
	struct hammer_thread *thread;
	bool pause;		/* debugfs asks all threads to stand still */
	unsigned int stuck;	/* threads, as the monitor sees it */
};

/**
 * thread_random() - The thread's own random choice, by the parameter seed.
 * @ht: The thread.
 * @limit: One more than the largest answer.
 */
static inline u32 thread_random(struct hammer_thread *ht, u32 limit)
{
	return ((u64)prandom_u32_state(&ht->random) * limit) >> 32;
}

/**
 * thread_add_counters() - Add what one thread has counted to a sum.
 * @sum: The sum.
 * @counters: The thread's, which counts on.
 */
static inline void thread_add_counters(struct hammer_counters *sum,
				       const struct hammer_counters *counters)
{
	const u64 *one = (const u64 *)counters;
	u64 *all = (u64 *)sum;
	unsigned int i;

	for (i = 0; i < sizeof(*sum) / sizeof(u64); i++)
		all[i] += READ_ONCE(one[i]);
}

#endif /* _BHTORTURE_THREAD_H */
