// SPDX-License-Identifier: GPL-2.0
/*
 * The places in the guest's kernel that are watched. They are read from a file, and found
 * again in each block that is translated: those of the kernel by address, those of modules
 * by module_code.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exact/machine.h"
#include "exact/module_code.h"
#include "exact/places.h"

#define PLACES_MAX	4096
#define HOLDERS_MAX	64
#define LINE_CHARS	65536

struct place_facts place_facts = { .stack_shift = 14 };

static struct place places[PLACES_MAX];
static size_t place_count;
static struct holder holders[HOLDERS_MAX];
static size_t holder_count;
static char *unmeasurable[HOLDERS_MAX];
static size_t unmeasurable_count;

static const char *const kind_names[] = { "want", "acquired", "released" };
static const char *const role_names[ROLES] = {
	"migration", "lookup", "sleeping", "slow", "part", "cache",
	"move", "copy", "flags", "buffer", "put", "switch_from", "switch_to", "begin", "end",
	"violation", "stat_cleared", "stat_read",
};

static int index_of(const char *const *names, int count, const char *name)
{
	int i;

	for (i = 0; i < count; i++)
		if (!strcmp(names[i], name))
			return i;
	return -1;
}

/* "%di" or "+16(%sp)" */
static bool parse_where(struct place *place, const char *text)
{
	char name[8];
	long offset;

	if (sscanf(text, "%ld(%%%7[a-z0-9])", &offset, name) == 2) {
		place->in_memory = true;
		place->offset = offset;
	} else if (sscanf(text, "%%%7[a-z0-9]", name) != 1) {
		return false;
	}
	place->where = machine_register_named(name);
	return place->where >= 0;
}

static struct place *add_place(uint64_t address, enum place_kind kind)
{
	struct place *place;

	if (place_count == PLACES_MAX)
		return NULL;
	place = &places[place_count++];
	*place = (struct place){ .address = address, .kind = kind, .where = -1 };
	return place;
}

static bool add_site(const char *kind, uint64_t address, const char *what, const char *where)
{
	int which = index_of(kind_names, 3, kind);
	struct place *place = which < 0 || !holder_count ? NULL : add_place(address, which);

	if (!place)
		return false;
	place->holder = &holders[holder_count - 1];
	place->base = !strcmp(what, "base");
	return !strcmp(what, "-") || parse_where(place, where);
}

static bool add_holder(const char *name, const char *side)
{
	if (holder_count == HOLDERS_MAX)
		return false;
	holders[holder_count++] = (struct holder){
		.name = strdup(name), .side = strdup(side),
		.migration = !strcmp(side, "migration"),
	};
	return true;
}

static bool add_frame(const char *name, const char *role, uint64_t address,
		      enum place_role *current)
{
	int which = index_of(role_names, ROLES, role);
	struct place *place = which < 0 ? NULL : add_place(address, PLACE_ENTER);

	if (!place)
		return false;
	place->role = *current = which;
	place->frame = strdup(name);
	return true;
}

static bool parse(char *line, enum place_role *role)
{
	char one[256], two[256], three[64];
	unsigned long long address;
	struct place *place;
	int at = 0;

	if (sscanf(line, "stack_shift %u", &place_facts.stack_shift) == 1)
		return true;
	if (sscanf(line, "lock_offset %llu", &address) == 1) {
		place_facts.lock_offset = address;
		return true;
	}
	if (sscanf(line, "bh_count %llu", &address) == 1) {
		place_facts.bh_count = address;
		return true;
	}
	if (sscanf(line, "holder %255s %255s", one, two) == 2)
		return add_holder(one, two);
	if (sscanf(line, "site %255s %llx %255s %63s", one, &address, two, three) == 4)
		return add_site(one, address, two, three);
	if (sscanf(line, "frame %255s %255s %llx", one, two, &address) == 3)
		return add_frame(one, two, address, role);
	if (sscanf(line, "return %llx", &address) == 1) {
		place = add_place(address, PLACE_RETURN);
		if (place)
			place->role = *role;
		return place;
	}
	if (sscanf(line, "mark %llx %63s", &address, three) == 2) {
		place = add_place(address, PLACE_MARK);
		if (place)
			place->role = *role;
		place_facts.flagged |= *role == ROLE_MIGRATION;
		return place && (!strcmp(three, "-") || parse_where(place, three));
	}
	if (sscanf(line, "unmeasurable %255s %n", one, &at) == 1 && at) {
		if (unmeasurable_count < HOLDERS_MAX &&
		    asprintf(&unmeasurable[unmeasurable_count], "%s: %s", one, line + at) > 0)
			unmeasurable_count++;
		return true;
	}
	if (sscanf(line, "code %llx %n", &address, &at) == 1 && at)
		return module_code_add(address, line + at);
	return !line[0] || line[0] == '#';
}

/**
 * places_load() - Read them.
 * @path: The file.
 * @reason: One line when that fails.
 * @size: Of @reason.
 */
bool places_load(const char *path, char *reason, size_t size)
{
	enum place_role role = ROLES;
	FILE *file = fopen(path, "r");
	static char line[LINE_CHARS];
	bool good = true;
	size_t p;

	if (!file) {
		snprintf(reason, size, "%s: %s", path, strerror(errno));
		return false;
	}
	while (good && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\r\n")] = '\0';
		good = parse(line, &role);
	}
	fclose(file);
	for (p = 0; p < place_count; p++)
		places[p].in_module = module_code_has(places[p].address);
	if (!good)
		snprintf(reason, size, "%s: '%.60s' is not understood", path, line);
	else if (!holder_count || !place_facts.lock_offset)
		snprintf(reason, size, "%s: no function that takes private_lock", path);
	return good && holder_count && place_facts.lock_offset;
}

static void call_back(struct qemu_plugin_insn *insn, qemu_exec_cb callback,
		      const struct place *place, unsigned int index)
{
	struct reached *reached = calloc(1, sizeof(*reached));

	reached->place = place;
	reached->index = index;
	qemu_plugin_register_vcpu_insn_exec_cb(insn, callback, QEMU_PLUGIN_CB_R_REGS, reached);
}

/**
 * places_translate() - Call back wherever a place is in a block.
 * @tb: The block, being translated.
 * @reached: Called when one is reached, with a struct reached.
 */
void places_translate(struct qemu_plugin_tb *tb, qemu_exec_cb reached)
{
	size_t i, p, count = qemu_plugin_tb_n_insns(tb);

	for (i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);

		for (p = 0; p < place_count; p++)
			if (places[p].in_module ? module_code_is(places[p].address, address) :
			    places[p].address == address)
				call_back(insn, reached, &places[p], i);
	}
}

/**
 * place_value() - The lock, its mapping or the buffer that a place is about.
 * @place: The place; it is reached.
 *
 * Return: 0 when it is nowhere to be found.
 */
uint64_t place_value(const struct place *place)
{
	uint64_t value;

	if (place->where < 0)
		return 0;
	value = machine_read(place->where);
	return place->in_memory ? machine_word(value + place->offset) : value;
}

/**
 * places_holders() - The functions that take the lock, one after another.
 * @i: Counted from 0.
 * @side: Gets its side.
 *
 * Return: its name, NULL after the last.
 */
const char *places_holders(size_t i, const char **side)
{
	if (i >= holder_count)
		return NULL;
	*side = holders[i].side;
	return holders[i].name;
}

/**
 * places_unmeasurable() - What cannot be measured and why, one after another.
 * @i: Counted from 0.
 *
 * Return: a text, NULL after the last.
 */
const char *places_unmeasurable(size_t i)
{
	return i < unmeasurable_count ? unmeasurable[i] : NULL;
}
