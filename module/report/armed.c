// SPDX-License-Identifier: GPL-2.0
/*
 * Says of all that is armed what it has met: each kind of steering, each probe, each
 * oracle.
 *
 * A probe that registers proves nothing: the compiler may have inlined what it is on.
 * A judge that never had anything to judge acquits everybody. So each has a count,
 * and whoever reads a verdict can see who took part in it. One line on the console
 * says the same of steering and probes, after the first migrations that moved.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/seq_file.h>

#include "bhtorture.h"
#include "compat.h"
#include "judge/aftermath.h"
#include "judge/mobility.h"
#include "judge/monitor.h"
#include "judge/quarantine.h"
#include "judge/violation.h"
#include "observe/drops.h"
#include "observe/norefs.h"
#include "observe/others.h"
#include "observe/slots.h"
#include "report/armed.h"
#include "steer/delay.h"
#include "steer/gap.h"
#include "steer/jitter.h"
#include "steer/linger.h"
#include "steer/widen.h"
#include "target/strategy.h"
#include "target/target.h"
#include "thread.h"

/* After so many migrations of folios with buffers every probe should have met some. */
#define ARMED_MIGRATIONS	64
#define ARMED_LOOK_MS		200

#define ARMED_PARTS_MAX		21

/* One thing that is armed. */
struct armed_part {
	const char *name;
	bool asked;			/* somebody wants it, or it is always wanted */
	bool armed;
	u64 met;
	u64 unjudged;			/* lookups that a null oracle could not judge */
	const char *place;		/* where, or NULL */
};

struct armed_parts {
	struct armed_part part[ARMED_PARTS_MAX];
	unsigned int count;
	unsigned int oracles;		/* the first of these */
};

static void armed_add(struct armed_parts *parts, const char *name, bool asked,
		      bool armed, u64 met)
{
	parts->part[parts->count++] = (struct armed_part) {
		.name = name,
		.asked = asked,
		.armed = asked && armed,
		.met = met,
	};
}

/* What the threads have counted. */
static void armed_sum(const struct torture *t, struct hammer_counters *sum)
{
	unsigned int i;

	memset(sum, 0, sizeof(*sum));
	for (i = 0; i < t->hammer->threads; i++)
		thread_add_counters(sum, &t->hammer->thread[i].counters);
}

static void armed_add_steering(struct armed_parts *parts, struct torture *t,
			       const struct hammer_counters *sum)
{
	const struct torture_params *params = t->params;
	bool owned = target_owned(t->target);

	armed_add(parts, "widen_us", params->widen_us, widen_armed(t->widen),
		  atomic64_read(&t->widen->met));
	parts->part[parts->count - 1].place = widen_place(t->widen);
	armed_add(parts, "gap_us", params->gap_us, t->gap->armed,
		  atomic64_read(&t->gap->met));
	armed_add(parts, "delay_in", params->delay_in && *params->delay_in,
		  t->delay->armed, atomic64_read(&t->delay->met));
	armed_add(parts, "linger_us", params->linger_us, t->linger->armed,
		  atomic64_read(&t->linger->lingered));
	armed_add(parts, "aim_percent", params->aim_percent, owned, sum->aims_met);
	armed_add(parts, "hold_us", params->hold_us, owned, sum->holds);
	armed_add(parts, "jitter_us", params->jitter_us, t->jitter->armed,
		  jitter_fired(t));
}

static void armed_add_probes(struct armed_parts *parts, struct torture *t)
{
	armed_add(parts, "norefs", !t->strategy->move, t->norefs->armed,
		  t->strategy->move ? 0 : atomic64_read(&t->slots->begun));
	armed_add(parts, "drops", target_owned(t->target), t->drops->armed,
		  drops_met(t->drops));
	armed_add(parts, "count_others", t->params->count_others, t->others->armed,
		  atomic64_read(&t->others->lookups));
	parts->part[parts->count - 1].place = t->others->place;
}

/* How often was each in a position to judge? `kernel` is the console's. */
static void armed_add_oracles(struct armed_parts *parts, struct torture *t,
			      const struct hammer_counters *sum)
{
	bool owned = target_owned(t->target);
	u64 checks = owned ? sum->checks : 0;

	parts->oracles = parts->count;
	armed_add(parts, oracle_names[ORACLE_REF_MOVED], true, true,
		  sum->references_judged);
	armed_add(parts, oracle_names[ORACLE_LOST_UPDATE], owned, true, checks);
	armed_add(parts, oracle_names[ORACLE_STALE_READ], owned, true, checks);
	armed_add(parts, oracle_names[ORACLE_TORN], owned, true, checks);
	armed_add(parts, oracle_names[ORACLE_STALE_WRITE],
		  t->params->quarantine_folios, t->quarantine->size,
		  atomic64_read(&t->quarantine->released));
	armed_add(parts, oracle_names[ORACLE_MEDIA_LOSS], owned, true,
		  sum->rereads + t->aftermath->blocks_judged);
	armed_add(parts, oracle_names[ORACLE_NULL_SLEEPING],
		  owned && COMPAT_HAS_SLEEPING_LOOKUP, t->drops->armed,
		  sum->sleeps_judged);
	parts->part[parts->count - 1].unjudged = sum->sleeps_unjudged;
	armed_add(parts, oracle_names[ORACLE_NULL_ATOMIC], owned, t->drops->armed,
		  sum->nulls_judged);
	parts->part[parts->count - 1].unjudged = sum->nulls_unjudged;
	armed_add(parts, oracle_names[ORACLE_STUCK], t->params->stuck_s, true,
		  atomic64_read(&t->monitor->looks));
	armed_add(parts, oracle_names[ORACLE_STATE_LEAK], owned, true,
		  t->aftermath->folios_judged);
	armed_add(parts, oracle_names[ORACLE_NEVER_MOVES], true, true,
		  atomic64_read(&t->mobility->judged));
}

static void armed_collect(struct torture *t, struct armed_parts *parts)
{
	struct hammer_counters sum;
	unsigned int i;

	armed_sum(t, &sum);
	parts->count = 0;
	armed_add_steering(parts, t, &sum);
	armed_add_probes(parts, t);
	armed_add_oracles(parts, t, &sum);
	/* When somebody reads the last figures, the probes are gone. */
	for (i = 0; t->armed->known && i < parts->count; i++)
		parts->part[i].armed = test_bit(i, &t->armed->parts);
}

/**
 * armed_json() - One object, for programs.
 * @t: The torture.
 * @m: Where to print.
 */
void armed_json(struct torture *t, struct seq_file *m)
{
	struct armed_parts parts;
	unsigned int i;

	armed_collect(t, &parts);
	seq_puts(m, "\"armed\":{");
	for (i = 0; i < parts.count; i++) {
		const struct armed_part *part = &parts.part[i];

		seq_printf(m, "%s\"%s\":{\"asked\":%s,\"armed\":%s,\"met\":%llu",
			   i ? ",\n" : "", part->name,
			   part->asked ? "true" : "false",
			   part->armed ? "true" : "false", part->met);
		if (part->place)
			seq_printf(m, ",\"place\":\"%s\"", part->place);
		if (part->unjudged)
			seq_printf(m, ",\"unjudged\":%llu", part->unjudged);
		seq_puts(m, "}");
	}
	seq_puts(m, "},\n");
}

/**
 * armed_text() - The same for people.
 * @t: The torture.
 * @m: Where to print.
 */
void armed_text(struct torture *t, struct seq_file *m)
{
	struct armed_parts parts;
	unsigned int i;

	armed_collect(t, &parts);
	seq_puts(m, "armed\n");
	for (i = 0; i < parts.count; i++) {
		const struct armed_part *part = &parts.part[i];

		if (!part->asked)
			continue;
		if (!part->armed)
			seq_printf(m, "  %-13s not armed\n", part->name);
		else
			seq_printf(m, "  %-13s met %llu%s%s\n", part->name, part->met,
				   part->place ? " at " : "", part->place ?: "");
		if (part->unjudged)
			seq_printf(m, "  %-13s not judged for %llu lookups: not all migrations or drops were seen then\n",
				   part->name, part->unjudged);
	}
}

/* Steering and probes only: the oracles have not judged much by now. */
static void armed_say(struct torture *t)
{
	struct armed_parts parts;
	char line[256];
	int length = 0;
	unsigned int i;

	armed_collect(t, &parts);
	for (i = 0; i < parts.oracles; i++) {
		const struct armed_part *part = &parts.part[i];

		if (!part->asked)
			continue;
		length += scnprintf(line + length, sizeof(line) - length, ", %s %s",
				    part->name, !part->armed ? "not armed" :
				    part->met ? "yes" : "no");
		if (part->met && part->place)
			length += scnprintf(line + length, sizeof(line) - length,
					    " (%s)", part->place);
	}
	pr_info("met by the first %lld migrations with buffers%s\n",
		(s64)atomic64_read(&t->slots->moved_with_buffers),
		length ? line : ": nothing is armed");
}

static void armed_look(struct work_struct *work)
{
	struct armed *armed = container_of(work, struct armed, work.work);
	struct torture *t = armed->torture;

	if (atomic64_read(&t->slots->moved_with_buffers) >= ARMED_MIGRATIONS)
		armed_say(t);
	else
		schedule_delayed_work(&armed->work, msecs_to_jiffies(ARMED_LOOK_MS));
}

/**
 * armed_start() - Say what is met as soon as enough has moved.
 * @t: The torture, which runs.
 */
void armed_start(struct torture *t)
{
	struct armed *armed = t->armed;
	struct armed_parts parts;
	unsigned int i;

	armed_collect(t, &parts);
	for (i = 0; i < parts.count; i++)
		__assign_bit(i, &armed->parts, parts.part[i].armed);
	armed->known = true;
	armed->torture = t;
	INIT_DELAYED_WORK(&armed->work, armed_look);
	armed->started = true;
	schedule_delayed_work(&armed->work, msecs_to_jiffies(ARMED_LOOK_MS));
}

/**
 * armed_stop() - Say no more; safe in any half-built state.
 * @t: The torture.
 */
void armed_stop(struct torture *t)
{
	if (t->armed->started)
		cancel_delayed_work_sync(&t->armed->work);
	t->armed->started = false;
}
