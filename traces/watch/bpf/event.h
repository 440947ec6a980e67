/* SPDX-License-Identifier: GPL-2.0 */
/* Tells the program at once of what it has to say at once. */
#ifndef _BHT_WATCH_BPF_EVENT_H
#define _BHT_WATCH_BPF_EVENT_H

#include "watch/bpf/maps.h"

static __always_inline s32 stack_here(void *context)
{
	return bpf_get_stackid(context, &stacks, 0);
}

static __always_inline void fill_event(struct event *event, u32 kind, const struct migration *m)
{
	__builtin_memset(event, 0, sizeof(*event));
	event->kind = kind;
	event->migration_stack = -1;
	event->lookup_stack = -1;
	if (!m)
		return;
	event->seen = m->seen;
	event->id = m->begin;
	event->device = m->device;
	event->reason = m->reason;
	event->index = m->index;
	event->block = m->block;
	event->begin_ns = m->begin;
	event->check_ns = m->check;
	event->late_ns = m->late;
	event->end_ns = m->end;
	event->migration_stack = m->stack;
	event->migration_pid = m->pid;
	__builtin_memcpy(event->migration_comm, m->comm, sizeof(m->comm));
}

/* new_event: with what is known of the migration; NULL, and counted, without room. */
static __always_inline struct event *new_event(u32 kind, const struct migration *m)
{
	struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (event)
		fill_event(event, kind, m);
	else
		ADD_SCALAR(events_lost, 1);
	return event;
}

/* add_taker: who looked the buffer up. */
static __always_inline void add_taker(struct event *event, const struct migration *m)
{
	event->lookup_begin_ns = m->taker_begin;
	event->lookup_end_ns = m->taker_end;
	event->lookup_stack = m->taker_stack;
	event->lookup_pid = m->taker_pid;
	event->sleeping = m->taker_sleeping;
	__builtin_memcpy(event->lookup_comm, m->taker_comm, sizeof(m->taker_comm));
}

#endif /* _BHT_WATCH_BPF_EVENT_H */
