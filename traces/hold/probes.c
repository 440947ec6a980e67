// SPDX-License-Identifier: GPL-2.0
/*
 * The kprobe events of the group bht_hold:
 *   want_<function>_<n>      about to take the lock (on the call)
 *   acquired_<function>_<n>  has it (after the call)
 *   released_<function>_<n>  about to drop it (on the call, or the inlined store)
 *   returned_<function>      what the function returned (ret), for migration
 * with the lock's address as `lock`, or the mapping's as `base` where no register
 * holds that. Call sites with the same fields share an event; __probe_ip says which.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hold.h"

static void define(const char *definition)
{
	if (trace_append("kprobe_events", "%s", definition))
		die("the kernel refuses the probe '%s': %s", definition, strerror(errno));
}

/*
 * By name, because kprobe events take all bare addresses for the same place when
 * they compare probes of one event. Of functions that share a name by the distance
 * from the kernel's begin, as perf does.
 */
static char *place(const struct function *function, uint64_t address)
{
	const struct symbol *symbol = symbols_at(address);
	const char *module = function->symbol->module;

	if (!module && (!symbol || symbols_shares_name(symbol)))
		return text("_text+0x%llx", (unsigned long long)address -
			    (unsigned long long)symbols_find("_text", NULL)->address);
	return text("%s%s%s+0x%llx", module ? module : "", module ? ":" : "", symbol->name,
		    (unsigned long long)(address - symbol->address));
}

static void define_site(const struct function *function, const struct site *site)
{
	char *where = place(function, site->address), *fetch, *definition;

	fetch = site->fetch[0] ?
		text(" %s=%s:x64", site->base ? "base" : "lock", site->fetch) : text("%s", "");
	definition = text("p:" HOLD_GROUP "/%s_%s_%d %s%s", probe_names[site->kind],
			  function->name, site->event, where, fetch);
	define(definition);
	free(where);
	free(fetch);
	free(definition);
}

static void define_return(const struct function *function)
{
	char *where = place(function, function->symbol->address);
	char *definition = text("r:" HOLD_GROUP "/returned_%s %s ret=$retval:s32",
				function->name, where);

	define(definition);
	free(where);
	free(definition);
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
		return text("%s_%s_%d", probe_names[kind], function->name, n);
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
				define_site(function, &function->sites[i]);
		if (wanted->events && function->side == SIDE_MIGRATION)
			define_return(function);
	}
}

static void filter_event(const char *event, const struct site *site,
			 const struct functions *functions, uint64_t lock)
{
	unsigned long long value = lock;

	if (!site->fetch[0])
		return;		/* what precedes and follows it is filtered */
	if (site->base)
		value -= functions->lock_offset;
	if (trace_put(text("instances/" HOLD_INSTANCE "/events/" HOLD_GROUP "/%s/filter", event),
		      "%s == 0x%llx", site->base ? "base" : "lock", value))
		die("cannot filter the event %s: %s", event, strerror(errno));
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
	if (trace_put("instances/" HOLD_INSTANCE "/events/" HOLD_GROUP "/enable", "%d", on))
		die("cannot %s the probes: %s", on ? "arm" : "disarm", strerror(errno));
}
