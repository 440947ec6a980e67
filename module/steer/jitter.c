// SPDX-License-Identifier: GPL-2.0
/*
 * Schedule points: on each CPU a timer that fires after random times.
 *
 * An emulator that runs the CPUs in turn (QEMU's -icount) changes from one to the next
 * where a timer expires. With the tick alone that is once in milliseconds, and most of a
 * migration is never interrupted. With these timers the change may come at any moment.
 * The seed says at which. On real CPUs they only interrupt what runs.
 *
 * Owns the timers, from jitter_start() to jitter_stop(), also of CPUs that come and go
 * meanwhile.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpuhotplug.h>
#include <linux/hrtimer.h>
#include <linux/percpu.h>

#include "bhtorture.h"
#include "compat.h"
#include "steer/jitter.h"

/* Less would leave a slow CPU no time for anything else. */
#define JITTER_MIN_NS	2000

struct jitter_timer {
	struct hrtimer timer;
	struct rnd_state random;
	u32 range_ns;			/* above JITTER_MIN_NS */
	u64 fired;
};

/* Hotplug callbacks get no context of ours. One torture runs per load of the module. */
static DEFINE_PER_CPU(struct jitter_timer, jitter_timers);

static u64 jitter_next_ns(struct jitter_timer *jitter)
{
	return JITTER_MIN_NS +
	       prandom_u32_state(&jitter->random) % (jitter->range_ns + 1);
}

/* Context: timer, hard interrupt. */
static enum hrtimer_restart jitter_fire(struct hrtimer *timer)
{
	struct jitter_timer *jitter =
		container_of(timer, struct jitter_timer, timer);

	jitter->fired++;
	hrtimer_forward_now(timer, ns_to_ktime(jitter_next_ns(jitter)));
	return HRTIMER_RESTART;
}

/* Called on the CPU itself, for each that is online and each that comes online. */
static int jitter_cpu_online(unsigned int cpu)
{
	struct jitter_timer *jitter = this_cpu_ptr(&jitter_timers);

	hrtimer_start(&jitter->timer, ns_to_ktime(jitter_next_ns(jitter)),
		      COMPAT_HRTIMER_MODE_REL_PINNED_HARD);
	return 0;
}

static int jitter_cpu_offline(unsigned int cpu)
{
	hrtimer_cancel(&per_cpu(jitter_timers, cpu).timer);
	return 0;
}

/**
 * jitter_start() - Let the timers run, if it is asked for.
 * @t: The torture; its hammer has not been started.
 *
 * Return: 0 or an error of cpuhp_setup_state().
 */
int jitter_start(struct torture *t)
{
	int cpu, rc;

	if (!t->params->jitter_us)
		return 0;
	if (hrtimer_resolution != 1) {
		pr_notice("jitter_us=%u: not armed, this kernel's timers fire every %u ns only\n",
			  t->params->jitter_us, hrtimer_resolution);
		return 0;
	}
	for_each_possible_cpu(cpu) {
		struct jitter_timer *jitter = &per_cpu(jitter_timers, cpu);

		prandom_seed_state(&jitter->random,
				   ((u64)cpu << 32) + t->params->seed);
		jitter->range_ns = max_t(u32, t->params->jitter_us * NSEC_PER_USEC,
					 JITTER_MIN_NS) - JITTER_MIN_NS;
		jitter->fired = 0;
		compat_hrtimer_setup(&jitter->timer, jitter_fire,
				     COMPAT_HRTIMER_MODE_REL_PINNED_HARD);
	}
	rc = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "bhtorture:jitter",
			       jitter_cpu_online, jitter_cpu_offline);
	if (rc < 0) {
		pr_err("jitter_us=%u: cannot start a timer on each CPU (%d)\n",
		       t->params->jitter_us, rc);
		return rc;
	}
	t->jitter->hotplug_state = rc;
	t->jitter->armed = true;
	return 0;
}

/**
 * jitter_stop() - End the timers; safe in any half-built state.
 * @t: The torture.
 */
void jitter_stop(struct torture *t)
{
	if (t->jitter->armed)
		cpuhp_remove_state(t->jitter->hotplug_state);
	t->jitter->armed = false;
}

/**
 * jitter_fired() - How often the timers have fired: the number of schedule points.
 * @t: The torture.
 */
u64 jitter_fired(const struct torture *t)
{
	u64 sum = 0;
	int cpu;

	if (!t->params->jitter_us)
		return 0;
	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(jitter_timers, cpu).fired);
	return sum;
}
