/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the module agree on.
 *
 * Data flows one way:
 *   params -> target -> hammer, strategy, watch, steering
 *          -> quarantine, oracle, latency, monitor, aftermath -> stats -> debugfs
 * and no part reaches back. struct torture is the context that all of them are
 * handed; each part owns the member named after it.
 */
#ifndef _BHTORTURE_H
#define _BHTORTURE_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/ratelimit.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "compat.h"

struct seq_file;
struct torture;
struct tracepoint;

/* --- params.c: what the user asked for, checked before anything starts --- */

enum personality {
	PERSONALITY_WRITER_BLIND,
	PERSONALITY_CHECKER,
	PERSONALITY_READER,
	PERSONALITY_GETBLK,
	PERSONALITY_SLEEPER,
	PERSONALITY_DIRTIER,
	PERSONALITY_NOWAIT,
	PERSONALITY_PROBER,
	PERSONALITY_BARE,
	PERSONALITY_COUNT,
};

struct torture_params {
	char *device;			/* to torture; or: */
	char *watch;			/* to watch only: a device or "all" */
	char *strategy;
	unsigned int block_size;	/* bytes */
	unsigned int blocks;
	int threads[PERSONALITY_COUNT];	/* -1: chosen by the number of CPUs */
	unsigned int aim_percent;
	unsigned int hold_us;
	unsigned int widen_us;
	unsigned int settle_ms;
	unsigned int stuck_s;		/* 0: not judged */
	unsigned int stutter_ms;	/* 0: no pauses */
	unsigned int shuffle_ms;	/* 0: no shuffling */
	unsigned int quarantine_folios;
	unsigned int quarantine_age_ms;
	unsigned int prober_percent;
	unsigned int latency_every;	/* lookups; 0: none is timed */
	unsigned int seed;
	char *inject;
	int injected;			/* the oracle meant, -1: none */
};

int params_check(void);
const struct torture_params *params_get(void);
void params_print(const char *prefix);

/* --- target.c: the block device, its filled page cache, the ledger --- */

/*
 * One per tortured block, 24 bytes at most (the design's limit), so that a
 * ledger for millions of blocks fits in a small guest. Written only by the
 * thread that holds LEDGER_CLAIMED, hence exact without a lock.
 */
struct ledger_entry {
	u64 generation;		/* last one written and released */
	u32 written_jiffies;	/* when, for the age in reports */
	u32 cached_drops;	/* see watch_drops(); DROPS_UNKNOWN if not cached */
	unsigned long flags;	/* LEDGER_* bits */
};

#define LEDGER_CLAIMED	0
#define LEDGER_REREAD	1	/* came from the device since it was written */
#define LEDGER_TOUCHED	2	/* the lookup in progress took the fast path */

/* What a block contains: one at its start, one at its end. */
struct block_stamp {
	u64 generation;
	u64 key;		/* target->key ^ block: tells a foreign page */
};

struct target {
	struct compat_bdev handle;
	bool open;
	struct block_device *bdev;
	struct address_space *mapping;
	int former_block_size;
	errseq_t former_write_error;
	unsigned int block_size;
	unsigned int folio_shift;	/* log2(blocks per page) */
	unsigned int blocks;
	u64 key;
	struct ledger_entry *ledger;
};

int target_open(struct torture *t);
void target_close(struct torture *t);
void target_write(const struct target *target, char *data, u64 block,
		  u64 generation);

enum stamp_state {
	STAMP_RIGHT,
	STAMP_OTHER,	/* whole, but not the expected generation or block */
	STAMP_TORN,	/* head and tail disagree */
};

enum stamp_state target_read(const struct target *target, char *data, u64 block,
			     u64 *found);

static inline pgoff_t target_index(const struct target *target, u64 block)
{
	return block >> target->folio_shift;
}

/**
 * target_claim() - Become the only thread of ours that touches a block.
 * @target: The target.
 * @block: The block.
 *
 * Return: false when another thread has it. Pairs with target_release().
 */
static inline bool target_claim(struct target *target, u64 block)
{
	return !test_and_set_bit_lock(LEDGER_CLAIMED,
				      &target->ledger[block].flags);
}

static inline void target_release(struct target *target, u64 block)
{
	clear_bit_unlock(LEDGER_CLAIMED, &target->ledger[block].flags);
}

/**
 * target_wants() - Is this mapping ours to watch?
 * @target: The target.
 * @mapping: The mapping that a folio migrates in.
 *
 * In watch mode `all` every mapping that migrates through norefs is.
 */
static inline bool target_wants(const struct target *target,
				const struct address_space *mapping)
{
	return !target->mapping || target->mapping == mapping;
}

/* Watching only: nothing is owned, written or judged by a ledger. */
static inline bool target_owned(const struct target *target)
{
	return target->ledger;
}

/* Has a write to the device failed? Then the media may be older than the ledger. */
static inline bool target_write_failed(const struct target *target)
{
	return READ_ONCE(target->mapping->wb_err) != target->former_write_error;
}

/* --- watch.c: every migration of a folio of the target, as it happens --- */

#define WATCH_SLOTS	16
#define WATCH_DROPS	256
#define WATCH_NO_INDEX	ULONG_MAX
#define DROPS_UNKNOWN	U32_MAX

/* One migration in progress. */
struct watch_slot {
	unsigned long index;		/* WATCH_NO_INDEX while unused */
	struct folio *src;
	u64 begin_ns;
	struct block_device *bdev;	/* whose page cache it is, or NULL */
	u64 first_block;
	unsigned int block_size;
	dev_t dev;			/* for reports: the mapping's device */
	struct task_struct *task;	/* valid while the slot is in use */
	enum migrate_mode mode;
	unsigned int buffers;
	bool moving;			/* steering has met it */
	atomic_t exposures;
} ____cacheline_aligned_in_smp;

struct watch {
	struct torture *torture;
	struct kretprobe norefs;
	struct kretprobe release_buffers;
	bool norefs_armed;
	bool release_armed;
	unsigned long busy;		/* bit per slot */
	struct watch_slot slots[WATCH_SLOTS];
	unsigned int newest;		/* slot last begun, for aim */
	unsigned long last_index;	/* its page, and how far from the one before */
	unsigned long stride;
	u32 typical_ns;			/* smoothed duration of a callback */
	atomic_t drops_begun[WATCH_DROPS];
	atomic_t drops_ended[WATCH_DROPS];
	atomic64_t begun;
	atomic64_t moved;
	atomic64_t moved_with_buffers;
	atomic64_t refused;
	atomic64_t unwatched;		/* no free slot */
};

int watch_start(struct torture *t);
void watch_stop(struct torture *t);
struct watch_slot *watch_begin(struct watch *watch, struct folio *src,
			       enum migrate_mode mode);
void watch_end(struct watch *watch, struct watch_slot *slot, struct folio *src,
	       int rc);
unsigned long watch_missed(const struct watch *watch);
u32 watch_drops(struct watch *watch, pgoff_t index);

/**
 * watch_find() - Is this page inside the migrate callback right now?
 * @watch: The watch.
 * @index: The page's index in the target's page cache.
 *
 * Called twice per lookup by the hammer: one load when nothing migrates.
 */
static inline struct watch_slot *watch_find(struct watch *watch, pgoff_t index)
{
	unsigned int i;

	if (likely(!READ_ONCE(watch->busy)))
		return NULL;
	for (i = 0; i < WATCH_SLOTS; i++)
		if (READ_ONCE(watch->slots[i].index) == index)
			return &watch->slots[i];
	return NULL;
}

/**
 * watch_quiet() - Does no folio of the target migrate at this moment?
 * @watch: The watch.
 *
 * Return: a number that changes whenever a migration begins, 0 while one is in
 * progress: two equal answers other than 0 mean that there was none in between.
 */
static inline u64 watch_quiet(struct watch *watch)
{
	if (READ_ONCE(watch->busy))
		return 0;
	return atomic64_read(&watch->begun) + 1;
}

/**
 * watch_newest() - The migration that began last, if it is still in progress.
 * @watch: The watch.
 * @index: Where to put the page's index.
 *
 * Return: its slot, or NULL.
 */
static inline struct watch_slot *watch_newest(struct watch *watch,
					      unsigned long *index)
{
	struct watch_slot *slot;

	if (likely(!READ_ONCE(watch->busy)))
		return NULL;
	slot = &watch->slots[READ_ONCE(watch->newest) % WATCH_SLOTS];
	*index = READ_ONCE(slot->index);
	return *index == WATCH_NO_INDEX ? NULL : slot;
}

/* --- steering.c: makes the rare race common, on an unchanged kernel --- */

struct steering {
	struct kprobe move;
	u32 typical_ns;			/* from the callback's begin to the move */
	bool armed;
	atomic64_t met_locked;		/* private_lock held during the move */
	atomic64_t met_flagged;		/* BH_Migrate set during the move */
	atomic64_t met_open;		/* neither: the race of 5.0 - 5.2 */
};

int steering_start(struct torture *t);
void steering_stop(struct torture *t);
const char *steering_era(struct torture *t);

/* --- strategy.c: who moves the folio --- */

struct strategy_ops {
	const char *name;
	/* NULL: the kernel under test, untouched. */
	int (*move)(struct address_space *mapping, struct folio *dst,
		    struct folio *src, enum migrate_mode mode);
};

const struct strategy_ops *strategy_find(const char *name);
void strategy_names(char *buffer, size_t size);
int strategy_block(struct torture *t);
void strategy_install(struct torture *t);
void strategy_remove(struct torture *t);

/* --- quarantine.c: vacated source folios, kept until nobody can hit them --- */

struct quarantined {
	struct folio *folio;
	void *copy;			/* contents when it was vacated */
	unsigned long vacated_jiffies;
	unsigned long index;
	u64 first_block;
	dev_t dev;
	bool ready;
};

struct quarantine {
	struct torture *torture;
	raw_spinlock_t lock;		/* head, tail */
	struct quarantined *ring;
	void *copies;
	unsigned int size;		/* power of two, 0: off */
	unsigned int head;		/* next to fill */
	unsigned int tail;		/* oldest */
	struct task_struct *task;
	struct mutex drain_lock;	/* one judge at a time */
	bool pressure;			/* empty the ring now */
	bool shrinking;
	bool notified;
	struct compat_shrinker shrinker;
	struct notifier_block memory_notifier;
	atomic64_t taken;
	atomic64_t released;
	atomic64_t skipped;
};

int quarantine_start(struct torture *t);
void quarantine_stop(struct torture *t);
void quarantine_take(struct quarantine *quarantine, struct folio *src,
		     const struct watch_slot *slot);

/* --- hammer.c, personality.c: the threads that look buffers up --- */

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
enum lookup {
	LOOKUP_ATOMIC,		/* __find_get_block() */
	LOOKUP_SLEEPING,	/* __find_get_block_nonatomic() */
};

struct buffer_head *hammer_lookup(struct hammer_thread *ht, u64 block,
				  enum lookup lookup);
struct buffer_head *hammer_populate(struct hammer_thread *ht, u64 block);

/* --- prober.c: the personality that is safe on mounted filesystems --- */

void prober_step(struct hammer_thread *ht);

/* --- oracle.c: what is judged --- */

enum oracle {
	ORACLE_REF_MOVED,
	ORACLE_LOST_UPDATE,
	ORACLE_STALE_READ,
	ORACLE_TORN,
	ORACLE_STALE_WRITE,
	ORACLE_MEDIA_LOSS,
	ORACLE_NULL_SLEEPING,
	ORACLE_NULL_ATOMIC,
	ORACLE_STUCK,
	ORACLE_STATE_LEAK,
	ORACLE_COUNT,
};

/* What an oracle knows of the violation it saw; the rest is added for it. */
struct violation {
	enum oracle oracle;
	dev_t dev;		/* 0: the target's, and index from block */
	unsigned long index;	/* of the page */
	u64 block;		/* first block of the page for stale_write */
	u64 expected;		/* generation; for stale_write the former 8 bytes */
	u64 found;
	unsigned int offset;	/* in the page, for stale_write */
	unsigned int age_ms;	/* since the last write, or since vacated */
	u64 seen_ns;		/* when; 0: now. Some judgements take their time */
	u64 seen_migrations;	/* of folios with buffers, until then */
};

struct violation_record {
	struct violation violation;
	u64 ms;			/* since the torture began */
	u64 migrations;		/* of folios with buffers, until then */
	int cpu;
	char thread[TASK_COMM_LEN];
};

#define ORACLE_RECORDS	256

struct oracles {
	atomic64_t count[ORACLE_COUNT];
	raw_spinlock_t lock;	/* records */
	unsigned int records;
	struct violation_record record[ORACLE_RECORDS];
	struct violation_record first[ORACLE_COUNT];	/* of each oracle */
	struct ratelimit_state ratelimit;
};

extern const char * const oracle_names[ORACLE_COUNT];

void oracle_init(struct torture *t);
void oracle_report(struct torture *t, const struct violation *violation);
void oracle_judge_block(struct hammer_thread *ht, u64 block,
			enum stamp_state state, u64 found);
void oracle_judge_reference(struct hammer_thread *ht, struct buffer_head *bh,
			    u64 block, struct folio *folio, char *data);
void oracle_judge_probe(struct hammer_thread *ht, struct buffer_head *bh,
			u64 block, struct folio *folio, char *data, dev_t dev,
			unsigned long index);
void oracle_judge_null(struct hammer_thread *ht, u64 block, u32 drops,
		       enum oracle oracle, bool quiet);
void oracle_heal(struct hammer_thread *ht, u64 block);
bool oracle_injects(struct hammer_thread *ht, enum oracle oracle);

/* --- latency.c: how long lookups and our own holds take --- */

/* In this order: three paths, the same three during a migration of the folio. */
enum latency_kind {
	LATENCY_LOOKUP_FAST,		/* found in the bh LRU */
	LATENCY_LOOKUP_SLOW,		/* __find_get_block_slow(), atomic */
	LATENCY_LOOKUP_SLEEPING,	/* the same, under the folio lock */
	LATENCY_LOOKUP_FAST_MIGRATING,
	LATENCY_LOOKUP_SLOW_MIGRATING,
	LATENCY_LOOKUP_SLEEPING_MIGRATING,
	LATENCY_HOLD,			/* of private_lock, by strategy.c */
	LATENCY_COUNT,
};

/* Buckets are at most a sixteenth wide, up to 2^34 ns (17 s), 4 KiB in all. */
#define LATENCY_STEPS	16
#define LATENCY_BUCKETS	(LATENCY_STEPS * 31)

struct latency_histogram {
	u64 count;
	u64 total_ns;
	u64 max_ns;
	u64 bucket[LATENCY_BUCKETS];
};

struct latency_cpu {
	struct latency_histogram kind[LATENCY_COUNT];
};

struct latency {
	struct latency_cpu **cpu;
	struct tracepoint *fast_path;	/* armed; NULL: lookups are not timed */
};

extern const char * const latency_names[LATENCY_COUNT];

int latency_start(struct torture *t);
void latency_stop(struct torture *t);
void latency_free(struct torture *t);
bool latency_wanted(struct hammer_thread *ht, bool exposed);
u64 latency_begin(struct torture *t, u64 block, enum lookup lookup);
u64 latency_end(enum lookup lookup, u64 begin_ns);
void latency_lookup(struct torture *t, u64 block, enum lookup lookup,
		    u64 latency_ns, bool migrating, bool found);
void latency_hold(struct torture *t, unsigned long index, u64 hold_ns);
void latency_sum(struct torture *t, enum latency_kind kind,
		 struct latency_histogram *sum);
u64 latency_percentile(const struct latency_histogram *sum,
		       unsigned int per_mille);
u64 latency_bucket_ns(unsigned int bucket);

/* --- monitor.c: no progress, and shuffling, while the torture runs --- */

struct monitor {
	struct task_struct *task;
	struct timer_list heartbeat;
	atomic_t beats;			/* since the task has run */
	unsigned int stuck_threads;
	unsigned int stuck_migrations;
	u64 slot_reported[WATCH_SLOTS];	/* begin_ns of the migration told */
};

int monitor_start(struct torture *t);
void monitor_stop(struct torture *t);

/* --- aftermath.c: what is judged when nothing moves any more --- */

struct aftermath {
	int write_error;		/* of the last sync, 0 if none */
	u64 blocks_judged;		/* against the media */
	u64 io_errors;
};

void aftermath_judge(struct torture *t);

/* --- stats.c, debugfs.c: what users read --- */

struct torture_summary {
	u64 elapsed_ms;
	struct hammer_counters total;
	u64 lookups[PERSONALITY_COUNT];
	u64 violations;
	bool pass;
};

void stats_sum(struct torture *t, struct torture_summary *summary);
void stats_json(struct torture *t, struct seq_file *m);
void stats_text(struct torture *t, struct seq_file *m);
void stats_verdict(struct torture *t);
int debugfs_start(struct torture *t);
void debugfs_stop(struct torture *t);

/* --- main.c: the order of things --- */

struct torture {
	const struct torture_params *params;
	const struct strategy_ops *strategy;
	struct target target;
	struct watch watch;
	struct steering steering;
	struct quarantine quarantine;
	struct hammer hammer;
	struct oracles oracles;
	struct latency latency;
	struct monitor monitor;
	struct aftermath aftermath;
	struct dentry *debugfs;
	struct mutex stop_lock;		/* stopped, against two stops at once */
	bool stopped;
	u64 began_ns;
	u64 ended_ns;
};

int torture_stop(struct torture *t);

#endif /* _BHTORTURE_H */
