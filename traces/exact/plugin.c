// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin for QEMU's TCG that measures how long private_lock is held and waited for, and
 * what lookups take, from outside: the guest does not notice. For guests that count time
 * in instructions (-icount), where the figures are exact and the same each time.
 *
 *   plugin.c                  from places that are reached to what they mean
 *     places.c, module_code.c   where they are
 *     record.c                  which torture is measured (wanted.c); writes its file
 *     lookups.c, holds.c        what is measured
 *       pairs.c, eras.c           which steps have met, and which must not
 *       events.c                  each with its time
 *       lock_stat.c               all locks, as the kernel counts them itself
 *       contention.c              who waited for whom
 *         stack.c, symbols.c        who they are
 *       tally.c                   exact histograms
 *       threads.c, clock.c        instructions of each thread and CPU,
 *         blocks.c                  a block after another
 *         machine.c                 registers and memory
 *           guest.c, x86.c, arm64.c   of which guest
 *
 * Arguments: places=FILE, symbols=FILE, output=FOLDER, shift=N (an instruction lasts
 * 2^N ns), events=1 (each event, too).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exact/blocks.h"
#include "exact/clock.h"
#include "exact/events.h"
#include "exact/guest.h"
#include "exact/holds.h"
#include "exact/lock_stat.h"
#include "exact/lookups.h"
#include "exact/machine.h"
#include "exact/pairs.h"
#include "exact/places.h"
#include "exact/qemu.h"
#include "exact/record.h"
#include "exact/symbols.h"
#include "exact/threads.h"
#include "exact/wanted.h"

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

static void on_enter(struct thread *thread, const struct place *place)
{
	enum place_role role = place->role;

	switch (role) {
	case ROLE_MIGRATION:
		lookups_migration(thread, place->frame);
		break;
	case ROLE_LOOKUP:
	case ROLE_SLEEPING:
		lookups_enter(thread, role == ROLE_SLEEPING);
		break;
	case ROLE_SLOW:
		lookups_slow(thread);
		break;
	case ROLE_CACHE:
		lookups_cache(thread);
		break;
	case ROLE_MOVE:
	case ROLE_COPY:
	case ROLE_FLAGS:
	case ROLE_BUFFER:
		lookups_part(thread, role);
		break;
	case ROLE_PUT:
		lookups_put(thread);
		break;
	case ROLE_SWITCH_FROM:
		thread_stops(thread);
		break;
	case ROLE_SWITCH_TO:
		thread_runs(thread);
		break;
	case ROLE_VIOLATION:
		pairs_violation();
		events_violation(thread);
		break;
	case ROLE_END:
		record_ends();
		break;
	default:
		break;
	}
}

/* Any return may be that of the outermost one. */
static void on_return(struct thread *thread, enum place_role role)
{
	int outcome;

	if (role == ROLE_CACHE) {
		lookups_cache_return(thread);
		return;
	}
	/* On the stack of the thread that has got the CPU. */
	if (role == ROLE_SWITCH_FROM) {
		thread_runs(thread);
		return;
	}
	if (role == ROLE_MIGRATION) {
		outcome = machine_result();
		if (lookups_migration_over(thread, outcome))
			holds_returned(thread, outcome);
	} else if (role >= ROLE_MOVE && role <= ROLE_BUFFER) {
		lookups_part_return(thread, role);
	} else {
		lookups_return(thread);
	}
}

/* Whether a torture runs or not. Return: there is no more to it. */
static bool on_place_always(const struct place *place)
{
	if (place->kind == PLACE_ACQUIRED)
		lock_stat_acquired();
	if (place->kind != PLACE_ENTER)
		return false;
	switch (place->role) {
	case ROLE_BEGIN:
		record_begins();
		return true;
	case ROLE_STAT_CLEARED:
		lock_stat_cleared();
		return true;
	case ROLE_STAT_READ:
		lock_stat_read();
		return true;
	default:
		return false;
	}
}

static void on_place(unsigned int vcpu, void *data)
{
	const struct reached *reached = data;
	const struct place *place = reached->place;
	struct thread *thread;

	if (on_place_always(place))
		return;
	if (!wanted.now)
		return;
	clock_at(reached->index);
	thread = threads_current();
	switch (place->kind) {
	case PLACE_WANT:
		holds_want(thread, place);
		lookups_lock(thread, place->kind, place->holder->migration);
		break;
	case PLACE_ACQUIRED:
		holds_acquired(thread, place);
		lookups_lock(thread, place->kind, place->holder->migration);
		break;
	case PLACE_RELEASED:
		holds_released(thread, place);
		lookups_lock(thread, place->kind, place->holder->migration);
		break;
	case PLACE_MARK:
		lookups_mark(thread, place->role == ROLE_MIGRATION, place_value(place));
		break;
	case PLACE_ENTER:
		on_enter(thread, place);
		break;
	case PLACE_RETURN:
		on_return(thread, place->role);
		break;
	default:
		break;
	}
}

static void on_block(unsigned int vcpu, void *data)
{
	clock_block(data);
}

static void on_translate(uint64_t id, struct qemu_plugin_tb *tb)
{
	/* At its begin: it comes first. */
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_R_REGS,
					     (void *)block_of(tb));
	places_translate(tb, on_place);
}

static void on_cpu(uint64_t id, unsigned int vcpu)
{
	machine_init();
}

static void on_end(uint64_t id, void *data)
{
	record_cut();
}

static const char *value_of(const char *argument, const char *name)
{
	size_t length = strlen(name);

	return !strncmp(argument, name, length) && argument[length] == '=' ?
	       argument + length + 1 : NULL;
}

int qemu_plugin_install(uint64_t id, const struct qemu_info *info, int argc, char **argv)
{
	const char *places = NULL, *value;
	char reason[4200] = "no places=FILE";
	unsigned int shift = 0;
	int i;

	for (i = 0; i < argc; i++) {
		places = value_of(argv[i], "places") ?: places;
		value = value_of(argv[i], "output");
		if (value) {
			record_folder(value);
			lock_stat_folder(value);
		}
		value = value_of(argv[i], "symbols");
		if (value && !symbols_load(value))
			fprintf(stderr, "exact: no names in %s: addresses are shown\n", value);
		if (value_of(argv[i], "events"))
			record_events();
		value = value_of(argv[i], "shift");
		if (value)
			shift = atoi(value);
	}
	if (!guest_choose(info->target_name))
		snprintf(reason, sizeof(reason), "guests of %s are not known", info->target_name);
	else if (places && places_load(places, reason, sizeof(reason)))
		places = "";
	if (!places || *places) {
		fprintf(stderr, "exact: %s\n", reason);
		return -1;
	}
	clock_init(shift);
	qemu_plugin_register_vcpu_init_cb(id, on_cpu);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
	return 0;
}
