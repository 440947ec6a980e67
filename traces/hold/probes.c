// SPDX-License-Identifier: GPL-2.0
/*
 * The kprobe events of the group bht_hold:
 *   want_<function>_<n>      about to take the lock (on the call)
 *   acquired_<function>_<n>  has it (after the call)
 *   released_<function>_<n>  about to drop it (on the call, or the inlined store)
 *   returned_<function>      what the function returned (ret), for migration
 * They have the lock's address as `lock`. Where no register holds it, they have the
 * mapping's as `base`. Call sites with the same fields share an event: __probe_ip
 * tells them apart.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hold/instance.h"
#include "hold/names.h"
#include "hold/probes.h"
#include "lib/tools.h"

/*
 * A place is a name and an offset, because kprobe events take all bare addresses
 * for the same place when they compare the probes of one event. Functions that share
 * a name are given by their distance from the kernel's begin, as perf does.
 */
static char *place(const struct functions *functions, const struct function *function,
		   uint64_t address)
{
	const struct symbols *symbols = &functions->kernel->symbols;
	const struct symbol *symbol = symbols_at(symbols, address);
	const char *module = function->symbol->module;

	if (!module && (!symbol || symbols_shares_name(symbols, symbol)))
		return printed("_text+0x%llx", (unsigned long long)address -
			       (unsigned long long)symbols_find(symbols, "_text", NULL)->address);
	return printed("%s%s%s+0x%llx", module ? module : "", module ? ":" : "", symbol->name,
		       (unsigned long long)(address - symbol->address));
}

static void define_site(const struct functions *functions, const struct function *function,
			const struct site *site)
{
	char *event = printed("%s_%s_%d", probe_names[site->kind], function->name, site->event);
	char *where = place(functions, function, site->address);
	char *fetch = site->fetch[0] ?
		printed("%s=%s:x64", site->base ? "base" : "lock", site->fetch) : copy("");

	if (tracefs_kprobe_raw(HOLD_GROUP, event, where, fetch))
		die(EXIT_ENVIRONMENT, "the kernel refuses the probe 'p:" HOLD_GROUP "/%s %s %s': %s",
		    event, where, fetch, strerror(errno));
	free(event);
	free(where);
	free(fetch);
}

static void define_return(const struct functions *functions, const struct function *function)
{
	char *where = place(functions, function, function->symbol->address);
	char *event = printed("returned_%s", function->name);

	if (tracefs_kretprobe_raw(HOLD_GROUP, event, where, "ret=$retval:s32"))
		die(EXIT_ENVIRONMENT, "the kernel refuses the probe 'r:" HOLD_GROUP "/%s %s': %s",
		    event, where, strerror(errno));
	free(event);
	free(where);
}

/**
 * probe_wanted() - Is this function to be measured, and can it be?
 * @function: The function.
 * @wanted: What was asked for.
 */
bool probe_wanted(const struct function *function, const struct wanted *wanted)
{
	return wanted->side[function->side] && function_measurable(function);
}

/**
 * probe_event() - Name and existence of a function's n-th event of a kind.
 * @function: The function.
 * @kind: Of probe.
 * @n: Counted from 1.
 * @site: Gets one of its call sites, may be NULL.
 *
 * Return: the name, to be freed; NULL when there is none.
 */
char *probe_event(const struct function *function, enum probe_kind kind, int n,
		  const struct site **site)
{
	size_t i;

	for (i = 0; i < function->count; i++) {
		if (function->sites[i].kind != kind || function->sites[i].event != n)
			continue;
		if (site)
			*site = &function->sites[i];
		return printed("%s_%s_%d", probe_names[kind], function->name, n);
	}
	return NULL;
}

/**
 * probes_create() - Define the events; none is armed yet.
 * @functions: The functions.
 * @wanted: What was asked for.
 */
void probes_create(const struct functions *functions, const struct wanted *wanted)
{
	size_t f, i;

	for (f = 0; f < functions->count; f++) {
		const struct function *function = &functions->list[f];

		if (!probe_wanted(function, wanted))
			continue;
		for (i = 0; i < function->count; i++)
			if (wanted->waits || function->sites[i].kind != PROBE_WANT)
				define_site(functions, function, &function->sites[i]);
		if (wanted->events && function->side == SIDE_MIGRATION)
			define_return(functions, function);
	}
}

static void filter_event(const char *event, const struct site *site,
			 const struct functions *functions, uint64_t lock)
{
	unsigned long long value = lock;
	char *filter;

	if (!site->fetch[0])
		return;		/* the events before and after it are filtered */
	if (site->base)
		value -= functions->lock_offset;
	filter = printed("%s == 0x%llx", site->base ? "base" : "lock", value);
	if (tracefs_event_file_write(instance_get(), HOLD_GROUP, event, "filter", filter) < 0)
		die(EXIT_ENVIRONMENT, "cannot filter the event %s: %s", event, strerror(errno));
	free(filter);
}

/**
 * probes_filter() - Record events of one lock only.
 * @functions: The functions.
 * @wanted: What was asked for.
 */
void probes_filter(const struct functions *functions, const struct wanted *wanted)
{
	const struct site *site;
	enum probe_kind kind;
	char *event;
	size_t f;
	int n;

	for (f = 0; wanted->lock && f < functions->count; f++) {
		const struct function *function = &functions->list[f];

		if (!probe_wanted(function, wanted))
			continue;
		for (kind = 0; kind < PROBE_KINDS; kind++) {
			if (kind == PROBE_WANT && !wanted->waits)
				continue;
			for (n = 1; (event = probe_event(function, kind, n, &site)); n++) {
				filter_event(event, site, functions, wanted->lock);
				free(event);
			}
		}
	}
}

/**
 * probes_enable() - Let the events be recorded in our instance, or stop that.
 * @on: Which of the two.
 */
void probes_enable(bool on)
{
	if (tracefs_instance_file_write(instance_get(), "events/" HOLD_GROUP "/enable",
					on ? "1" : "0") < 0)
		die(EXIT_ENVIRONMENT, "cannot %s the probes: %s", on ? "arm" : "disarm",
		    strerror(errno));
}

/**
 * probes_remove() - Remove all probes of our group, whoever made them.
 */
void probes_remove(void)
{
	struct tracefs_dynevent **probes =
		tracefs_dynevent_get_all(TRACEFS_DYNEVENT_KPROBE | TRACEFS_DYNEVENT_KRETPROBE,
					 HOLD_GROUP);
	size_t i;

	/* An event that covers several places goes at once: its other lines fail. */
	for (i = 0; probes && probes[i]; i++)
		tracefs_dynevent_destroy(probes[i], false);
	tracefs_dynevent_list_free(probes);
}
