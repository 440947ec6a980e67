/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the parts of the module agree on.
 *
 * Data flows one way:
 *   params -> target -> hammer, strategy, watch, steering
 *          -> quarantine, oracle, latency, monitor, aftermath -> stats -> debugfs
 * and no part reaches back. struct torture is the context that all of them are
 * handed; each part owns the member named after it. The larger parts have a header of
 * their own, the smaller ones are below.
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
#include "params.h"
#include "target/target.h"
#include "observe/slots.h"
#include "hammer/hammer.h"
#include "judge/violation.h"
#include "report/latency.h"

struct seq_file;
struct torture;

/* --- others.c: counts the lookups that others make --- */

#define OTHERS_PROBES	2

struct others {
	struct kprobe probe[OTHERS_PROBES];
	unsigned int armed;
	atomic64_t lookups;
	atomic64_t exposures;
};

int others_start(struct torture *t);
void others_stop(struct torture *t);

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

/* --- linger.c: keeps a lookup between giving up the folio and returning --- */

#define LINGER_PROBES	8
#define LINGER_CODE	6		/* bytes of the longest such instruction */

struct linger_state {
	struct kprobe probe[LINGER_PROBES];
	unsigned int armed;
	atomic64_t lingered;
};

void linger_start(struct torture *t);
void linger_stop(struct torture *t);

/* --- jitter.c: schedule points for emulators that run the CPUs in turn --- */

struct jitter {
	int hotplug_state;
	bool armed;
};

int jitter_start(struct torture *t);
void jitter_stop(struct torture *t);
u64 jitter_fired(const struct torture *t);

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

struct quarantined {			/* one page */
	struct folio *folio;
	void *contents;			/* as they are */
	void *copy;			/* and were when it was vacated */
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
	struct others others;
	struct steering steering;
	struct linger_state linger;
	struct jitter jitter;
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
