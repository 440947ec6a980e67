// SPDX-License-Identifier: GPL-2.0
/*
 * Takes the events of the part in the kernel. A race is told at once, with both stacks:
 * who moved the folio, and who took a reference to a buffer of it meanwhile.
 */
#include <string.h>

#include "lib/tools.h"
#include "watch.skel.h"
#include "watch/found.h"
#include "watch/kernel.h"
#include "watch/symbols.h"

static __u64 stall_ns(const struct event *event)
{
	return event->lookup_end_ns - event->lookup_begin_ns;
}

static void add_stall(struct found *found, const struct event *event)
{
	size_t i = found->nr_stalls;

	if (i == STALLS_KEPT) {
		if (stall_ns(event) <= stall_ns(&found->stalls[i - 1]))
			return;
		i--;
	} else {
		found->nr_stalls++;
	}
	for (; i && stall_ns(&found->stalls[i - 1]) < stall_ns(event); i--)
		found->stalls[i] = found->stalls[i - 1];
	found->stalls[i] = *event;
	if (found->nr_stalls == STALLS_KEPT)
		found->bpf->bss->stall_floor_ns = stall_ns(&found->stalls[STALLS_KEPT - 1]);
}

static void print_stack(FILE *out, struct watch_bpf *bpf, __s32 id)
{
	struct stack stack;

	stack_read(&stack, bpf, id);
	stack_print(out, &stack, "    ");
	stack_free(&stack);
}

static double us(__u64 from, __u64 to)
{
	return ((double)to - (double)from) / 1e3;
}

static void tell_taker(struct found *found, const struct event *event)
{
	fprintf(found->out, "  who took the reference: %s (%u), %s lookup from %+.1f to %+.1f us after the check\n",
		event->lookup_comm, event->lookup_pid, event->sleeping ? "sleeping" : "atomic",
		us(event->check_ns, event->lookup_begin_ns),
		us(event->check_ns, event->lookup_end_ns));
	print_stack(found->out, found->bpf, event->lookup_stack);
}

static void tell_race(struct found *found, const struct event *event)
{
	fprintf(found->out, "RACE: %s, folio %llu, block %llu: a buffer was referenced while its folio moved\n",
		device_name(event->device), (unsigned long long)event->index,
		(unsigned long long)event->block);
	fprintf(found->out, "  who moved it: %s (%u), reason %s; seen by %s%s%s, %.1f us after the check\n",
		event->migration_comm, event->migration_pid, reason_name(event->reason),
		event->seen & SEEN_COUNT ? "b_count before the release" : "",
		event->seen == (SEEN_COUNT | SEEN_ORDER) ? " and " : "",
		event->seen & SEEN_ORDER ? "the order of the lookup" : "",
		us(event->check_ns, event->late_ns));
	print_stack(found->out, found->bpf, event->migration_stack);
	if (event->lookup_end_ns)
		tell_taker(found, event);
	else
		fprintf(found->out, "  who took the reference was not seen yet\n");
	fflush(found->out);
}

static struct race *race_of(struct found *found, __u64 id)
{
	size_t i;

	for (i = 0; i < RACES_KEPT && i < found->nr_races; i++)
		if (found->races[i].event.id == id)
			return &found->races[i];
	return NULL;
}

static void add_race(struct found *found, const struct event *event)
{
	if (found->nr_races < RACES_KEPT) {
		found->races[found->nr_races].event = *event;
		tell_race(found, event);
	}
	found->nr_races++;
}

static void add_taker(struct found *found, const struct event *event)
{
	struct race *race = race_of(found, event->id);

	if (!race || race->event.lookup_end_ns)
		return;
	race->event = *event;
	fprintf(found->out, "RACE: block %llu, once more:\n", (unsigned long long)event->block);
	tell_taker(found, event);
	fflush(found->out);
}

static void add_ref_moved(struct found *found, const struct event *event)
{
	struct race *race = race_of(found, event->id);

	found->nr_ref_moved++;
	if (!race || race->has_release)
		return;
	race->release = *event;
	race->has_release = true;
	fprintf(found->out, "ref_moved: %s (%u) releases block %llu, whose b_folio is another one now\n",
		event->lookup_comm, event->lookup_pid, (unsigned long long)event->block);
	print_stack(found->out, found->bpf, event->lookup_stack);
	fflush(found->out);
}

/**
 * found_event() - Take an event; for ring_buffer__new().
 * @context: The struct found.
 * @data: The event.
 * @size: Of it.
 */
int found_event(void *context, void *data, size_t size)
{
	struct found *found = context;
	const struct event *event = data;

	if (size < sizeof(*event))
		return 0;
	switch ((enum event_kind)event->kind) {
	case EVENT_AWAKE:
		found->awake = true;
		break;
	case EVENT_RACE:
		add_race(found, event);
		break;
	case EVENT_TAKER:
		add_taker(found, event);
		break;
	case EVENT_REF_MOVED:
		add_ref_moved(found, event);
		break;
	case EVENT_STALL:
		add_stall(found, event);
		break;
	}
	return 0;
}

/**
 * print_stall() - One of the longest, with both stacks.
 * @out: Where to.
 * @bpf: The part in the kernel.
 * @event: The stall.
 */
void print_stall(FILE *out, struct watch_bpf *bpf, const struct event *event)
{
	fprintf(out, "  %.1f us: %s (%u), %s lookup of block %llu of %s, while %s moved\n",
		stall_ns(event) / 1e3, event->lookup_comm, event->lookup_pid,
		event->sleeping ? "sleeping" : "atomic", (unsigned long long)event->block,
		device_name(event->device), event->same_folio ? "its folio" : "another folio");
	print_stack(out, bpf, event->lookup_stack);
	fprintf(out, "   moved by (%s):\n", reason_name(event->reason));
	print_stack(out, bpf, event->migration_stack);
}
