/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Follows the norefs callback of one folio: its begin, the moments that can be seen in
 * it, its end. Judges it then.
 *
 * The check of b_count and the release of the lock (or of BH_Migrate) are no calls. But
 * what moves the folio is called only after the check was passed, and what a buffer is
 * given its new folio with (and, until 6.11, its flags) before the release. A reference
 * that is there at this late moment was taken in between, or the check has failed.
 */
#ifndef _BHT_WATCH_BPF_MIGRATION_H
#define _BHT_WATCH_BPF_MIGRATION_H

#include "watch/bpf/event.h"
#include "watch/bpf/histogram.h"
#include "watch/bpf/kernel.h"

static __always_inline struct migration *task_migration(struct task *task)
{
	u32 place = task->place;
	struct migration *m = bpf_map_lookup_elem(&migrations, &place);

	return m && m->pid == task->pid && !m->end ? m : NULL;
}

/* on_reason: migrate_pages() is called. */
static __always_inline void on_reason(u32 reason)
{
	struct task *task = claim_task();

	if (!task)
		return;
	task->reason = reason < REASON_UNKNOWN ? reason : REASON_UNKNOWN;
	task->stack_taken = 0;
}

static __always_inline void on_callback(void *context, u64 mapping, u64 from)
{
	struct task *task = claim_task();
	u64 before = latest_migration_ns, now = bpf_ktime_get_ns();
	struct folio_fields fields;
	struct migration *m;
	struct device *device;
	struct event *event;

	if (!task)
		return;
	mapping = as_number(&task->arguments[0], mapping);
	from = as_number(&task->arguments[1], from);
	read_folio(&fields, from);
	if (!task->stack_taken) {
		task->stack = stack_here(context);
		task->stack_taken = 1;
		task->mapping = 0;
	}
	/* Most calls of migrate_pages() move folios of one device. */
	if (task->mapping != mapping) {
		task->device = mapping_device(mapping, &task->of_file);
		task->mapping = mapping;
	}
	task->place = migration_place(mapping, fields.index);
	m = bpf_map_lookup_elem(&migrations, &task->place);
	if (!m)
		return;
	m->begin = 0;
	m->pid = task->pid;
	m->mapping = mapping;
	m->index = fields.index;
	m->check = 0;
	m->late = 0;
	m->end = 0;
	m->from = from;
	m->head = fields.buffers;
	m->nr_pages = fields.nr_pages;
	m->device = task->device;
	m->of_file = task->of_file;
	m->reason = task->reason;
	m->stack = task->stack;
	m->seen = 0;
	m->referenced = 0;
	m->taker_begin = 0;
	m->taker_end = 0;
	m->released = 0;
	task->head = m->head;
	task->moment = 0;
	task->migrating = 1;
	device = device_of(mapping);
	if (device) {
		device->mapping = mapping;
		device->begin = now;
		device->end = 0;
		device->place = task->place;
	}
	m->begin = now;
	latest_migration_ns = now;
	if (now - before < awake_after_ns)
		return;
	event = new_event(EVENT_AWAKE, NULL);
	if (event)
		bpf_ringbuf_submit(event, 0);
}

/* on_check: whatever moves the folio is called, so the check was passed. */
static __always_inline void on_check(void)
{
	struct task *task = current_task();
	struct migration *m;

	if (!task || !task->migrating || task->moment & MOMENT_CHECKED)
		return;
	m = task_migration(task);
	if (!m)
		return;
	task->moment |= MOMENT_CHECKED;
	m->check = bpf_ktime_get_ns();
	ADD_SCALAR(met_check, 1);
}

static __always_inline void on_lru_drop(void)
{
	struct task *task = current_task();

	if (task && task->migrating)
		task->moment |= MOMENT_LRU;
}

/* on_late: the release is still to come; and no reference should be there. */
static __always_inline void on_late(struct task *task)
{
	struct migration *m = task_migration(task);
	struct ring ring = {};

	if (!m || !m->head)
		return;
	if (!(task->moment & MOMENT_LATE))
		ADD_SCALAR(met_late, 1);
	task->moment |= MOMENT_LATE;
	if (m->taker_end && m->check && m->taker_begin >= m->check)
		m->seen |= SEEN_ORDER;
	m->late = bpf_ktime_get_ns();
	walk_ring(m->head, &ring);
	if (!ring.referenced || m->referenced)
		return;
	m->referenced = ring.referenced;
	m->block = buffer_block(ring.referenced);
	m->referenced_assoc = buffer_associated(ring.referenced);
	m->seen |= SEEN_COUNT;
}

/* on_late_buffer: a buffer gets its new folio. Of the loop over all its last turn counts. */
static __always_inline void on_late_buffer(u64 buffer)
{
	struct task *task;

	if (last_moment == LAST_FLAGS)
		return;
	task = current_task();
	if (!task || !task->migrating)
		return;
	if ((u64)BPF_CORE_READ((struct buffer_head *)buffer, b_this_page) == task->head)
		on_late(task);
}

static __always_inline void on_late_flags(void)
{
	struct task *task = current_task();

	if (!task || !task->migrating)
		return;
	if (task->moment & MOMENT_LATE)
		last_moment = LAST_FLAGS;
	else if (has_late_buffer && last_moment != LAST_FLAGS)
		return;
	on_late(task);
}

static __always_inline u32 refusal(struct task *task, struct migration *m, s64 rc)
{
	struct ring ring = {};

	if (task->moment & MOMENT_CHECKED)
		return REFUSED_MOVE;
	if (task->moment & MOMENT_LRU) {
		walk_ring(m->head, &ring);
		if (!ring.referenced)
			return REFUSED_LRU;
		return state_journal(ring.state) ? REFUSED_JOURNAL : REFUSED_BUFFER;
	}
	/* The folio cache, the buffers and who migrates refer to it. */
	if (folio_references(m->from) != m->nr_pages + 2)
		return REFUSED_FOLIO;
	if (any_locked(m->head))
		return REFUSED_LOCKED;
	return REFUSED_OTHER;
}

/* judge: the folio has moved; was a buffer of it referenced meanwhile? */
static __always_inline void judge(void *context, struct migration *m)
{
	struct event *event;

	if (!m->late)
		ADD_SCALAR(not_judged, 1);
	else
		ADD_SCALAR(judged, 1);
	if (!m->seen)
		return;
	/*
	 * Since 6.16 a list of metadata buffers may take a reference during a migration,
	 * and it waits for the buffer's lock then.
	 */
	if (m->seen == SEEN_COUNT && m->referenced_assoc && has_migrate_flag() && !m->taker_end) {
		ADD_SCALAR(untaken, 1);
		return;
	}
	__sync_fetch_and_add(&nr_races, 1);
	m->stack = stack_here(context);
	bpf_get_current_comm(m->comm, sizeof(m->comm));
	event = new_event(EVENT_RACE, m);
	if (!event)
		return;
	if (m->taker_end)
		add_taker(event, m);
	bpf_ringbuf_submit(event, 0);
}

static __always_inline struct counts *counts_of(struct count_key *key)
{
	static const struct counts none;
	struct counts *counts = bpf_map_lookup_elem(&count, key);

	if (counts)
		return counts;
	bpf_map_update_elem(&count, key, &none, BPF_NOEXIST);
	counts = bpf_map_lookup_elem(&count, key);
	if (counts)
		return counts;
	key->stack = -1;	/* no room for another stack */
	bpf_map_update_elem(&count, key, &none, BPF_NOEXIST);
	return bpf_map_lookup_elem(&count, key);
}

static __always_inline void on_callback_end(void *context, s64 rc)
{
	struct task *task = current_task();
	u64 now = bpf_ktime_get_ns();
	struct count_key key;
	struct counts *counts;
	struct migration *m;
	struct device *device;
	u32 why;

	if (!task || !task->migrating) {
		if (armed)
			ADD_SCALAR(lost, 1);
		return;
	}
	task->migrating = 0;
	m = task_migration(task);
	if (!m) {
		ADD_SCALAR(lost, 1);
		return;
	}
	m->end = now;
	device = device_of(m->mapping);
	if (device && device->place == task->place)
		device->end = now;
	key = (struct count_key){ m->device, m->reason, m->stack < 0 ? -1 : m->stack,
				  m->of_file };
	counts = counts_of(&key);
	if (!counts) {
		ADD_SCALAR(uncounted, 1);
		return;
	}
	if (!m->head) {
		if (!rc)
			__sync_fetch_and_add(&counts->without_buffers, 1);
		return;
	}
	if (rc) {
		why = refusal(task, m, rc);
		if (why < REFUSALS)
			__sync_fetch_and_add(&counts->refused[why], 1);
		add_duration(KIND_CALLBACK_REFUSED, now - m->begin);
		return;
	}
	__sync_fetch_and_add(&counts->moved, 1);
	__sync_fetch_and_add(&counts->pages, m->nr_pages);
	if (task->moment & MOMENT_LRU)
		__sync_fetch_and_add(&counts->lru_dropped, 1);
	if (last_moment == LAST_UNKNOWN && task->moment & MOMENT_LATE)
		last_moment = LAST_BUFFER;
	add_duration(KIND_CALLBACK, now - m->begin);
	judge(context, m);
}

#endif /* _BHT_WATCH_BPF_MIGRATION_H */
