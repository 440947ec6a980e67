/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Follows a lookup: how long it took, whether a migration of its folio or of another
 * one of its device was under way meanwhile, and what it returned.
 */
#ifndef _BHT_WATCH_BPF_LOOKUP_H
#define _BHT_WATCH_BPF_LOOKUP_H

#include "watch/bpf/event.h"
#include "watch/bpf/histogram.h"
#include "watch/bpf/kernel.h"

static __always_inline void on_lookup(u64 device, u64 block, u64 size, u32 sleeping)
{
	struct task *task = claim_task();

	if (!task)
		return;
	task->looking = 1;
	task->sleeping = sleeping;
	task->arguments[0] = device;
	task->arguments[1] = block;
	task->arguments[2] = size;
	task->lookup_begin = bpf_ktime_get_ns();
}

static __always_inline bool overlaps(u64 begin, u64 end, u64 since)
{
	return begin && (!end || end >= since);
}

/* folio_migration: the latest one of the folio with this page of the device. */
static __always_inline struct migration *folio_migration(u64 mapping, u64 index, u64 since)
{
	u32 place = migration_place(mapping, index);
	struct migration *m = bpf_map_lookup_elem(&migrations, &place);

	if (m && m->mapping == mapping && m->index == index && overlaps(m->begin, m->end, since))
		return m;
	return NULL;
}

/* device_migration: the device's latest one; SAME if it is of a large folio with the page. */
static __always_inline struct migration *device_migration(struct device *device, u64 index,
							  bool *same)
{
	u32 place = device->place;
	struct migration *m = bpf_map_lookup_elem(&migrations, &place);

	if (!m || m->mapping != device->mapping)
		return NULL;
	*same = index - m->index < m->nr_pages;
	return m;
}

static __always_inline void tell_stall(void *context, struct task *task, struct migration *m,
				       bool same, u64 now, u64 block)
{
	struct event *event = bpf_ringbuf_reserve(&stalls, sizeof(*event), 0);

	if (!event)
		return;
	fill_event(event, EVENT_STALL, m);
	event->same_folio = same;
	event->sleeping = task->sleeping;
	event->block = block;
	event->lookup_begin_ns = task->lookup_begin;
	event->lookup_end_ns = now;
	event->lookup_pid = task->pid;
	event->lookup_stack = stack_here(context);
	bpf_get_current_comm(event->lookup_comm, sizeof(event->lookup_comm));
	bpf_ringbuf_submit(event, 0);
}

static __always_inline void count_null(void *context, struct task *task, struct migration *m)
{
	struct null_key key = { m->device, stack_here(context) };
	u64 one = 1, *n;

	if (task->sleeping) {
		ADD_SCALAR(null_sleeping, 1);
		return;
	}
	if (!has_migrate_flag())
		return;
	ADD_SCALAR(false_nulls, 1);
	n = bpf_map_lookup_elem(&nulls, &key);
	if (n)
		++*n;
	else if (bpf_map_update_elem(&nulls, &key, &one, BPF_NOEXIST))
		ADD_SCALAR(uncounted, 1);
}

/*
 * took: a lookup got a buffer of a folio that is in the callback, or has left it. Whether
 * it was too early is for who migrates to see, at the next late moment. If that has seen
 * a reference already, this may be the one.
 */
static __always_inline void took(void *context, struct task *task, struct migration *m,
				 u64 buffer, u64 now)
{
	struct event *event;

	if (!m->check || m->taker_end)
		return;
	if (m->referenced ? m->referenced != buffer || task->lookup_begin > m->late : m->end)
		return;
	ADD_SCALAR(window_lookups, 1);
	m->taker_begin = task->lookup_begin;
	m->taker_pid = task->pid;
	m->taker_sleeping = task->sleeping;
	m->taker_stack = stack_here(context);
	bpf_get_current_comm(m->taker_comm, sizeof(m->taker_comm));
	if (!m->referenced)
		m->block = task->arguments[1];
	m->taker_end = now;
	if (!m->end || !m->seen)
		return;
	event = new_event(EVENT_TAKER, m);
	if (!event)
		return;
	add_taker(event, m);
	bpf_ringbuf_submit(event, 0);
}

static __always_inline void on_lookup_end(void *context, u64 buffer)
{
	struct task *task = current_task();
	u64 now = bpf_ktime_get_ns(), mapping, index, took_ns;
	struct migration *m;
	struct device *device;
	bool same = true;
	u32 kind;

	if (!task || !task->looking)
		return;		/* began before this was attached */
	task->looking = 0;
	took_ns = now - task->lookup_begin;
	kind = task->sleeping ? KIND_SLEEPING : KIND_LOOKUP;
	ADD_SCALAR(lookups, 1);
	mapping = device_mapping(task->arguments[0]);
	device = device_of(mapping);
	if (!device || device->mapping != mapping)
		goto add;	/* none of its folios has moved */
	index = task->arguments[1] * task->arguments[2] >> page_shift;
	m = folio_migration(mapping, index, task->lookup_begin);
	if (!m) {
		if (!overlaps(device->begin, device->end, task->lookup_begin))
			goto add;
		m = device_migration(device, index, &same);
		if (!m)
			goto add;
	}
	kind += same ? 1 : 2;
	if (took_ns > stall_floor_ns)
		tell_stall(context, task, m, same, now, task->arguments[1]);
	if (!same)
		goto add;
	if (buffer)
		took(context, task, m, buffer, now);
	else
		count_null(context, task, m);
add:
	add_duration(kind, took_ns);
}

/* on_release: __brelse(). Of interest is only who has the buffer of a race. */
static __always_inline void on_release(void *context, u64 buffer)
{
	struct migration *m;
	struct event *event;
	u64 folio;
	u32 place;

	if (!nr_races)
		return;
	folio = buffer_folio(buffer);
	place = migration_place(folio_mapping(folio), folio_index(folio));
	m = bpf_map_lookup_elem(&migrations, &place);
	if (!m || m->referenced != buffer || !m->end || !m->seen || m->released ||
	    folio == m->from)
		return;
	if (m->taker_end && m->taker_pid != (u32)bpf_get_current_pid_tgid())
		return;		/* another one's reference, or an LRU's */
	m->released = 1;
	event = new_event(EVENT_REF_MOVED, m);
	if (!event)
		return;
	event->lookup_stack = stack_here(context);
	event->lookup_pid = bpf_get_current_pid_tgid();
	event->lookup_end_ns = bpf_ktime_get_ns();
	bpf_get_current_comm(event->lookup_comm, sizeof(event->lookup_comm));
	bpf_ringbuf_submit(event, 0);
}

#endif /* _BHT_WATCH_BPF_LOOKUP_H */
