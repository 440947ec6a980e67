/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of the part in the kernel: all of it is allocated when it is loaded, none
 * grows. Two arrays are direct mapped, by task and by folio: where two share a place,
 * the older one is forgotten, and what that loses is counted.
 */
#ifndef _BHT_WATCH_BPF_MAPS_H
#define _BHT_WATCH_BPF_MAPS_H

#include "watch/shared.h"

#define TASKS		8192		/* powers of two */
#define MIGRATIONS	4096
#define DEVICES		256

/* What a task is at. */
struct task {
	u32 pid;
	u32 reason;			/* of migrate_pages() */
	s32 stack;			/* likewise, taken once per call of it */
	u32 stack_taken;
	u32 migrating, moment;		/* inside of the norefs callback; MOMENT_... */
	u32 place;			/* of its migration */
	u64 head;			/* of the buffers that it moves */
	u64 mapping;			/* whose device is known */
	u32 device, of_file;
	u32 looking, sleeping;
	u64 lookup_begin;
	u64 arguments[3];		/* for probes that do not see them on return */
};

#define MOMENT_CHECKED		1	/* the check was passed */
#define MOMENT_LRU		2	/* the LRUs were dropped */
#define MOMENT_LATE		4	/* just before the release */

/* The latest migration of a folio. */
struct migration {
	u64 mapping, index;
	u64 begin, check, late, end;
	u64 head;			/* of the buffers */
	u64 from;			/* the folio */
	u32 device, of_file, reason;
	s32 stack;
	u32 pid, nr_pages;
	u32 seen;			/* SEEN_... */
	u32 referenced_assoc;		/* b_assoc_map was set: may be its list's reference */
	u64 referenced;			/* a buffer with b_count != 0 */
	u64 block;
	u64 taker_begin, taker_end;	/* a lookup that got a buffer */
	u32 taker_pid, taker_sleeping;
	s32 taker_stack;
	u32 released;			/* ref_moved was reported */
	char comm[16], taker_comm[16];
};

/* The latest migration of a device. */
struct device {
	u64 mapping, begin, end;
	u32 place;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, TASKS);
	__type(key, u32);
	__type(value, struct task);
} tasks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MIGRATIONS);
	__type(key, u32);
	__type(value, struct migration);
} migrations SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, DEVICES);
	__type(key, u32);
	__type(value, struct device);
} devices SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 512);
	__type(key, struct count_key);
	__type(value, struct counts);
} count SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 256);
	__type(key, struct null_key);
	__type(value, u64);
} nulls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, KINDS);
	__type(key, u32);
	__type(value, struct histogram);
} histograms SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct scalars);
} scalars SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK_TRACE);
	__uint(max_entries, STACKS_MAX);
	__uint(key_size, sizeof(u32));
	__uint(value_size, STACK_DEPTH * sizeof(u64));
} stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

/* Of which one may be lost: a longer one follows. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} stalls SEC(".maps");

/* Set by the program before this is loaded. */
const volatile __u32 page_shift = 12;
const volatile __u32 has_late_buffer = 1;		/* it is probed */
const volatile __u64 awake_after_ns = 1000000000;	/* without migrations */

/* And while it runs. */
__u64 stall_floor_ns;		/* a shorter stall is not among the longest */
__u64 latest_migration_ns;
__u32 armed;			/* each place: before, an end may be seen without its begin */
__u32 nr_races;			/* there may be references of moved buffers */
__u32 last_moment;		/* of the two: enum last_moment */

static __always_inline struct scalars *scalar(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&scalars, &zero);
}

#define ADD_SCALAR(name, n)					\
	do {							\
		struct scalars *__s = scalar();			\
		if (__s)					\
			__s->name += (n);			\
	} while (0)

static __always_inline struct task *task_of(u32 pid)
{
	u32 place = pid & (TASKS - 1);

	return bpf_map_lookup_elem(&tasks, &place);
}

/* current_task: what the running task is at, NULL if nothing of it is kept. */
static __always_inline struct task *current_task(void)
{
	u32 pid = bpf_get_current_pid_tgid();
	struct task *task = task_of(pid);

	return task && task->pid == pid ? task : NULL;
}

/* claim_task: likewise, a fresh one if need be. */
static __always_inline struct task *claim_task(void)
{
	u32 pid = bpf_get_current_pid_tgid();
	struct task *task = task_of(pid);

	if (!task || task->pid == pid)
		return task;
	if (task->migrating || task->looking)
		ADD_SCALAR(lost, 1);
	task->pid = pid;
	task->reason = REASON_UNKNOWN;
	task->stack = -1;
	task->stack_taken = 0;
	task->mapping = 0;
	task->migrating = 0;
	task->looking = 0;
	return task;
}

/*
 * as_number: an argument of a traced function is a pointer in the verifier's eyes, with
 * which one may not calculate. What was in a map is a number.
 */
static __always_inline u64 as_number(u64 *memory, u64 pointer)
{
	*(volatile u64 *)memory = pointer;
	return *(volatile u64 *)memory;
}

static __always_inline u32 migration_place(u64 mapping, u64 index)
{
	u64 hash = (mapping >> 6) * 0x9e3779b97f4a7c15ULL + index;

	return (hash * 0x9e3779b97f4a7c15ULL) >> 52;	/* MIGRATIONS is 2^12 */
}

static __always_inline struct device *device_of(u64 mapping)
{
	u32 place = ((mapping >> 6) * 0x9e3779b97f4a7c15ULL) >> 56;	/* DEVICES is 2^8 */

	return bpf_map_lookup_elem(&devices, &place);
}

#endif /* _BHT_WATCH_BPF_MAPS_H */
